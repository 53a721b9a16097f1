select distinct
    engagement_type,
    engagement_id,
    object_id as contact_id
from {{ source('hubspot', 'engagement_associations') }}
where object_type = 'contacts'
