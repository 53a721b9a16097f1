{{ config(materialized='incremental') }}

-- Every time a ticket came to an owner or to a team, the first time too.
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
    ticket_id,
    attribute,
    value,
    effective_at as assigned_at
from changes
where value is not null and value <> coalesce(former_value, '')
