"""The filters of a group that bound an indexed order: two bisections instead of a scan."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from include.sandbox.errors import InvalidInput
from include.sandbox.search_filters import moment_of
from include.sandbox.search_index import SearchIndex

LOWEST, HIGHEST = -(1 << 62), 1 << 62
RANGES = frozenset({"EQ", "GT", "GTE", "LT", "LTE", "BETWEEN"})

Test = Callable[[int], bool]


@dataclass
class Bounds:
    """What the filters of one group say about the three indexed orders, and the other tests."""

    modified: list[int] = field(default_factory=lambda: [LOWEST, HIGHEST])
    created: list[int] = field(default_factory=lambda: [LOWEST, HIGHEST])
    id: list[int] = field(default_factory=lambda: [LOWEST, HIGHEST])
    chosen: set[int] | None = None  # the only ids that can match, where filters name them
    tests: list[Test] = field(default_factory=list)

    def choose(self, ids: Iterable[int]) -> None:
        """Let only these ids match (of those that other filters left)."""
        self.chosen = set(ids) if self.chosen is None else self.chosen.intersection(ids)


def pick(bounds: Bounds, order: str, filter_: dict[str, Any], index: SearchIndex) -> bool:
    """Apply a filter that needs nothing but the index: every record has an id and two moments.

    Returns:
        Whether it could; other operators look at the value's text.

    Raises:
        InvalidInput: one of the filter's values is neither a number nor a moment.
    """
    operator = filter_["operator"]
    if operator == "NOT_HAS_PROPERTY":
        bounds.choose(())
    elif operator in ("IN", "NOT_IN", "NEQ"):
        given = filter_["values"] if operator != "NEQ" else [filter_["value"]]
        wanted = {_read(filter_, value) for value in given}
        if operator == "IN":
            bounds.choose(_found(index, order, wanted))
        elif order == "id":
            bounds.tests.append(lambda i: i not in wanted)
        else:
            place, entries = int(order == "created"), index.entries
            bounds.tests.append(lambda i: entries[i][place] not in wanted)
    return operator in ("HAS_PROPERTY", "NOT_HAS_PROPERTY", "IN", "NOT_IN", "NEQ")


def _found(index: SearchIndex, order: str, wanted: set[int]) -> set[int]:
    if order == "id":
        return wanted
    found: set[int] = set()
    for moment in wanted:
        if order == "modified":
            low, high = index.modified_between(moment, moment, LOWEST, HIGHEST)
        else:
            low, high = index.created_between(moment, moment)
        pairs = index.by_modified if order == "modified" else index.by_created
        found.update(pair[1] for pair in pairs[low:high])
    return found


def _read(filter_: dict[str, Any], value: Any) -> int:
    try:
        return moment_of(value)
    except ValueError:
        raise InvalidInput(f"Invalid value in a filter on {filter_['propertyName']}") from None


def tighten(bound: list[int], filter_: dict[str, Any]) -> None:
    """Narrow a pair of inclusive bounds by one filter.

    Raises:
        InvalidInput: the filter's value is neither a number nor a moment.
    """
    operator = filter_["operator"]
    value = _read(filter_, filter_["value"])
    high = _read(filter_, filter_["highValue"]) if operator == "BETWEEN" else value
    if operator in ("EQ", "GTE", "BETWEEN"):
        bound[0] = max(bound[0], value)
    elif operator == "GT":
        bound[0] = max(bound[0], value + 1)
    if operator in ("EQ", "LTE", "BETWEEN"):
        bound[1] = min(bound[1], high)
    elif operator == "LT":
        bound[1] = min(bound[1], value - 1)
