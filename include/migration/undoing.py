"""What every step of undo works with."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from include.hubspot.batches import ordered
from include.hubspot.errors import WriteRefused
from include.hubspot.refusals import Refusal
from include.hubspot.writing import WritingSession
from include.migration.entries import Entry, Outcome
from include.migration.ledger import Ledger
from include.migration.ledger_file import Migration

Row = TypeVar("Row")
GONE = "gone at the target: nothing to give back"


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

    def leave(self, object_type: str, entry: Entry, why: str) -> None:
        """Note what could not be taken back; the next run of undo tries it again."""
        # what was sent and never settled was found: `failed` alone would say that it never came
        ours = True if entry.may_be_ours and entry.before is None else None
        reason = f"not taken back: {why}"
        self.settle(object_type, [Outcome(entry.key, "failed", is_ours=ours, reason=reason)])

    def refused(self, object_type: str, entry: Entry, refusal: Refusal | None) -> None:
        """Note what HubSpot refused; what is gone at the target leaves nothing to take back."""
        if refusal and refusal.is_absence:
            self.settle(object_type, [Outcome(entry.key, "undone", reason=GONE)])
            self.report(f"{object_type}: {entry.key} is {GONE}")
        else:
            self.leave(object_type, entry, refusal.reason if refusal else "refused")

    def settle_each(
        self, object_type: str, entries: Sequence[Entry], send: Callable[[Sequence[Entry]], object]
    ) -> int:
        """Send entries in one call; where HubSpot refuses it, the halves tell for which of them.

        Returns:
            How many are taken back.

        Raises:
            HubSpotError: As drawn in its room; it is not known then what was done.
        """
        try:
            send(entries)
        except WriteRefused as error:
            if len(entries) == 1:
                self.refused(object_type, entries[0], error.refusal)
                return 0
            middle = len(entries) // 2
            halves = (entries[:middle], entries[middle:])
            return sum(self.settle_each(object_type, half, send) for half in halves)
        self.settle(object_type, [Outcome(entry.key, "undone") for entry in entries])
        return len(entries)

    def side_by_side(
        self, batches: Iterable[list[Row]], do: Callable[[list[Row]], int]
    ) -> Iterator[int]:
        """Do batches on the target session's workers, as many in flight as it allows."""
        return ordered(self.target.workers(), 2 * self.target.max_in_flight, batches, do)
