{{ config(materialized='view') }}

-- One row per problem and object that has it. Nothing is dropped for it: it is listed.
with tickets as (
    select * from {{ ref('tickets') }}
),

links as (
    select * from {{ ref('ticket_associations') }}
    where archived_at is null
),

targets as (
    select
        'contacts' as object_type,
        contact_id as object_id,
        archived_at
    from {{ ref('contacts') }}
    union all
    select
        'companies',
        company_id,
        archived_at
    from {{ ref('companies') }}
    union all
    select
        'deals',
        deal_id,
        archived_at
    from {{ ref('deals') }}
)

select
    'priority_not_mapped' as problem,
    hubspot_priority as detail,
    ticket_id as object_id
from tickets
where hubspot_priority is not null and priority is null
union all
select distinct
    'stage_not_mapped',
    coalesce(pipeline_id, '') || '/' || coalesce(stage_id, ''),
    ticket_id
from {{ ref('int_ticket_stage_intervals') }}
where category = 'unknown'
union all
select
    'ticket_without_stage',
    'no stage in its history',
    ticket_id
from tickets
where stage_id is null
union all
select
    'ticket_without_contact',
    'no contact is linked to it now',
    ticket_id
from tickets
where not has_contact and archived_at is null and merged_into_ticket_id is null
union all
select
    'owner_not_known',
    tickets.owner_id,
    tickets.ticket_id
from tickets
left join {{ ref('owners') }} as owners on tickets.owner_id = owners.owner_id
where tickets.owner_id is not null and owners.owner_id is null
union all
select distinct
    'policy_missing',
    metric,
    ticket_id
from {{ ref('int_sla_clocks_without_policy') }}
union all
select
    'value_not_castable',
    value_name,
    object_id
from {{ ref('int_uncastable_values') }}
union all
select
    case
        when merged.object_id is not null then 'link_to_merged_object'
        when targets.object_id is null then 'link_to_unread_object'
        else 'link_to_archived_object'
    end,
    links.object_type,
    links.ticket_id
from links
left join targets
    on links.object_type = targets.object_type and links.object_id = targets.object_id
left join {{ ref('stg_hubspot__merged_records') }} as merged
    on links.object_type = merged.object_type and links.object_id = merged.object_id
where
    links.object_type in ('contacts', 'companies', 'deals')
    and (
        targets.object_id is null or targets.archived_at is not null
        or merged.object_id is not null
    )
