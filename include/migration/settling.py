"""What was sent without a known outcome: read back by source key, it is there or it is not."""

from collections.abc import Collection
from typing import Any, Protocol

from include.hubspot.moments import from_hubspot
from include.hubspot.writing import WritingSession
from include.migration.entries import Entry, Outcome, State
from include.migration.ledger_file import Migration
from include.migration.reading_back import LIMIT, by_key
from include.migration.run import batched


class AtWork(Protocol):
    """What of a run, or of an undo, is needed here."""

    target: WritingSession
    migration: Migration

    def entries(self, object_type: str) -> dict[str, Entry]:
        """Return the ledger's entries of one kind."""

    def settle(self, object_type: str, outcomes: list[Outcome]) -> None:
        """Note what became of an object."""


def settle_uncertain(
    at_work: AtWork, object_type: str, states: Collection[State] = ("sent",)
) -> int:
    """Confirm the creations that reached the target; the others stay what they were.

    Args:
        at_work: A run, or an undo.
        object_type: tickets, contacts, notes, …
        states: Which creations are looked for; undo also looks for those that `failed`, for a
            write that got no clear answer may have been done.

    Returns:
        How many were looked for.

    Raises:
        HubSpotError: As drawn in its room.
    """
    entries = at_work.entries(object_type).values()
    sent = [one for one in entries if one.state in states and one.attempt and one.is_creation]
    for batch in batched(sent, LIMIT):
        found = by_key(at_work.target, object_type, [entry.key for entry in batch])
        at_work.settle(
            object_type,
            [
                Outcome(key, "confirmed", str(record["id"]), is_made_by(at_work.migration, record))
                for key, record in found.items()
            ],
        )
    return len(sent)


def is_made_by(migration: Migration, record: dict[str, Any]) -> bool:
    """Whether a record with one of the migration's source keys is younger than the migration.

    What an upsert says of `new` alone does not tell: the answer to the write that made the record
    may have been lost, and the next one says that it was there.
    """
    return from_hubspot(str(record["createdAt"])) >= migration.began_at
