"""What has not happened yet: creations, changes, links, archivings and merges in order of time."""

import heapq
from collections.abc import Sequence
from typing import Any

from include.sandbox.contents import Contents
from include.sandbox.records import Record


class Timeline:
    """Events in order of time, each handed out once."""

    def __init__(self, events: Sequence[Any]) -> None:
        self._events = sorted(events, key=lambda event: event.when)
        self._next = 0

    def until(self, moment: int) -> list[Any]:
        """Return the events up to `moment` (inclusive) that were not handed out before."""
        start = self._next
        while self._next < len(self._events) and self._events[self._next].when <= moment:
            self._next += 1
        return self._events[start : self._next]


class Schedule:
    """The future of a portal's contents."""

    def __init__(self, contents: Contents) -> None:
        self.links = Timeline(contents.links)
        self.archives = Timeline(contents.archives)
        self.merges = Timeline(contents.merges)
        self._waiting: dict[str, list[tuple[int, int, Record]]] = {}
        for object_type, records in contents.records.items():
            heap = [(record.created, record.id, record) for record in records.values()]
            heapq.heapify(heap)
            self._waiting[object_type] = heap

    def settle(self, object_type: str, moment: int) -> list[Record]:
        """Let an object type's records live up to `moment`; return those that something befell."""
        heap = self._waiting[object_type]
        touched: list[Record] = []
        while heap and heap[0][0] <= moment:
            record = heapq.heappop(heap)[2]
            record.settle(moment)
            touched.append(record)
        for record in touched:
            self.push(object_type, record)
        return touched

    def push(self, object_type: str, record: Record) -> None:
        """Wait for a record's next entry, when it has one."""
        due = record.next_due()
        if due is not None:
            heapq.heappush(self._waiting[object_type], (due, record.id, record))
