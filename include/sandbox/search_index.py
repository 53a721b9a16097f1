"""Search's own index: it may lag behind the records, each change by its own delay.

It keeps three orders (modified, created, id), so that the filters of keyset paging are two
bisections and not a scan of the portal.
"""

import heapq
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable

from include.sandbox.records import WIDTH, Record
from include.sandbox.store import Store

_REBUILD_FROM = 500  # changes at once; one insertion costs about 20 us in a list of 100,000
_SPREAD = 2_654_435_761


class SearchIndex:
    """What search knows of one object type's records.

    `entries` is {id: (modified, created)} as indexed. With a lag of L ms, a change is found after
    L/2 to L ms of the portal's clock, so changes do not become visible in order.
    """

    def __init__(self, store: Store, lag_ms: int) -> None:
        self.store = store
        self.lag_ms = lag_ms
        self.entries: dict[int, tuple[int, int]] = {}
        self.by_modified: list[tuple[int, int]] = []
        self.by_created: list[tuple[int, int]] = []
        self.by_id: list[int] = []
        self._gone: set[int] = set()  # archived or merged away, as far as the index knows
        self._late: list[tuple[int, int, int, int]] = []  # (due, id, entries known, left at)
        self._appeared: dict[int, int] = {}  # of survivors of merges, which are older than that

    def lag(self, record_id: int, when: int) -> int:
        """Return by how many milliseconds one change is late: the same on every run."""
        half = self.lag_ms // 2
        return half + ((record_id * _SPREAD ^ when * 40_503) >> 7) % (self.lag_ms - half + 1)

    def touch(self, records: Iterable[Record], now: int, left_at: int | None = None) -> None:
        """Take notice of records that were created, changed, or (`left_at`) left the portal."""
        if self.lag_ms:
            records = [r for r in records if self._up_to_date(r, now, left_at)]
        else:
            records = list(records)
            for record in records:
                record.indexed = record.visible
            if left_at is not None:
                self._gone.update(record.id for record in records)
        self._put(records)

    def appear(self, survivor: Record, when: int, now: int) -> None:
        """Take notice of what a merge made: to the index it is no older than that."""
        self._appeared[survivor.id] = when
        self.touch([survivor], now)

    def _born(self, record: Record) -> int:
        return self._appeared.get(record.id, record.created)

    def come_back(self, record: Record, now: int) -> None:
        """Take notice of a record that was restored."""
        self._gone.discard(record.id)
        self._late = [late for late in self._late if not (late[1] == record.id and late[3])]
        heapq.heapify(self._late)
        self.touch([record], now)

    def forget(self, record_id: int) -> None:
        """Forget a record that was erased, at once: its rows cannot be shown any more."""
        self._gone.add(record_id)
        self._late = [late for late in self._late if late[1] != record_id]
        heapq.heapify(self._late)
        old = self.entries.pop(record_id, None)
        if old is not None:
            self._replace(record_id, old, None)

    def drain(self, now: int) -> None:
        """Index what has become due by `now`."""
        due: list[Record] = []
        while self._late and self._late[0][0] <= now:
            _, record_id, known, left_at = heapq.heappop(self._late)
            record = self.store.records[record_id]
            if left_at:
                self._gone.add(record_id)
            record.indexed = max(record.indexed, known)
            born = self._born(record)
            if born + self.lag(record.id, born) <= now:
                due.append(record)
        self._put(due)

    def _up_to_date(self, record: Record, now: int, left_at: int | None) -> bool:
        """Whether the index may show a record's present at once; what it may not is put off."""
        if left_at is not None:
            due = left_at + self.lag(record.id, left_at)
            if due > now:
                heapq.heappush(self._late, (due, record.id, 0, left_at))
            else:
                self._gone.add(record.id)
            return due <= now
        for at in range(0, record.visible * WIDTH, WIDTH):
            when = max(record.log[at], self._born(record))
            due = when + self.lag(record.id, when)
            known = at // WIDTH + 1
            if due <= now:
                record.indexed = max(record.indexed, known)
            elif known > record.indexed:
                heapq.heappush(self._late, (due, record.id, known, 0))
        born = self._born(record)
        born += self.lag(record.id, born)
        if born > now:
            heapq.heappush(self._late, (born, record.id, 0, 0))
        return born <= now

    def _put(self, records: list[Record]) -> None:
        if len(records) >= _REBUILD_FROM:
            for record in records:
                self._note(record)
            self._rebuild()
            return
        for record in records:
            old, new = self.entries.get(record.id), self._note(record)
            if old != new:
                self._replace(record.id, old, new)

    def _note(self, record: Record) -> tuple[int, int] | None:
        """Bring a record's entry up to what is indexed of it."""
        if record.id in self._gone:
            self.entries.pop(record.id, None)
            return None
        modified = record.modified
        if record.indexed < record.visible:
            known = record.log[0 : record.indexed * WIDTH : WIDTH]
            modified = max(record.created, max(known, default=record.created))
        entry = self.entries[record.id] = (modified, record.created)
        return entry

    def _rebuild(self) -> None:
        self.by_modified = sorted((entry[0], i) for i, entry in self.entries.items())
        self.by_created = sorted((entry[1], i) for i, entry in self.entries.items())
        self.by_id = sorted(self.entries)

    def _replace(
        self, record_id: int, old: tuple[int, int] | None, new: tuple[int, int] | None
    ) -> None:
        for place, order in ((0, self.by_modified), (1, self.by_created)):
            if old is not None:
                del order[bisect_left(order, (old[place], record_id))]
            if new is not None:
                insort(order, (new[place], record_id))
        if old is None:
            insort(self.by_id, record_id)
        elif new is None:
            del self.by_id[bisect_left(self.by_id, record_id)]

    def modified_between(self, low: int, high: int, low_id: int, high_id: int) -> tuple[int, int]:
        """Return the range of `by_modified` within bounds (ids only bound within one moment)."""
        if low == high:
            first = bisect_left(self.by_modified, (low, low_id))
            return first, bisect_right(self.by_modified, (low, high_id))
        first = bisect_left(self.by_modified, (low, 0))
        return first, bisect_left(self.by_modified, (high + 1, 0))

    def created_between(self, low: int, high: int) -> tuple[int, int]:
        """Return the range of `by_created` within bounds (inclusive)."""
        first = bisect_left(self.by_created, (low, 0))
        return first, bisect_left(self.by_created, (high + 1, 0))

    def ids_between(self, low: int, high: int) -> tuple[int, int]:
        """Return the range of `by_id` within bounds (inclusive)."""
        return bisect_left(self.by_id, low), bisect_right(self.by_id, high)
