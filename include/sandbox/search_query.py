"""A search request, checked against search's documented limits (hubspot-api.md 3.1)."""

from dataclasses import dataclass
from typing import Any

import orjson

from include.sandbox.errors import InvalidInput, Refusal
from include.sandbox.search_filters import OPERATORS, moment_of
from include.sandbox.store import record_id_of

MAX_GROUPS, MAX_FILTERS, MAX_FILTERS_IN_ALL = 5, 6, 18
_MOMENTS = ("createdate", "hs_createdate", "hs_lastmodifieddate", "lastmodifieddate")
MAX_PAGE, MAX_RESULTS, MAX_QUERY = 200, 10_000, 3_000


@dataclass(frozen=True, slots=True)
class Query:
    """A checked search: groups are alternatives, the filters in one must all hold."""

    groups: list[list[dict[str, Any]]]
    sort: str
    descending: bool
    text: str
    properties: list[str]
    limit: int
    after: int


def parse(body: dict[str, Any]) -> Query:
    """Check a search request's body.

    Raises:
        InvalidInput: something in it is malformed or beyond a limit.
    """
    groups = _groups(body)
    sort, descending = _sort(body.get("sorts") or [])
    text = body.get("query") or ""
    if not isinstance(text, str) or len(text) > MAX_QUERY:
        raise InvalidInput(f"query must be a string of at most {MAX_QUERY} characters")
    limit, after = _number(body, "limit", 10), _number(body, "after", 0)
    if limit > MAX_PAGE:
        raise InvalidInput(f"Invalid input: limit must be at most {MAX_PAGE}, but was {limit}")
    if after + limit > MAX_RESULTS:
        raise InvalidInput(
            f"Paging through more than {MAX_RESULTS} results is not possible: after {after} and"
            f" limit {limit} exceed it"
        )
    return Query(groups, sort, descending, text, _names(body), limit, after)


def refuse_by_switch(query: Query, most_characters: int, *, since_1970: bool) -> None:
    """Refuse what HubSpot is said to refuse, where the portal's settings want it (3.1).

    Args:
        query: a checked search.
        most_characters: of its filters and its text together; 0 means any number.
        since_1970: whether a filter from the first millisecond of 1970 fails.

    Raises:
        InvalidInput: the search is too long.
        Refusal: 500, it reaches back to 1970.
    """
    length = len(query.text) + (len(orjson.dumps(query.groups)) if query.groups else 0)
    if most_characters and length > most_characters:
        raise InvalidInput(
            f"The filters and the query have {length} characters, the maximum is {most_characters}"
        )
    if since_1970 and any(_since_1970(filter_) for group in query.groups for filter_ in group):
        raise Refusal("internal error")


def _since_1970(filter_: dict[str, Any]) -> bool:
    lower = filter_["operator"] in ("GT", "GTE", "BETWEEN")
    if not lower or filter_["propertyName"] not in _MOMENTS:
        return False
    try:
        return moment_of(filter_["value"]) == 0
    except ValueError:
        return False  # the search itself will refuse it


def _names(body: dict[str, Any]) -> list[str]:
    names = body.get("properties") or []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise InvalidInput("properties must be a list of strings")
    return names


def _number(body: dict[str, Any], field: str, default: int) -> int:
    given = body.get(field)
    if given is None or given == "":
        return default
    number = None if isinstance(given, bool) else record_id_of(str(given))
    if number is None:
        raise InvalidInput(f"Invalid input: {field} must be a whole number")
    return number


def _groups(body: dict[str, Any]) -> list[list[dict[str, Any]]]:
    given = body.get("filterGroups") or []
    if not given and body.get("filters"):  # the shorthand that HubSpot accepts too
        given = [{"filters": body["filters"]}]
    if not isinstance(given, list) or not all(isinstance(group, dict) for group in given):
        raise InvalidInput("filterGroups must be a list of objects with filters")
    groups = [group.get("filters") or [] for group in given]
    if len(groups) > MAX_GROUPS:
        raise InvalidInput(f"Too many filter groups: {len(groups)}, the maximum is {MAX_GROUPS}")
    if any(not isinstance(group, list) for group in groups):
        raise InvalidInput("filters must be a list")
    if any(len(group) > MAX_FILTERS for group in groups):
        raise InvalidInput(f"Too many filters in a group, the maximum is {MAX_FILTERS}")
    if sum(len(group) for group in groups) > MAX_FILTERS_IN_ALL:
        raise InvalidInput(f"Too many filters in all, the maximum is {MAX_FILTERS_IN_ALL}")
    return [[_filter(item) for item in group] for group in groups]


def _filter(item: Any) -> dict[str, Any]:
    if not isinstance(item, dict) or not isinstance(item.get("propertyName"), str):
        raise InvalidInput("every filter needs a propertyName")
    operator = item.get("operator")
    if not isinstance(operator, str) or operator not in OPERATORS:
        raise InvalidInput(f"Invalid operator {operator!r} on property {item['propertyName']}")
    needs = {"IN": ["values"], "NOT_IN": ["values"], "BETWEEN": ["value", "highValue"]}
    if operator not in ("HAS_PROPERTY", "NOT_HAS_PROPERTY"):
        for field in needs.get(operator, ["value"]):
            if item.get(field) is None:
                raise InvalidInput(f"operator {operator} requires {field}")
    if operator in ("IN", "NOT_IN") and not isinstance(item["values"], list):
        raise InvalidInput(f"operator {operator} requires a list of values")
    return item


def _sort(sorts: Any) -> tuple[str, bool]:
    """Return the property to sort by and whether downwards; by default the order of creation."""
    if not isinstance(sorts, list) or len(sorts) > 1:
        raise InvalidInput("sorts must be a list with at most one sort")
    if not sorts:
        return "createdate", False
    sort = sorts[0]
    if isinstance(sort, str):  # old clients send "-createdate"
        return sort.removeprefix("-"), sort.startswith("-")
    if not isinstance(sort, dict) or not isinstance(sort.get("propertyName"), str):
        raise InvalidInput("a sort needs a propertyName")
    direction = sort.get("direction") or "ASCENDING"
    if direction not in ("ASCENDING", "DESCENDING"):
        raise InvalidInput(f"Invalid sort direction {direction!r}")
    return sort["propertyName"], direction == "DESCENDING"
