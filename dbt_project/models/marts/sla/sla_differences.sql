{{ config(materialized='incremental', meta={'rebuilt': 'int_sla_tickets'}) }}

-- Where HubSpot's own service level fields and our last clock of the metric say different things. Due
-- moments count as equal within a minute: HubSpot's rules know whole minutes.
with ours as (
    select
        slas.*,
        row_number() over (partition by slas.ticket_id, slas.metric order by slas.cycle desc)
            as age_number
    from {{ ref('ticket_slas') }} as slas
    where {{ is_rebuilt('slas.ticket_id', 'int_sla_tickets') }}
),

compared as (
    select
        hubspot_slas.ticket_id,
        hubspot_slas.metric,
        ours.cycle,
        ours.status,
        hubspot_slas.hubspot_status,
        ours.due_at,
        hubspot_slas.hubspot_due_at,
        {{ seconds_between('ours.due_at', 'hubspot_slas.hubspot_due_at') }}
            as due_difference_seconds,
        ours.target_seconds,
        -- HubSpot has no word for paused, cancelled and unknown.
        case
            when ours.status = 'paused' then 'active'
            when ours.status not in ('cancelled', 'unknown') then ours.status
        end as comparable_status,
        ours.stopped_at is not null as has_stopped,
        hubspot_slas.hubspot_status in ('met', 'breached') as has_stopped_in_hubspot,
        ours.paused_seconds > 0 or ours.status = 'paused' as was_paused,
        ours.first_target_seconds <> ours.target_seconds as was_retargeted,
        hubspot_slas.metric = 'resolution' and tickets.reopen_count > 0 as was_reopened,
        hubspot_slas.hubspot_status in ('active', 'due_soon')
        and hubspot_slas.hubspot_due_at <= build_moment.as_of as is_stale
    from {{ ref('int_hubspot_slas') }} as hubspot_slas
    inner join {{ ref('tickets') }} as tickets on hubspot_slas.ticket_id = tickets.ticket_id
    cross join {{ ref('stg_hubspot__build_moment') }} as build_moment
    left join ours
        on
            hubspot_slas.ticket_id = ours.ticket_id
            and hubspot_slas.metric = ours.metric
            and ours.age_number = 1
    where {{ is_rebuilt('hubspot_slas.ticket_id', 'int_sla_tickets') }}
)

select
    ticket_id,
    metric,
    cycle,
    status,
    hubspot_status,
    due_at,
    hubspot_due_at,
    due_difference_seconds,
    target_seconds,
    case
        when status is null then 'no_clock_here'
        when comparable_status is null then 'unknown_to_hubspot'
        when hubspot_status is not null and has_stopped <> has_stopped_in_hubspot then 'other_end'
        when is_stale then 'read_before_due'
        when was_paused then 'paused'
        when was_retargeted then 'retargeted'
        when was_reopened then 'reopened'
        when abs(due_difference_seconds) > 60 then 'other_rule'
        else 'other_reckoning'
    end as reason
from compared
where
    comparable_status is null
    or comparable_status <> coalesce(hubspot_status, comparable_status)
    or abs(due_difference_seconds) > 60
