{{ staged_records('companies', 'company_id', {
    'name': 'name',
    'domain': 'domain',
    'phone': 'phone',
    'industry': 'industry',
    'owner_id': 'hubspot_owner_id',
}) }}
