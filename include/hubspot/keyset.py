"""One page of search hits above an id, and the walk from page to page.

Every page is a fresh query `hs_object_id GT <last id>`, sorted by `hs_object_id`, so that neither
the 10,000-row cap nor rows that shift under an offset exist for it.

Why the keyset is the id and not the modified time: search matches in its index, but fills rows
from the record afterwards, so a row can carry a newer modified time than the one it was sorted by.
Going on from that time skips every row in between; with an id nothing is newer than itself. Ids do
not tie either, where one bulk edit stamps more rows than a page, or than the cap, with one
millisecond (airbyte#43317 looped on that; airbyte#44899 went over to ids), and a record that
changes during the read keeps its place, so it is neither met twice nor missed.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from include.hubspot.errors import SAFE, MalformedAnswer, PagingStuck
from include.hubspot.moments import from_hubspot
from include.hubspot.paging import next_after, results
from include.hubspot.session import HubSpotSession

PAGE = 200

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that search found.

    Attributes:
        id: Record id.
        modified_at: Its modified time as search showed it (UTC, ms); batch read may know a newer.
    """

    id: str
    modified_at: datetime


def modified_property(object_type: str) -> str:
    """The property that holds a record's modified time; another one finds nothing, silently."""
    return "lastmodifieddate" if object_type in {"contacts", "0-1"} else "hs_lastmodifieddate"


class Keyset:
    """The records of one type that pass some filters, by id.

    Args:
        session: The portal.
        object_type: tickets, contacts, companies, deals, …
        filters: Search filters, all of which must hold.
    """

    def __init__(self, session: HubSpotSession, object_type: str, filters: list[dict[str, str]]):
        self._session = session
        self._path = session.paths.search(object_type)
        self._modified = modified_property(object_type)
        self._filters = filters

    def page(self, low: int, high: int | None = None) -> tuple[list[Hit], int]:
        """Read the first page of ids above `low` and up to `high`.

        Returns:
            Hits in the order of their ids, and how many more there are (0: this was the last).

        Raises:
            PagingStuck: Its ids do not all lie above `low`, rising: the filter or the order was
                ignored, and going on would loop or skip records.
            HubSpotError: As drawn in `errors`.
        """
        span = [{"propertyName": "hs_object_id", "operator": "GT", "value": str(low)}]
        if high is not None:
            span.append({"propertyName": "hs_object_id", "operator": "LTE", "value": str(high)})
        answer = self._ask([*self._filters, *span], "ASCENDING", PAGE)
        hits = [self._hit(row) for row in results(answer, self._path)]
        for hit in hits:
            if int(hit.id) <= low:
                raise PagingStuck(
                    f"HubSpot answered {self._path} with ids that do not rise: stopped instead of "
                    f"skipping records; {SAFE}",
                    route=f"POST {self._path}",
                )
            low = int(hit.id)
        more = int(answer.json.get("total") or 0) - len(hits)
        return hits, max(more, int(next_after(answer.json) is not None)) if hits else 0

    def walk(self, low: int = 0) -> Iterator[list[Hit]]:
        """Read page after page of ids above `low`; pages are never empty."""
        found, expected = 0, None
        while True:
            hits, left = self.page(low)
            expected = len(hits) + left if expected is None else expected
            if hits:
                found += len(hits)
                low = int(hits[-1].id)
                yield hits
            if not left:
                break
        level = logging.WARNING if found < expected else logging.DEBUG
        log.log(level, "%s: found %d records, %d at the start", self._path, found, expected)

    def highest(self) -> int:
        """The highest id there is now; 0 when there is none."""
        rows = results(self._ask(self._filters, "DESCENDING", 1), self._path)
        return int(self._hit(rows[0]).id) if rows else 0

    def total(self) -> int:
        """How many records there are."""
        return int(self._ask(self._filters, "ASCENDING", 1).json.get("total") or 0)

    def _ask(self, filters: list[dict[str, str]], direction: str, limit: int):
        return self._session.post(
            self._path,
            {
                "filterGroups": [{"filters": filters}] if filters else [],
                "sorts": [{"propertyName": "hs_object_id", "direction": direction}],
                "properties": [self._modified],
                "limit": limit,
            },
        )

    def _hit(self, row: dict[str, Any]) -> Hit:
        try:
            moment = row["properties"].get(self._modified) or row["updatedAt"]
            return Hit(str(int(row["id"])), from_hubspot(moment))
        except (KeyError, TypeError, ValueError, AttributeError):
            raise MalformedAnswer(
                f"HubSpot answered {self._path} with a row without a numeric id or a modified "
                f"time: {SAFE}",
                route=f"POST {self._path}",
            ) from None
