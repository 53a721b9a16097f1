{{ config(materialized='incremental') }}

-- How often a ticket went from one owner to another; taking it from nobody is no reassignment, and a
-- clearing in between hides none.
with owners as (
    select
        ticket_id,
        value as owner_id,
        lag(value) over (partition by ticket_id order by changed_at, sequence) as former_owner_id
    from {{ ref('int_ticket_attribute_changes') }}
    where attribute = 'owner' and value is not null
)

select
    ticket_id,
    count(*) as reassignment_count
from owners
where owner_id <> former_owner_id
group by ticket_id
