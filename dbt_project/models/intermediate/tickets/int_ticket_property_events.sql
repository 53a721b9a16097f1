{{ config(materialized='view') }}
{%- set entry_columns = [
    'ticket_id', 'changed_at', 'sequence', 'source_type', 'source_id', 'updated_by_user_id',
    'property_name',
] %}

-- Activities that property history tells. Every entry is one `ticket_property_changed`, whose event is
-- the entry itself; what it means to people comes beside it.
with history as (
    select * from {{ ref('int_ticket_history') }}
),

kinds as (
    select * from {{ ref('int_property_kinds') }}
),

attributes as (
    select
        *,
        lag(value) over (partition by ticket_id, attribute order by change_number) as old_value
    from {{ ref('int_ticket_attribute_changes') }}
),

meanings as (
    select
        history_id,
        case attribute
            when 'priority' then 'ticket_priority_changed'
            when 'owner' then 'ticket_assigned'
            when 'team' then 'ticket_assigned'
            else 'ticket_updated'
        end as activity_type,
        old_value,
        value as new_value
    from attributes
    where
        attribute <> 'stage'
        and change_number > 1
        and coalesce(old_value, '') <> coalesce(value, '')
    union all
    select * from {{ ref('int_ticket_stage_events') }}
)

select
    {% for column in entry_columns -%}
    {{ column }},
    {% endfor -%}
    history_id as event_id,
    'ticket_property_changed' as activity_type,
    old_value,
    new_value
from history
union all
select
    {% for column in entry_columns -%}
    history.{{ column }},
    {% endfor -%}
    {{ hash_of(['history.history_id', "'ticket_updated'"]) }} as event_id,
    'ticket_updated' as activity_type,
    history.old_value,
    history.new_value
from history
inner join kinds on history.property_name = kinds.property_name and kinds.kind = 'edit'
where
    -- What stands at the creation is no edit of it.
    history.changed_at > history.created_at
    and coalesce(history.old_value, '') <> coalesce(history.new_value, '')
union all
select
    {% for column in entry_columns -%}
    history.{{ column }},
    {% endfor -%}
    {{ hash_of(['meanings.history_id', 'meanings.activity_type']) }} as event_id,
    meanings.activity_type,
    meanings.old_value,
    meanings.new_value
from history
-- Only these entries can mean more: the join is one of strings, and history is long.
inner join kinds on history.property_name = kinds.property_name and kinds.kind = 'attribute'
inner join meanings on history.history_id = meanings.history_id
