-- When a clock's elapsed time reached each of its targets, the earlier ones too.
with targets as (
    select distinct
        ticket_id,
        metric,
        cycle,
        target_seconds
    from {{ ref('int_sla_targets') }}
),

running as (
    select
        ticket_id,
        metric,
        cycle,
        calendar,
        business_from,
        business_to - business_from as elapsed_here,
        sum(business_to - business_from) over (
            partition by ticket_id, metric, cycle order by piece_from
            rows between unbounded preceding and current row
        ) as elapsed_after
    from {{ ref('int_sla_pieces') }}
    where state = 'running'
),

-- The piece that crossed a target, and the business time at which it did.
crossings as (
    select
        targets.ticket_id,
        targets.metric,
        targets.cycle,
        targets.target_seconds,
        running.calendar,
        running.business_from
        + 1000 * targets.target_seconds
        - (running.elapsed_after - running.elapsed_here) as reached_business
    from running
    inner join targets
        on
            running.ticket_id = targets.ticket_id
            and running.metric = targets.metric
            and running.cycle = targets.cycle
            and running.elapsed_after >= 1000 * targets.target_seconds
            and running.elapsed_after - running.elapsed_here < 1000 * targets.target_seconds
)

select
    crossings.ticket_id,
    crossings.metric,
    crossings.cycle,
    crossings.target_seconds,
    {{ moment_of_business('crossings.calendar', 'crossings.reached_business', 'openings') }}
        as reached_at
from crossings
left join {{ ref('int_calendar_openings') }} as openings
    on {{ opening_holds('openings', 'crossings.calendar', 'crossings.reached_business') }}
