-- The earliest moment at which a clock's elapsed time reaches its final target: in the past, where it
-- did; else ahead, as if the clock ran on from its end. A clock that is paused has none ahead.
with runs as (
    select
        runs.*,
        1000 * runs.target_seconds as target_milliseconds,
        coalesce(elapsed.elapsed_milliseconds, 0) as elapsed_milliseconds,
        -- A stopped clock may have been paused until then.
        coalesce(elapsed.last_piece_to, runs.started_at)
        <> coalesce(elapsed.last_unpaused_at, runs.started_at) as was_paused
    from {{ ref('int_sla_runs') }} as runs
    left join {{ ref('int_sla_elapsed') }} as elapsed
        on
            runs.ticket_id = elapsed.ticket_id
            and runs.metric = elapsed.metric
            and runs.cycle = elapsed.cycle
    where not runs.is_unknown
),

ahead as (
    select
        runs.ticket_id,
        runs.metric,
        runs.cycle,
        runs.calendar,
        {{ business_milliseconds('runs.calendar', 'runs.clock_end_at', 'segments') }}
        + runs.target_milliseconds - runs.elapsed_milliseconds as due_business
    from runs
    left join {{ ref('int_calendar_segments') }} as segments
        on {{ segment_holds('segments', 'runs.calendar', 'runs.clock_end_at') }}
    where
        runs.elapsed_milliseconds < runs.target_milliseconds
        and not runs.is_paused
        and not (runs.was_paused and (runs.stopped_at is not null or runs.is_cancelled))
)

select
    runs.ticket_id,
    runs.metric,
    runs.cycle,
    crossings.reached_at as due_at
from runs
inner join {{ ref('int_sla_crossings') }} as crossings
    on
        runs.ticket_id = crossings.ticket_id
        and runs.metric = crossings.metric
        and runs.cycle = crossings.cycle
        and runs.target_seconds = crossings.target_seconds
union all
select
    ahead.ticket_id,
    ahead.metric,
    ahead.cycle,
    {{ moment_of_business('ahead.calendar', 'ahead.due_business', 'openings') }} as due_at
from ahead
left join {{ ref('int_calendar_openings') }} as openings
    on {{ opening_holds('openings', 'ahead.calendar', 'ahead.due_business') }}
