{{ config(materialized='table') }}
{%- set property_map = ref('stg_policies__property_map') %}
{%- set conversations = ref('stg_hubspot__changed_conversations') %}
{%- set former = left_by_former_build('stg_hubspot__built_runs') %}
{%- set former_lists = left_by_former_build('int_ticket_merge_lists') %}
{%- set is_new = is_unseen('source') if former else '' %}
{%- set then = former_moment() if former else '' %}

-- The tickets whose rows an earlier build cannot have seen: loaded since, or dated after its moment.
-- What a ticket's life is told from belongs to one ticket, but for merges: a survivor tells of others.
{% if not former -%}
select id as ticket_id from {{ source('hubspot', 'tickets') }}
{%- else -%}
with direct as (
    select source.id as ticket_id
    from {{ source('hubspot', 'tickets') }} as source
    where
        {{ is_new }}
        or source.created_at > {{ then }}
        or source.archived_at > {{ then }}
        or (source.archived and source._extracted_at > {{ then }})
    union
    select source.ticket_id
    from {{ source('hubspot', 'ticket_property_history') }} as source
    where {{ is_new }} or source.changed_at > {{ then }}
    union
    select source.ticket_id
    from {{ source('hubspot', 'ticket_associations') }} as source
    where {{ is_new }} or source.observed_at > {{ then }} or source.gone_at > {{ then }}
    union
    select spoken.ticket_id from {{ conversations }} as spoken where spoken.ticket_id is not null
),

lists as (
    select source.value as loser_ids
    from {{ source('hubspot', 'ticket_property_history') }} as source
    inner join {{ property_map }} as property_map
        on source.property_name = property_map.property_name
    where
        property_map.column_name = 'merged_ticket_ids'
        and source.ticket_id in (select direct.ticket_id from direct)
    union all
    select {{ property_value('source.properties', 'hs_merged_object_ids') }}
    from {{ source('hubspot', 'tickets') }} as source
    where source.id in (select direct.ticket_id from direct)
    union all
    select former_lists.loser_ids
    from {{ former_lists }} as former_lists
    where former_lists.ticket_id in (select direct.ticket_id from direct)
)

select ticket_id from direct
union
select {{ split_to_rows('loser_ids') }} as ticket_id
from lists
where loser_ids <> ''
{%- endif %}
