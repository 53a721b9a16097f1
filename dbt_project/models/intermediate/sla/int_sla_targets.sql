-- The policy changes that counted, and where the clock stopped. A policy stops its clock by the entry
-- into its own stop category that was not left again; a change at or after the stop is none.
with clocks as (
    select * from {{ ref('int_sla_clocks') }}
),

changes as (
    select
        changes.*,
        policies.calendar,
        policies.target_seconds,
        policies.due_soon_seconds,
        policies.pause_categories,
        policies.stop_category,
        policies.reopen,
        clocks.started_at,
        clocks.ended_at,
        case
            when policies.stop_category = 'resolved' then clocks.resolved_stop_at
            else clocks.closed_stop_at
        end as policy_stop_at,
        lead(changes.changed_at) over in_order as next_changed_at,
        lag(policies.target_seconds) over in_order as former_target_seconds,
        lag(changes.policy) over in_order as former_policy
    from {{ ref('int_sla_policy_changes') }} as changes
    inner join {{ ref('stg_policies__sla_policies') }} as policies
        on changes.policy = policies.policy
    inner join clocks
        on
            changes.ticket_id = clocks.ticket_id
            and changes.metric = clocks.metric
            and changes.cycle = clocks.cycle
    window in_order as (
        partition by changes.ticket_id, changes.metric, changes.cycle order by changes.changed_at
    )
),

stopped as (
    select
        *,
        max(case
            when policy_stop_at <= coalesce(next_changed_at, {{ end_of_time() }}) then 1
            else 0
        end) over (
            partition by ticket_id, metric, cycle order by changed_at
            rows between unbounded preceding and 1 preceding
        ) as is_stopped_before
    from changes
),

counted as (
    select
        *,
        -- A change that meets a ticket already in the new policy's stop category stops the clock.
        -- The first policy counts from the start, also when it came after the stop.
        case
            when policy_stop_at is null then null
            when change_number = 1 then policy_stop_at
            else greatest(policy_stop_at, changed_at)
        end as stop_at,
        row_number() over (partition by ticket_id, metric, cycle order by changed_at desc)
            as age_number
    from stopped
    where
        coalesce(is_stopped_before, 0) = 0
        -- Nothing re-targets a clock that archiving or merging has ended.
        and (change_number = 1 or ended_at is null or changed_at < ended_at)
)

select
    ticket_id,
    metric,
    cycle,
    change_number,
    policy,
    priority,
    calendar,
    target_seconds,
    former_target_seconds,
    former_policy,
    due_soon_seconds,
    pause_categories,
    stop_category,
    reopen,
    age_number = 1 as is_final,
    changed_at,
    -- The time before the first policy counts under it.
    case when change_number = 1 then started_at else changed_at end as in_force_from,
    lead(changed_at) over (partition by ticket_id, metric, cycle order by changed_at)
        as in_force_to,
    stop_at
from counted
