{% if is_plan() -%}
select
    owner_id,
    lower(email) as email,
    coalesce(is_archived, false) as is_archived
from {{ source('lookups', 'owners') }}
{%- else -%}
select
    id as owner_id,
    lower(email) as email,
    coalesce(archived, false) or removed_at is not null as is_archived
from {{ source('target_portal', 'owners') }}
{%- endif %}
