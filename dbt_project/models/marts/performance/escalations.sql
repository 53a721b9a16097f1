{{ config(materialized='incremental') }}

-- A rise of a ticket's level, with whom it went to by then. What is no whole number is no level; a
-- clearing is level 0. The rises before a merge are its predecessors'.
with entries as (
    select
        history.ticket_id,
        history.history_id,
        history.changed_at,
        history.sequence,
        coalesce(history.updated_by_user_id, history.source_id) as escalated_by,
        property_map.column_name,
        nullif(history.new_value, '') as value,
        case
            when property_map.column_name = 'escalation_level' and history.new_value = '' then 0
            when property_map.column_name = 'escalation_level'
                then {{ whole_number('history.new_value') }}
        end as level
    from {{ ref('int_ticket_history') }} as history
    inner join {{ ref('stg_policies__property_map') }} as property_map
        on history.property_name = property_map.property_name
    where property_map.column_name in ('escalation_level', 'escalated_to')
),

-- Level and receiver are often set in one moment, in either order: the receiver counts first.
told as (
    select
        *,
        last_value(case when column_name = 'escalated_to' then coalesce(value, '') end ignore nulls)
            over (
                partition by ticket_id order by changed_at, column_name, sequence
                rows between unbounded preceding and current row
            ) as receiver
    from entries
),

levels as (
    select
        *,
        lag(level, 1, 0) over (partition by ticket_id order by changed_at, sequence) as former_level
    from told
    where level is not null
)

select
    {{ hash_of(['levels.history_id', "'escalation'"]) }} as escalation_id,
    levels.ticket_id,
    levels.changed_at as escalated_at,
    cast(levels.former_level as integer) as from_level,
    cast(levels.level as integer) as to_level,
    nullif(levels.receiver, '') as escalated_to,
    levels.escalated_by
from levels
inner join {{ ref('stg_hubspot__tickets') }} as tickets on levels.ticket_id = tickets.ticket_id
where
    levels.level > levels.former_level
    and (
        tickets.appeared_at = tickets.created_at or levels.changed_at >= tickets.appeared_at
    )
