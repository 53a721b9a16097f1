"""Which records changed, or exist: ids by search. How pages follow each other: see keyset.

What search cannot promise: its index lags, out of order, up to minutes. A hit is a signal, batch
read says what the record is, and callers read an overlap again on the next run.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from math import ceil

from include.hubspot import keyset
from include.hubspot.keyset import Hit, Keyset, modified_property
from include.hubspot.moments import to_milliseconds
from include.hubspot.session import HubSpotSession
from include.hubspot.spans import read_in_spans, searches_in_spans

_EARLIEST = datetime(2006, 1, 1, tzinfo=UTC)  # a filter from epoch 0 is answered with 500
_MANY_PAGES = 5  # from here on, several searches at a time pay for their few calls more


def changed_since(
    session: HubSpotSession, object_type: str, since: datetime, until: datetime | None = None
) -> Iterator[list[Hit]]:
    """Find the records modified in [since, until], each once, in the order of their ids.

    Complete for what the index showed when the read began: a record that matched all through is
    found. A record that changes during the read is found if it matches when its id is reached;
    with `until`, it may have left the window by then, and belongs to the next one. A hit newer
    than `until` (changed between match and answer) is still yielded: it did change, and reading it
    is harmless. A hit older than `since` is dropped: search compares more coarsely than it shows.

    Args:
        session: The portal.
        object_type: tickets, contacts, companies, deals, …
        since: With time zone; nothing before 2006 is asked for.
        until: With time zone; None reads up to now.

    Yields:
        Pages of hits, never empty.

    Raises:
        ValueError: A time without time zone, or until before since.
        PagingStuck: A page that does not go forward.
        HubSpotError: As drawn in `errors`.
    """
    lowest = to_milliseconds(max(since, _EARLIEST))
    if until is not None and to_milliseconds(until) < to_milliseconds(since):
        raise ValueError(f"a window that ends before it begins: {since} to {until}")
    name = modified_property(object_type)
    filters = [{"propertyName": name, "operator": "GTE", "value": str(lowest)}]
    if until is not None:
        highest = str(max(lowest, to_milliseconds(until)))
        filters = [{**filters[0], "operator": "BETWEEN", "highValue": highest}]
    for page in Keyset(session, object_type, filters).walk():
        kept = [hit for hit in page if to_milliseconds(hit.modified_at) >= lowest]
        if kept:
            yield kept


def all_ids(session: HubSpotSession, object_type: str) -> Iterator[list[Hit]]:
    """Find every record that is not archived, each once, in the order of their ids.

    Yields:
        Pages of hits, never empty.

    Raises:
        PagingStuck: A page that does not go forward.
        HubSpotError: As drawn in `errors`.
    """
    source = Keyset(session, object_type, [])
    first, left = source.page(0)
    if first:
        yield first
    last = int(first[-1].id) if first else 0
    if left > _MANY_PAGES * keyset.PAGE:
        yield from read_in_spans(source, last, left)
    elif left:
        yield from source.walk(last)


def searches_for_all(records: int) -> int:
    """Say how many searches `all_ids` takes for so many records, about."""
    pages = ceil(records / keyset.PAGE)
    return (
        max(1, pages) if pages <= _MANY_PAGES + 1 else 1 + searches_in_spans(records - keyset.PAGE)
    )


def count(session: HubSpotSession, object_type: str, since: datetime | None = None) -> int:
    """Count the records that are not archived, as the search index has them; one call.

    Args:
        session: The portal.
        object_type: tickets, contacts, companies, deals, …
        since: Only those modified at this moment or later; None counts all.

    Raises:
        HubSpotError: As drawn in `errors`.
    """
    lowest = str(to_milliseconds(max(since or _EARLIEST, _EARLIEST)))
    name = modified_property(object_type)
    filters = [{"propertyName": name, "operator": "GTE", "value": lowest}] if since else []
    return Keyset(session, object_type, filters).total()
