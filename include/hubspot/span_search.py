"""Records by search, with their properties: beside batch read, under a limit of its own.

What is wanted is known by its ids; what search is asked for is the span from the lowest of them to
the highest, 200 records at most. So it pays where most records of such a span are wanted, and what
it does not show (it lags, and shows nothing archived) is left to batch read.

A row of search is the record as it was when search answered, or shortly before: it carries the
modified time of just that version, as a row of batch read does, so a newer one is found by whoever
looks for what changed since.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from include.hubspot.errors import SAFE, MalformedAnswer
from include.hubspot.paging import results
from include.hubspot.session import HubSpotSession

LIMIT = 200
# Batch read is there to bring what search is overloaded by, and can ask for less at a time.
_OVERLOAD_ATTEMPTS = 2
READERS = 3  # of their own: 5 searches a second with 0.4 s for an answer keep two of them busy


@dataclass(frozen=True)
class SpanRead:
    """What search showed of some records.

    Attributes:
        records: Those that are wanted, as HubSpot sent them.
        left: Ids that were not shown.
        shown: Rows of the answer, wanted or not.
        at: HubSpot's time of the answer.
    """

    records: list[dict[str, Any]]
    left: list[str]
    shown: int
    at: datetime


def read_span(
    session: HubSpotSession, object_type: str, ids: Sequence[str], properties: Sequence[str]
) -> SpanRead:
    """Read what one search shows of some records.

    Args:
        session: The portal.
        object_type: notes, emails, contacts, …
        ids: At most 200, rising.
        properties: Names of properties.

    Raises:
        ValueError: No id, or too many.
        MalformedAnswer: A row without an id.
        PortalOverloaded: Twice.
        HubSpotError: As drawn in `errors`.
    """
    if not 1 <= len(ids) <= LIMIT:
        raise ValueError(f"{len(ids)} ids in one search: HubSpot shows {LIMIT} rows")
    path = session.paths.search(object_type)
    patience = replace(session.patience, overload_attempts=_OVERLOAD_ATTEMPTS)
    answer = session.post(path, _question(ids[0], ids[-1], properties), patience=patience)
    rows = results(answer, path)
    try:
        found = {str(row["id"]): row for row in rows}
    except (KeyError, TypeError):
        raise MalformedAnswer(
            f"HubSpot answered {path} with a row without an id: {SAFE}", route=f"POST {path}"
        ) from None
    wanted = [found[one] for one in ids if one in found]
    return SpanRead(wanted, [one for one in ids if one not in found], len(rows), answer.at)


def _question(lowest: str, highest: str, properties: Sequence[str]) -> dict[str, Any]:
    bounds = (("GTE", lowest), ("LTE", highest))
    filters = [
        {"propertyName": "hs_object_id", "operator": operator, "value": value}
        for operator, value in bounds
    ]
    return {
        "filterGroups": [{"filters": filters}],
        "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
        "properties": list(properties),
        "limit": LIMIT,
    }
