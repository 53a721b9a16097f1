"""A service level policy as a person would read its row."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Policy:
    """A row of sla_policies.csv, read."""

    pipeline: str
    priority: str
    ticket_type: str
    target: int
    calendar: str
    pause: frozenset[str]
    stop: str
    reopen: str
    due_soon: int
    valid_from: datetime
    valid_to: datetime
    metric: str = "resolution"

    def rank(self) -> tuple[int, tuple[bool, ...]]:
        """More values first, then values further left."""
        named = tuple(value != "*" for value in (self.pipeline, self.priority, self.ticket_type))
        return sum(named), named

    def stops(self, category: str) -> bool:
        """Whether a ticket of that category is finished."""
        return category in ("closed", self.stop)

    def is_stopped_in(self, category: str) -> bool:
        """Whether its clock stands still because the ticket is finished for now."""
        return self.metric == "resolution" and self.reopen == "resume" and self.stops(category)

    def is_paused_in(self, category: str) -> bool:
        """Whether its clock stands still because somebody else has to act."""
        if self.metric != "resolution" or self.is_stopped_in(category):
            return False
        return category in self.pause
