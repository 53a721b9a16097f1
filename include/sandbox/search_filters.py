"""Search's filters: what each operator accepts, by the property's type."""

import re
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

from include.sandbox.errors import InvalidInput
from include.sandbox.moments import from_person

OPERATORS = frozenset(
    {"EQ", "NEQ", "LT", "LTE", "GT", "GTE", "BETWEEN", "IN", "NOT_IN", "HAS_PROPERTY",
     "NOT_HAS_PROPERTY", "CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN"}
)  # fmt: skip
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "LT": lambda value, bound: value < bound,
    "LTE": lambda value, bound: value <= bound,
    "GT": lambda value, bound: value > bound,
    "GTE": lambda value, bound: value >= bound,
}
_NUMERIC = ("number",)
_DATED = ("datetime", "date")

Matches = Callable[[str | None], bool]


def moment_of(text: Any) -> int:
    """Read a filter's or a property's moment: epoch milliseconds or ISO 8601.

    Raises:
        ValueError: it is neither.
    """
    text = str(text)
    return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else from_person(text)


def reader_of(kind: str) -> Callable[[Any], Any]:
    """Return how values of a property type are compared."""
    if kind in _NUMERIC:
        return lambda number: float(str(number))
    if kind in _DATED:
        return moment_of
    return lambda text: str(text).lower()


def matcher(filter_: dict[str, Any], kind: str) -> Matches:
    """Return the test that one filter makes of a property's raw value.

    A cleared value ("") counts as none, and no operator but NOT_HAS_PROPERTY and
    NOT_CONTAINS_TOKEN matches a record without a value (HubSpot's docs leave NEQ and NOT_IN open).

    Raises:
        InvalidInput: the filter's value does not suit the property's type.
    """
    operator = filter_["operator"]
    if operator == "HAS_PROPERTY":
        return bool
    if operator == "NOT_HAS_PROPERTY":
        return lambda value: not value
    try:
        if operator in ("CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN"):
            return _token_matcher(str(filter_["value"]), wanted=operator == "CONTAINS_TOKEN")
        if operator in ("EQ", "NEQ", "IN", "NOT_IN"):
            return _membership(filter_, kind)
        return _comparison(filter_, kind)
    except ValueError:
        raise InvalidInput(
            f"Invalid filter on property {filter_['propertyName']}: the value is not a valid {kind}"
        ) from None


def _tolerant(read: Callable[[Any], Any], test: Callable[[Any], bool]) -> Matches:
    """Make a test that a value which cannot be read as its type fails."""

    def matches(value: str | None) -> bool:
        if not value:
            return False
        try:
            return test(read(value))
        except ValueError:
            return False

    return matches


def _membership(filter_: dict[str, Any], kind: str) -> Matches:
    operator = filter_["operator"]
    wanted_in = operator in ("EQ", "IN")
    values = [filter_["value"]] if operator in ("EQ", "NEQ") else filter_["values"]
    if kind == "enumeration":  # case-sensitive, and each of several chosen options counts
        options = {str(value) for value in values}
        return _tolerant(str, lambda v: options.isdisjoint(v.split(";")) != wanted_in)
    read = reader_of(kind)
    if operator in ("IN", "NOT_IN") and kind not in (*_NUMERIC, *_DATED):
        accepted = {str(value) for value in values}  # must be given in lower case
    else:
        accepted = {read(value) for value in values}
    return _tolerant(read, lambda value: (value in accepted) == wanted_in)


def _comparison(filter_: dict[str, Any], kind: str) -> Matches:
    read, operator = reader_of(kind), filter_["operator"]
    bound = read(filter_["value"])
    if operator == "BETWEEN":
        high = read(filter_["highValue"])
        return _tolerant(read, lambda value: bound <= value <= high)
    compare = _COMPARE[operator]
    return _tolerant(read, lambda value: compare(value, bound))


def tokens(text: str) -> list[str]:
    """Return a text's words in lower case, as search sees them."""
    return re.findall(r"\w+", text.lower())


def _token_matcher(wanted_text: str, *, wanted: bool) -> Matches:
    patterns = [word for word in re.split(r"[^\w*]+", wanted_text.lower()) if word]

    def matches(value: str | None) -> bool:
        words = tokens(value or "")
        found = bool(patterns) and all(
            any(fnmatchcase(word, pattern) for word in words) for pattern in patterns
        )
        return found == wanted

    return matches
