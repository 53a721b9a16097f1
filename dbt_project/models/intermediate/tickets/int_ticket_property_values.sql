-- What each property that becomes a column of a mart is now: its newest entry, or where a ticket has no
-- history of it at all (a property whose history is not read), the value at the last read.
with wanted as (
    select property_name from {{ ref('stg_policies__property_map') }}
    union
    select property_name from {{ ref('int_custom_properties') }}
),

history as (
    select
        history.*,
        row_number() over (
            partition by history.ticket_id, history.property_name
            order by history.changed_at desc, history.sequence desc
        ) as age_number
    from {{ ref('int_ticket_history') }} as history
    where history.property_name in (select wanted.property_name from wanted)
),

without_history as (
    select
        properties.ticket_id,
        properties.property_name,
        properties.value
    from {{ ref('stg_hubspot__ticket_properties') }} as properties
    inner join {{ ref('stg_hubspot__tickets') }} as tickets
        on properties.ticket_id = tickets.ticket_id
    left join {{ ref('stg_hubspot__ticket_property_histories') }} as histories
        on
            properties.ticket_id = histories.ticket_id
            and properties.property_name = histories.property_name
    where histories.ticket_id is null
)

select
    ticket_id,
    property_name,
    nullif(new_value, '') as value,
    true as has_history
from history
where age_number = 1
union all
select
    ticket_id,
    property_name,
    nullif(value, '') as value,
    false as has_history
from without_history
