{{ config(materialized='incremental', meta={'rebuilt': 'int_sla_tickets'}) }}

with columns as (
    select * from {{ ref('int_ticket_columns') }}
),

endings as (
    select * from {{ ref('int_ticket_endings') }}
    where {{ is_rebuilt('ticket_id', 'int_sla_tickets') }}
),

priorities as (
    select * from {{ ref('stg_policies__priorities') }}
),

links as (
    select * from {{ ref('int_ticket_links') }}
),

reassignments as (
    select * from {{ ref('int_ticket_reassignments') }}
),

slas as (
    select * from {{ ref('int_ticket_sla_summaries') }}
),

responses as (
    select * from {{ ref('int_ticket_response_summaries') }}
)

select
    endings.ticket_id,
    columns.ticket_number,
    columns.subject,
    columns.content,
    columns.source,
    columns.ticket_type,
    columns.service_address,
    columns.affected_services,
    columns.device_serial_numbers,
    columns.team,
    columns.tags,
    {{ whole_number('columns.escalation_level') }} as escalation_level,
    {{ moment_of_text('columns.escalated_at') }} as escalated_at,
    columns.escalated_to,
    columns.origin_type,
    columns.target_type,

    coalesce(endings.pipeline_id, columns.pipeline) as pipeline_id,
    coalesce(endings.stage_id, columns.stage) as stage_id,
    case
        when endings.stage_id is not null then endings.category
        else coalesce(stages.category, 'unknown')
    end as status,
    priorities.priority,
    columns.priority as hubspot_priority,
    columns.owner as owner_id,
    links.requester_contact_id,
    links.primary_company_id,
    coalesce(links.has_contact, false) as has_contact,

    endings.created_at,
    endings.appeared_at,
    endings.resolved_at,
    endings.closed_at,
    endings.archived_at,
    endings.merged_at,
    endings.merged_into_ticket_id,

    responses.first_response_at,
    {{ seconds_between('responses.waiting_from', 'responses.first_response_at') }}
        as first_response_seconds,
    slas.first_response_business_seconds,
    cast(responses.response_count as integer) as response_count,
    -- Known only where somebody asked whether the ticket was answered.
    responses.response_count = 1 and endings.category in ('resolved', 'closed') as is_one_touch,
    {{ seconds_between(
        'endings.created_at', 'coalesce(slas.resolution_stopped_at, endings.closed_at)'
    ) }} as resolution_seconds,
    slas.resolution_business_seconds,
    cast(endings.reopen_count as integer) as reopen_count,
    cast(coalesce(reassignments.reassignment_count, 0) as integer) as reassignment_count,
    slas.sla_due_at,
    coalesce(slas.is_sla_breached, false) as is_sla_breached
from endings
left join columns on endings.ticket_id = columns.ticket_id
left join priorities on columns.priority = priorities.value
left join {{ ref('int_stages') }} as stages
    on columns.pipeline = stages.pipeline_id and columns.stage = stages.stage_id
left join links on endings.ticket_id = links.ticket_id
left join reassignments on endings.ticket_id = reassignments.ticket_id
left join slas on endings.ticket_id = slas.ticket_id
left join responses on endings.ticket_id = responses.ticket_id
