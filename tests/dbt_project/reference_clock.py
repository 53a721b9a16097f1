"""What is said of one clock of a ticket."""

from dataclasses import dataclass, replace
from datetime import datetime

_DURATIONS = ("paused", "elapsed", "target", "first_target")


@dataclass
class Clock:
    """What ticket_slas says; durations in minutes, while the clock is walked in steps."""

    status: str = "unknown"
    stopped_at: datetime | None = None
    paused_at: datetime | None = None
    paused: float | None = None
    elapsed: float | None = None
    target: float = 0
    first_target: float = 0
    due_at: datetime | None = None
    breached_at: datetime | None = None

    def in_minutes(self, steps: int) -> "Clock":
        """Give a clock that was walked in so many steps a minute with durations in minutes."""
        told = {name: getattr(self, name) for name in _DURATIONS}
        return replace(self, **{k: v if v is None else v / steps for k, v in told.items()})
