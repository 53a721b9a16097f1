"""How a run of the writer, and one of undo, end: the state noted, the outcome shown to others."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from include.hubspot.writing import WritingSession
from include.migration.ledger import Ledger
from include.migration.ledger_file import Migration
from include.migration.outcome import export


@dataclass(frozen=True)
class Ended:
    """What a run left behind.

    Attributes:
        plan_hash: The migration.
        state: Of the migration now: writing, written, undoing (something is left) or undone.
        counts: Objects by kind and state: confirmed, failed, undone.
        failures: (kind, reason, how many) of what could not be written or taken back, the most
            frequent first.
        calls: Calls that this run made to the target.
    """

    plan_hash: str
    state: str
    counts: dict[str, dict[str, int]]
    failures: list[tuple[str, str, int]]
    calls: int

    @property
    def failed(self) -> int:
        """How many objects could not be written or taken back."""
        return sum(states.get("failed", 0) for states in self.counts.values())

    def as_json(self) -> dict[str, Any]:
        """The result as the command line prints it."""
        return {
            "plan_hash": self.plan_hash,
            "state": self.state,
            "counts": self.counts,
            "failed": self.failed,
            "failures": [
                {"object": kind, "reason": reason, "count": count}
                for kind, reason, count in self.failures
            ],
            "calls": self.calls,
        }


@contextmanager
def ending(ledger: Ledger, outcome: Path) -> Iterator[None]:
    """Show the outcome to others, however it went.

    Args:
        ledger: Open.
        outcome: The file that others read.
    """
    try:
        yield
    finally:
        export(ledger, outcome)


def ended(ledger: Ledger, migration: Migration, target: WritingSession, state: str) -> Ended:
    """What the ledger says of a migration now, and the calls that this run made."""
    return Ended(
        migration.plan_hash,
        state,
        ledger.counts(migration.id),
        ledger.reasons(migration.id),
        target.calls_made(),
    )
