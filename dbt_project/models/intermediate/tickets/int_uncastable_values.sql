{{ config(materialized='view') }}

-- Values that the type of their column does not hold: null in the marts, and kept in raw.
with columns as (
    select * from {{ ref('int_ticket_columns') }}
)

select
    property_name as value_name,
    ticket_id as object_id
from {{ ref('int_ticket_uncastable_values') }}
union all
select
    'escalation_level',
    ticket_id
from columns
where escalation_level is not null and {{ whole_number('escalation_level') }} is null
union all
select
    'escalated_at',
    ticket_id
from columns
where escalated_at is not null and {{ moment_of_text('escalated_at') }} is null
union all
select
    'deals.amount',
    deal_id
from {{ ref('stg_hubspot__deals') }}
where amount_text <> '' and try_cast(amount_text as double) is null
