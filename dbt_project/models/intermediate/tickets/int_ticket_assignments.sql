{{ config(materialized='incremental') }}

-- Every time a ticket came to an owner or to a team, the first time too. Those of the predecessors of a
-- survivor are theirs.
with changes as (
    select
        ticket_id,
        attribute,
        value,
        effective_at,
        lag(value) over (
            partition by ticket_id, attribute order by changed_at, sequence
        ) as former_value
    from {{ ref('int_ticket_attribute_changes') }}
    where attribute in ('owner', 'team')
)

select
    changes.ticket_id,
    changes.attribute,
    changes.value,
    changes.effective_at as assigned_at
from changes
inner join {{ ref('stg_hubspot__tickets') }} as tickets on changes.ticket_id = tickets.ticket_id
where
    changes.value is not null
    and changes.value <> coalesce(changes.former_value, '')
    and changes.effective_at >= tickets.appeared_at
