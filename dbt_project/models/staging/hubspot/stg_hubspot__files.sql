{{ staged_records('files', 'file_id', {
    'name': 'name',
    'extension': 'extension',
    'file_type': 'type',
    'size_text': 'size',
}) }}
