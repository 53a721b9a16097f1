-- A clock's life cut where its policy or, for resolutions, its stage changed: each piece runs, is paused,
-- or is stopped (closed, and reopened later), on one calendar.
with runs as (
    select * from {{ ref('int_sla_runs') }}
    where not is_unknown
),

-- No stage pauses or stops the wait for a response: one span is its whole life.
spans as (
    select
        ticket_id,
        'resolution' as metric,
        category,
        entered_at,
        exited_at
    from {{ ref('int_ticket_stage_intervals') }}
    union all
    select distinct
        ticket_id,
        metric,
        cast(null as varchar),
        {{ beginning_of_time() }},
        cast(null as timestamp)
    from runs
    where metric <> 'resolution'
),

cut as (
    select
        runs.ticket_id,
        runs.metric,
        runs.cycle,
        targets.calendar,
        spans.category,
        targets.target_seconds,
        targets.pause_categories,
        targets.stop_category,
        targets.reopen,
        greatest(spans.entered_at, targets.in_force_from, runs.started_at) as piece_from,
        least(
            coalesce(spans.exited_at, {{ end_of_time() }}),
            coalesce(targets.in_force_to, {{ end_of_time() }}),
            runs.clock_end_at
        ) as piece_to
    from runs
    inner join {{ ref('int_sla_targets') }} as targets
        on
            runs.ticket_id = targets.ticket_id
            and runs.metric = targets.metric
            and runs.cycle = targets.cycle
    inner join spans on runs.ticket_id = spans.ticket_id and runs.metric = spans.metric
),

judged as (
    select
        ticket_id,
        metric,
        cycle,
        calendar,
        target_seconds,
        piece_from,
        piece_to,
        case
            when
                metric = 'resolution' and reopen = 'resume'
                and (category = 'closed' or category = stop_category) then 'stopped'
            when metric = 'resolution' and pause_categories like '%;' || category || ';%'
                then 'paused'
            else 'running'
        end as state
    from cut
    where piece_from < piece_to
)

select
    judged.*,
    {{ business_milliseconds('judged.calendar', 'judged.piece_from', 'opening') }} as business_from,
    {{ business_milliseconds('judged.calendar', 'judged.piece_to', 'closing') }} as business_to
from judged
left join {{ ref('int_calendar_segments') }} as opening
    on {{ segment_holds('opening', 'judged.calendar', 'judged.piece_from') }}
left join {{ ref('int_calendar_segments') }} as closing
    on {{ segment_holds('closing', 'judged.calendar', 'judged.piece_to') }}
