{{ staged_records('deals', 'deal_id', {
    'name': 'dealname',
    'pipeline_id': 'pipeline',
    'stage_id': 'dealstage',
    'amount_text': 'amount',
    'owner_id': 'hubspot_owner_id',
}) }}
