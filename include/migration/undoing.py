"""What every step of undo works with."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from include.hubspot.batches import ordered
from include.hubspot.writing import WritingSession
from include.migration.entries import Entry, Outcome
from include.migration.ledger import Ledger
from include.migration.ledger_file import Migration

Row = TypeVar("Row")


@dataclass
class Undoing:
    """One run of undo.

    Attributes:
        ledger: What was done.
        migration: What is taken back.
        target: The portal that was written to.
        report: Told lines of progress.
    """

    ledger: Ledger
    migration: Migration
    target: WritingSession
    report: Callable[[str], None]

    def entries(self, object_type: str) -> dict[str, Entry]:
        """Return the ledger's entries of one kind."""
        return self.ledger.entries(self.migration.id, object_type)

    def settle(self, object_type: str, outcomes: Iterable[Outcome]) -> None:
        """Note what became of an object."""
        self.ledger.settle(self.migration.id, object_type, outcomes)

    def side_by_side(
        self, batches: Iterable[list[Row]], do: Callable[[list[Row]], int]
    ) -> Iterator[int]:
        """Do batches on the target session's workers, as many in flight as it allows."""
        return ordered(self.target.workers(), 2 * self.target.max_in_flight, batches, do)
