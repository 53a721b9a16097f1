-- One row per clock: its final policy, its stop and its end.
with clocks as (
    select * from {{ ref('int_sla_clocks') }}
),

targets as (
    select * from {{ ref('int_sla_targets') }}
),

first_targets as (
    select
        ticket_id,
        metric,
        cycle,
        target_seconds
    from targets
    where change_number = 1
),

final_targets as (
    select * from targets
    where is_final
),

-- The last re-target that lowered the target to the final one.
lowerings as (
    select
        targets.ticket_id,
        targets.metric,
        targets.cycle,
        max(targets.changed_at) as lowered_at
    from targets
    inner join final_targets
        on
            targets.ticket_id = final_targets.ticket_id
            and targets.metric = final_targets.metric
            and targets.cycle = final_targets.cycle
            and targets.target_seconds = final_targets.target_seconds
    where
        targets.former_target_seconds > targets.target_seconds
        -- The first policy's coming is one too, unless the clock had stopped before it came.
        or (
            targets.change_number = 1
            and (targets.stop_at is null or targets.changed_at < targets.stop_at)
        )
    group by targets.ticket_id, targets.metric, targets.cycle
),

joined as (
    select
        clocks.ticket_id,
        clocks.metric,
        clocks.cycle,
        clocks.category,
        clocks.is_unknown,
        final_targets.policy,
        final_targets.priority,
        final_targets.calendar,
        final_targets.target_seconds,
        first_targets.target_seconds as first_target_seconds,
        final_targets.due_soon_seconds,
        final_targets.pause_categories,
        clocks.started_at,
        lowerings.lowered_at,
        case
            when
                not clocks.is_unknown
                and final_targets.stop_at <= coalesce(clocks.ended_at, {{ end_of_time() }})
                then final_targets.stop_at
        end as stopped_at,
        clocks.ended_at,
        build_moment.as_of
    from clocks
    cross join {{ ref('stg_hubspot__build_moment') }} as build_moment
    inner join final_targets
        on
            clocks.ticket_id = final_targets.ticket_id
            and clocks.metric = final_targets.metric
            and clocks.cycle = final_targets.cycle
    inner join first_targets
        on
            clocks.ticket_id = first_targets.ticket_id
            and clocks.metric = first_targets.metric
            and clocks.cycle = first_targets.cycle
    left join lowerings
        on
            clocks.ticket_id = lowerings.ticket_id
            and clocks.metric = lowerings.metric
            and clocks.cycle = lowerings.cycle
)

select
    *,
    stopped_at is null and ended_at is not null as is_cancelled,
    metric = 'resolution' and stopped_at is null and ended_at is null and not is_unknown
    and pause_categories like '%;' || category || ';%' as is_paused,
    coalesce(stopped_at, ended_at, as_of) as clock_end_at
from joined
