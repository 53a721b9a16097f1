{# Views of the marts name their tables without a database: see ticket_timeline. The build's moment is
   written into the view, because the published file has no other place that the view could ask. #}
{{ config(
    materialized='view',
    pre_hook='use {{ this.database }}',
    post_hook='use {{ target.database }}'
) }}
{%- set responses = ref('ticket_responses').include(database=false) %}
{%- set tickets = ref('tickets').include(database=false) %}
-- Open tickets whose newest public message is the customer's, longest wait first.
-- depends_on: {{ ref('stg_hubspot__build_moment') }}
with turns as (
    select
        *,
        case author_type when 'customer' then 1 else 2 end as turn_order
    from {{ responses }}
    where
        is_public
        and (
            (author_type = 'customer' and direction = 'INCOMING')
            or (author_type = 'agent' and direction = 'OUTGOING')
            or channel in ('call', 'meeting')
        )
),

ranked as (
    select
        *,
        row_number() over (
            partition by ticket_id order by occurred_at desc, turn_order desc, response_id desc
        ) as age_number,
        max(case when turn_order = 2 then occurred_at end) over (partition by ticket_id)
            as last_answered_at
    from turns
),

-- The run of messages that nobody answered: in one moment a message is before its answer.
unanswered as (
    select
        ticket_id,
        min(occurred_at) as waiting_since_at,
        max(occurred_at) as last_message_at,
        count(*) as unanswered_count,
        max(case when age_number = 1 then channel end) as channel,
        max(case when age_number = 1 then thread_id end) as thread_id
    from ranked
    where turn_order = 1 and (last_answered_at is null or occurred_at > last_answered_at)
    group by ticket_id
)

select
    unanswered.ticket_id,
    tickets.subject,
    tickets.pipeline_id,
    tickets.status,
    tickets.priority,
    tickets.team,
    tickets.owner_id,
    tickets.requester_contact_id,
    unanswered.channel,
    unanswered.thread_id,
    unanswered.unanswered_count,
    unanswered.waiting_since_at,
    unanswered.last_message_at,
    {{ seconds_between(
        'unanswered.waiting_since_at', moment_of_build(ref('stg_hubspot__build_moment'))
    ) }}
        as waiting_seconds
from unanswered
inner join {{ tickets }} as tickets on unanswered.ticket_id = tickets.ticket_id
where
    tickets.status not in ('resolved', 'closed')
    and tickets.archived_at is null
    and tickets.merged_into_ticket_id is null
order by waiting_seconds desc, unanswered.ticket_id asc
