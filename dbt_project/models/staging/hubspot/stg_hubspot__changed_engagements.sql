{%- set former = left_by_former_build('stg_hubspot__built_runs') %}
{%- set is_new = is_new_record('source') if former else 'true' %}
{%- set is_unseen_link = is_unseen('source') if former else 'true' %}
{%- set is_new_contact = is_new_record('contacts') if former else 'true' %}
-- The engagements that an earlier build cannot have seen as they are, files and coming moments aside.
with engagements as (
    {%- for engagement_type in ['notes', 'emails', 'calls', 'meetings', 'tasks'] %}
    select
        '{{ engagement_type }}' as engagement_type,
        source.id as engagement_id
    from {{ source('hubspot', engagement_type) }} as source
    where {{ is_new }}
    union
    {%- endfor %}
    -- Who an e-mail is from is told by its contacts and their addresses.
    select
        source.engagement_type,
        source.engagement_id
    from {{ source('hubspot', 'engagement_associations') }} as source
    left join {{ source('hubspot', 'contacts') }} as contacts on source.object_id = contacts.id
    where {{ is_unseen_link }} or (contacts.id is not null and {{ is_new_contact }})
)

select
    engagement_type,
    engagement_id
from engagements
