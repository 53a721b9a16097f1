"""Ids that wait to be read, handed out from two ends."""

import threading
from collections import deque
from collections.abc import Mapping

from include.hubspot.objects import LIMIT
from include.hubspot.span_search import LIMIT as SHOWN
from include.pipeline.reading.ids import Ids

_TRIED = 3  # searches, before it counts what they brought


class Pieces:
    """Ids that wait, lowest first: search takes from the front, batch read from the back.

    Both go the same way again when a run is gone on with: what was answered is asked again.
    """

    def __init__(self, waiting: Mapping[str, Ids]) -> None:
        self._guard = threading.Lock()
        self._returned: dict[str, Ids] = {}
        self._put(waiting)
        self._barred: set[str] = set()
        self._brought: dict[str, tuple[int, int]] = {}

    def first(self) -> tuple[str, list[str]] | None:
        """Take the next piece for search."""
        with self._guard:
            for _ in range(len(self._left)):
                kind, start = self._left.popleft()
                if kind not in self._barred:
                    return kind, self._waiting[kind].piece(start, SHOWN)
                self._left.append((kind, start))
            return None

    def last(self) -> tuple[str, list[str]] | None:
        """Take the next piece for batch read."""
        with self._guard:
            if self._left:
                kind, start = self._left.pop()
                return kind, self._waiting[kind].piece(start, SHOWN)
            return None

    def give_back(self, kind: str, ids: list[str]) -> None:
        """Leave to batch read what search did not bring."""
        with self._guard:
            self._returned.setdefault(kind, Ids()).update(ids)

    def take_back(self) -> None:
        """Hand out what search did not bring, once it has ended: few of each piece, so together."""
        with self._guard:
            returned, self._returned = self._returned, {}
            self._put(returned)

    def _put(self, waiting: Mapping[str, Ids]) -> None:
        self._waiting = waiting
        self._left = deque(
            (kind, start) for kind in waiting for start in range(0, len(waiting[kind]), SHOWN)
        )

    def bar(self, kind: str) -> None:
        """Have no more searches for a kind."""
        with self._guard:
            self._barred.add(kind)

    def count(self, kind: str, brought: int) -> None:
        """Bar a kind of which a search brings less than a batch read, and costs as much."""
        with self._guard:
            searches, records = self._brought.get(kind, (0, 0))
            self._brought[kind] = searches, records = searches + 1, records + brought
            if searches >= _TRIED and records < searches * LIMIT:
                self._barred.add(kind)

    def drop(self) -> None:
        """Leave everything: another part of the read has failed."""
        with self._guard:
            self._left.clear()
            self._returned.clear()
