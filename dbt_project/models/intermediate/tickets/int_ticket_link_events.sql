{{ config(materialized='view') }}

-- Activities that association windows tell: a link that began, a link that ended.
with associations as (
    select * from {{ ref('int_ticket_associations') }}
    where object_type in ('contacts', 'companies', 'deals')
),

began as (
    select
        *,
        case object_type
            when 'contacts' then 'ticket_contact_added'
            when 'companies' then 'ticket_company_associated'
            else 'ticket_deal_associated'
        end as activity_type,
        associated_at as occurred_at
    from associations
),

ended as (
    select
        *,
        case object_type
            when 'contacts' then 'ticket_contact_removed'
            else 'ticket_company_removed'
        end as activity_type,
        archived_at as occurred_at
    from associations
    where archived_at is not null and object_type <> 'deals'
),

links as (
    select * from began
    union all
    select * from ended
)

select
    {{ hash_of([
        'ticket_id', 'object_type', 'object_id', milliseconds('associated_at'), 'activity_type',
    ]) }} as event_id,
    ticket_id,
    activity_type,
    occurred_at,
    object_type,
    object_id,
    label,
    type_ids
from links
