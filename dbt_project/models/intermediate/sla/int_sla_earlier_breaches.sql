-- Crossings of targets that were replaced later: each where its clock turned late under it. A clock that
-- was late already under the target before turned late then.
with pieces as (
    select * from {{ ref('int_sla_pieces') }}
    where state = 'running'
),

targets as (
    select * from {{ ref('int_sla_targets') }}
    where not is_final
),

elapsed as (
    select
        targets.ticket_id,
        targets.metric,
        targets.cycle,
        targets.change_number,
        targets.target_seconds,
        targets.former_target_seconds,
        targets.in_force_from,
        coalesce(sum(case
            when pieces.piece_to <= targets.in_force_from
                then pieces.business_to - pieces.business_from
        end), 0) as elapsed_from,
        coalesce(sum(pieces.business_to - pieces.business_from), 0) as elapsed_to
    from targets
    inner join pieces
        on
            targets.ticket_id = pieces.ticket_id
            and targets.metric = pieces.metric
            and targets.cycle = pieces.cycle
            and pieces.piece_to <= targets.in_force_to
    group by
        targets.ticket_id, targets.metric, targets.cycle, targets.change_number,
        targets.target_seconds, targets.former_target_seconds, targets.in_force_from
)

select
    elapsed.ticket_id,
    elapsed.metric,
    elapsed.cycle,
    elapsed.target_seconds,
    greatest(crossings.reached_at, elapsed.in_force_from) as breached_at
from elapsed
inner join {{ ref('int_sla_crossings') }} as crossings
    on
        elapsed.ticket_id = crossings.ticket_id
        and elapsed.metric = crossings.metric
        and elapsed.cycle = crossings.cycle
        and elapsed.target_seconds = crossings.target_seconds
where
    elapsed.elapsed_to > 1000 * elapsed.target_seconds
    and (
        elapsed.change_number = 1
        or elapsed.elapsed_from <= 1000 * elapsed.former_target_seconds
    )
