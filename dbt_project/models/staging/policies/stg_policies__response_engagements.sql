select distinct source.engagement_type
from {{ ref('response_engagements') }} as source
cross join {{ ref('stg_hubspot__build_moment') }} as build_moment
where source.portal_id in ('*', build_moment.portal_id)
