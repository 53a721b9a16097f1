"""Lean portals: tickets are made when they are asked for; what was changed is kept.

One million tickets need 40 MB of ids and moments this way, and not 2 GB of records. What a lean
portal cannot do stands in this room's README.
"""

from array import array
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any, Protocol

from include.sandbox.definitions import Definitions
from include.sandbox.records import Record
from include.sandbox.store import Store, insert_id

# Tickets made last, some 20 MB: whoever pages a search to its 10,000th row reads these next, and
# there may be two such readers.
_REMEMBERED = 20_000


class Lives(Protocol):
    """Knows every ticket by arithmetic."""

    count: int
    begins: int

    def id_of(self, number: int) -> int:
        """Return the id of a number."""

    def number_of(self, ticket_id: int) -> int | None:
        """Return the number of an id."""

    def moments(self, number: int) -> tuple[int, int]:
        """Return when a ticket was last changed, and when created."""

    def make(self, ticket_id: int) -> Record | None:
        """Return the ticket of an id."""

    def edges(self, from_type: str, to_type: str, record_id: int) -> dict[int, tuple[int, ...]]:
        """Return a record's links."""


class LeanRecords:
    """Records by id: those that were changed or created, and all others when asked for."""

    def __init__(self, lives: Lives) -> None:
        self.lives = lives
        self.kept: dict[int, Record] = {}
        self._made: OrderedDict[int, Record] = OrderedDict()
        self._gone: set[int] = set()  # purged: never made again

    def get(self, record_id: int) -> Record | None:
        """Return a record, or None when there is none of that id."""
        record = self.kept.get(record_id) or self._made.get(record_id)
        if record is None and record_id not in self._gone:
            record = self.lives.make(record_id)
            if record is not None:
                self._made[record_id] = record
                if len(self._made) > _REMEMBERED:
                    self._made.popitem(last=False)
        return record

    def __getitem__(self, record_id: int) -> Record:
        record = self.get(record_id)
        if record is None:
            raise KeyError(record_id)
        return record

    def __setitem__(self, record_id: int, record: Record) -> None:
        self.kept[record_id] = record

    def __contains__(self, record_id: int) -> bool:
        if record_id in self.kept:
            return True
        return record_id not in self._gone and self.lives.number_of(record_id) is not None

    def values(self) -> Iterable[Record]:
        """Return the records that were changed or created."""
        return self.kept.values()

    def pop(self, record_id: int, default: Any = None) -> Any:
        """Forget a record for good."""
        self._gone.add(record_id)
        self._made.pop(record_id, None)
        return self.kept.pop(record_id, default)


class LeanStore(Store):
    """The tickets of a lean portal."""

    def __init__(self, definitions: Definitions, lives: Lives) -> None:
        super().__init__("tickets")
        self.definitions = definitions
        self.lives = lives
        self.records: Any = LeanRecords(lives)
        self.live: Any = array("q", (lives.id_of(number) for number in range(lives.count)))

    def admit(self, records: Iterable[Record]) -> None:
        """Let records exist."""
        for record in records:
            self.records[record.id] = record
            insert_id(self.live, record.id)

    def keep(self, record: Record) -> None:
        """Keep a record that changes: made anew, it would be as it was."""
        self.records.kept[record.id] = record

    def scanned(self) -> list[int]:
        """Return the live ones of those that were changed or created: a million is too many."""
        return [i for i, r in self.records.kept.items() if not (r.archived_at or r.merged_into)]
