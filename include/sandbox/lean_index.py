"""Search's index of a lean portal: what it knows of a million tickets in three arrays."""

from array import array
from collections.abc import Iterable, Iterator
from typing import Any

from include.sandbox.lean import LeanStore, Lives
from include.sandbox.records import Record
from include.sandbox.search_index import SearchIndex

_ID_BITS = 26
_FIRST_ID = 1_000_000_000
_ROOM = 1 << (62 - _ID_BITS)


class Pairs:
    """(moment, id) pairs in order, eight bytes each; slices are pairs too."""

    def __init__(self, zero: int, keys: array) -> None:
        self.zero = zero
        self.keys = keys

    def key(self, pair: tuple[int, int]) -> int:
        """Return the number that sorts as the pair does, within two years of the first."""
        moment = min(max(pair[0] - self.zero, -_ROOM), _ROOM - 1)
        return moment << _ID_BITS | pair[1] - _FIRST_ID

    def _pair(self, key: int) -> tuple[int, int]:
        return (key >> _ID_BITS) + self.zero, (key & (1 << _ID_BITS) - 1) + _FIRST_ID

    def __len__(self) -> int:
        return len(self.keys)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return Pairs(self.zero, self.keys[place])
        return self._pair(self.keys[place])

    def __delitem__(self, place: int) -> None:
        del self.keys[place]

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return map(self._pair, self.keys)

    def insert(self, place: int, pair: tuple[int, int]) -> None:
        """Insert a pair where it belongs."""
        self.keys.insert(place, self.key(pair))


class _Entries:
    """What the index knows of each ticket: (modified, created)."""

    def __init__(self, lives: Lives) -> None:
        self.lives = lives
        self._changed: dict[int, tuple[int, int] | None] = {}

    def get(self, record_id: int) -> tuple[int, int] | None:
        """Return a ticket's entry, or None when the index has none."""
        if record_id in self._changed:
            return self._changed[record_id]
        number = self.lives.number_of(record_id)
        return None if number is None else self.lives.moments(number)

    def __getitem__(self, record_id: int) -> tuple[int, int]:
        entry = self.get(record_id)
        if entry is None:
            raise KeyError(record_id)
        return entry

    def __setitem__(self, record_id: int, entry: tuple[int, int]) -> None:
        self._changed[record_id] = entry

    def pop(self, record_id: int, default: Any = None) -> Any:
        """Forget a ticket that left the portal."""
        entry = self.get(record_id)
        self._changed[record_id] = None
        return default if entry is None else entry


class LeanIndex(SearchIndex):
    """Search's index of a lean portal: three arrays of eight bytes per ticket."""

    def __init__(self, store: LeanStore, lag_ms: int) -> None:
        super().__init__(store, lag_ms)
        lives = store.lives
        self.entries: Any = _Entries(lives)
        self.by_id: Any = array("q", store.live)
        moments = [lives.moments(number) for number in range(lives.count)]
        pairs = Pairs(lives.begins, array("q"))
        for place, name in enumerate(("by_modified", "by_created")):
            keys = [pairs.key((m[place], i)) for m, i in zip(moments, store.live, strict=True)]
            keys.sort()
            setattr(self, name, Pairs(lives.begins, array("q", keys)))

    def touch(self, records: Iterable[Record], now: int, left_at: int | None = None) -> None:
        """Take notice of records, which from now on are kept."""
        touched = list(records)
        for record in touched:
            self.store.keep(record)
        super().touch(touched, now, left_at)

    def _put(self, records: list[Record]) -> None:
        for record in records:
            old, new = self.entries.get(record.id), self._note(record)
            if old != new:
                self._replace(record.id, old, new)
