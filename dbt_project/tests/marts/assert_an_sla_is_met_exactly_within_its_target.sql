-- Met and breached are about stopped clocks and lie a millisecond apart; whatever passed its target
-- says when.
select
    ticket_id,
    metric,
    cycle,
    status,
    elapsed_seconds,
    target_seconds,
    breached_at
from {{ ref('ticket_slas') }}
where
    (status = 'met') <> (
        status <> 'unknown' and stopped_at is not null and elapsed_seconds <= target_seconds
    )
    or (status = 'breached') <> (
        status <> 'unknown' and stopped_at is not null and elapsed_seconds > target_seconds
    )
    or (breached_at is not null) <> coalesce(elapsed_seconds > target_seconds, false)
    or elapsed_seconds < 0
    or paused_seconds < 0
    or stopped_at < started_at
    or breached_at < started_at
