{{ staged_records('contacts', 'contact_id', {
    'email': 'email',
    'first_name': 'firstname',
    'last_name': 'lastname',
    'phone': 'phone',
    'company_name': 'company',
    'owner_id': 'hubspot_owner_id',
}) }}
