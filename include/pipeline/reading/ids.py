"""Sets of HubSpot's ids that do not grow with Python's objects: a portal may have millions."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from heapq import merge

# Kept as Python's numbers until there are so many, or a share of those that are settled.
_NEW_AT_MOST, _NEW_SHARE = 50_000, 8


class Ids:
    """A set of ids, eight bytes each: a set of texts takes a hundred. Not for threads.

    Args:
        ids: The first ones, as HubSpot sends them: decimal texts.
    """

    def __init__(self, ids: Iterable[str] = ()) -> None:
        self._settled = array("q")
        self._new: set[int] = set()
        self.update(ids)

    def update(self, ids: Iterable[str]) -> None:
        """Add ids.

        Raises:
            ValueError: One is no number.
        """
        self._new.update(map(int, ids))
        if len(self._new) >= max(_NEW_AT_MOST, len(self._settled) // _NEW_SHARE):
            self._settle()

    def __contains__(self, one: str) -> bool:
        number = int(one)
        return number in self._new or self._is_settled(number)

    def __len__(self) -> int:
        self._settle()
        return len(self._settled)

    def __iter__(self) -> Iterator[str]:
        """Give the ids, each once, by their number."""
        self._settle()
        return map(str, self._settled)

    @property
    def at_most(self) -> int:
        """How many there are, those noted twice counted twice; costs nothing."""
        return len(self._settled) + len(self._new)

    def piece(self, start: int, size: int) -> list[str]:
        """Give at most `size` of the ids, by their number, after the first `start`."""
        self._settle()
        return list(map(str, self._settled[start : start + size]))

    def pieces(self, size: int) -> Iterator[list[str]]:
        """Cut the ids, by their number, into lists of at most `size`."""
        return (self.piece(start, size) for start in range(0, len(self), size))

    def _settle(self) -> None:
        if not self._new:
            return
        fresh = sorted(one for one in self._new if not self._is_settled(one))
        self._new = set()
        self._settled = array("q", merge(self._settled, fresh))

    def _is_settled(self, number: int) -> bool:
        place = bisect_left(self._settled, number)
        return place < len(self._settled) and self._settled[place] == number
