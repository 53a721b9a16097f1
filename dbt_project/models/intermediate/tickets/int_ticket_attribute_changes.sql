-- Every value that a ticket's pipeline, stage, priority, type, owner and team took, in order. The first
-- known value counts from the creation; an entry from before the creation counts as of the creation.
with property_map as (
    select * from {{ ref('stg_policies__property_map') }}
    where column_name in ('pipeline', 'stage', 'priority', 'ticket_type', 'owner', 'team')
),

entries as (
    select
        history.ticket_id,
        property_map.column_name as attribute,
        history.new_value as value,
        history.history_id,
        history.created_at,
        history.changed_at,
        history.sequence
    from {{ ref('int_ticket_history') }} as history
    inner join property_map on history.property_name = property_map.property_name
    union all
    -- A current stage without a history says nothing about when it was entered.
    select
        ticket_values.ticket_id,
        ticket_values.column_name,
        ticket_values.value,
        null as history_id,
        tickets.created_at,
        tickets.created_at as changed_at,
        0 as sequence
    from {{ ref('int_ticket_values') }} as ticket_values
    inner join {{ ref('stg_hubspot__tickets') }} as tickets
        on ticket_values.ticket_id = tickets.ticket_id
    where
        not ticket_values.has_history
        and ticket_values.value is not null
        and ticket_values.column_name in ('pipeline', 'priority', 'ticket_type', 'owner', 'team')
),

counted as (
    select
        *,
        sum(case when value <> '' then 1 else 0 end) over (
            partition by ticket_id, attribute
            order by changed_at, sequence
            rows between unbounded preceding and current row
        ) as known_count
    from entries
),

-- Clearings of what was never known are no values.
known as (
    select
        *,
        row_number() over (partition by ticket_id, attribute order by changed_at, sequence)
            as change_number
    from counted
    where known_count > 0
)

select
    ticket_id,
    attribute,
    history_id,
    nullif(value, '') as value,
    change_number,
    sequence,
    changed_at,
    case
        when change_number = 1 then created_at
        else greatest(changed_at, created_at)
    end as effective_at
from known
