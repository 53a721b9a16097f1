"""A search index in memory whose rows can change between two pages: the keyset's opponent.

The sandbox serves everything that can be seen over HTTP; what must happen exactly between two
pages is arranged here. Rows are matched and sorted by what the index holds and shown as the record
is (matched first, filled afterwards), as HubSpot does.
"""

import threading
from datetime import UTC, datetime, timedelta

from include.hubspot.answers import Answer
from include.hubspot.paths import Paths

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BEGIN = 1_600_000_000_000  # ms; all of the tests' times lie after it


def moment(milliseconds: int) -> datetime:
    return EPOCH + timedelta(milliseconds=milliseconds)


class SearchIndex:
    """Answers a session's search posts from {id: (indexed ms, true ms)}.

    Args:
        rows: id -> modified time, in ms.
        between: Called after each page with this index; changes rows.
    """

    def __init__(self, rows: dict[int, int], between=lambda index: None):
        self.paths = Paths()
        self.indexed = dict(rows)
        self.true = dict(rows)
        self.posts: list[dict] = []
        self._between = between
        self._lock = threading.Lock()

    def post(self, path: str, body: dict) -> Answer:
        assert path == "/crm/v3/objects/tickets/search"
        with self._lock:
            return self._answer(body)

    def _answer(self, body: dict) -> Answer:
        self.posts.append(body)
        filters = [one for group in body["filterGroups"] for one in group["filters"]]
        matched = [i for i in self.indexed if self._matches(i, filters)]
        keys = {"hs_object_id": lambda i: i, "hs_lastmodifieddate": self.indexed.get}
        sort = body["sorts"][0]
        matched.sort(key=keys[sort["propertyName"]], reverse=sort["direction"] == "DESCENDING")
        page = matched[: body["limit"]]
        rows = [
            {
                "id": str(i),
                "properties": {"hs_lastmodifieddate": moment(self.true[i]).isoformat()},
            }
            for i in page
        ]
        more = {"paging": {"next": {"after": str(len(page))}}} if len(matched) > len(page) else {}
        self._between(self)
        return Answer(200, {"total": len(matched), "results": rows, **more}, moment(BEGIN))

    def _matches(self, record_id: int, filters: list[dict]) -> bool:
        shown = {"hs_object_id": record_id, "hs_lastmodifieddate": self.indexed[record_id]}
        return all(_holds(shown[each["propertyName"]], each) for each in filters)


def _holds(value: int, each: dict) -> bool:
    low = int(each["value"])
    return {
        "GT": lambda: value > low,
        "LTE": lambda: value <= low,
        "GTE": lambda: value >= low,
        "BETWEEN": lambda: low <= value <= int(each["highValue"]),
    }[each["operator"]]()
