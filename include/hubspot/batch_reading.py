"""One batch read, settled: every id ends as a record, an alias or missing, or it is an error."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from include.hubspot.errors import SAFE, MalformedAnswer
from include.hubspot.paging import results
from include.hubspot.retries import Patience
from include.hubspot.session import HubSpotSession


@dataclass(frozen=True)
class BatchRead:
    """What a batch of ids is now.

    Attributes:
        records: Records as HubSpot sent them, each once.
        missing: Ids asked for that are no record (archived, purged, never were).
        at: HubSpot's time of the answer; the earliest where several answers were needed.
        aliases: Ids asked for that were merged away -> id of the record they are now.
    """

    records: list[dict[str, Any]]
    missing: list[str]
    at: datetime
    aliases: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """What to read of each record of a batch.

    Attributes:
        path: Of the batch read.
        properties: Names of properties.
        history: Names of properties whose history to read.
        archived: Read archived records instead of living ones.
    """

    path: str
    properties: list[str]
    history: list[str]
    archived: bool

    def settle(self, session: HubSpotSession, ids: list[str], patience: Patience) -> BatchRead:
        """Read ids in one request, and those that it leaves open one by one.

        What HubSpot says is no record is asked for once more: an answer in part has been seen to
        leave out records that were there (hubspot-api.md 4, line 23).

        Raises:
            MalformedAnswer: An id is neither returned nor reported missing.
            HubSpotError: As drawn in `errors`.
        """
        first = self._ask(session, ids, patience)
        if not first.missing:
            return first
        again = self._ask(session, first.missing, patience)
        return joined([replace(first, missing=[]), again])

    def _ask(self, session: HubSpotSession, ids: list[str], patience: Patience) -> BatchRead:
        body = {
            "inputs": [{"id": one} for one in ids],
            "properties": self.properties,
            "propertiesWithHistory": self.history,
        }
        params = {"archived": str(self.archived).lower()}
        answer = session.post(self.path, body, params=params, patience=patience)
        records = {str(row["id"]): row for row in results(answer, self.path)}
        missing = reported_missing(answer.json.get("errors") or [], self.path)
        left = [one for one in ids if one not in records and one not in missing]
        found = list(records.values())
        read = BatchRead(found, [one for one in ids if one in missing], answer.at)
        if not left:
            return read
        if len(ids) == 1:
            return self._alias(read, ids[0], answer.status)
        # one by one, an id and the record that it was merged into stand together
        return joined([read, *(self.settle(session, [one], patience) for one in left)])

    def _alias(self, read: BatchRead, asked: str, status: int) -> BatchRead:
        if len(read.records) != 1:
            raise MalformedAnswer(
                f"HubSpot neither returned id {asked} nor reported it missing on {self.path}: "
                f"{SAFE}; if it stays, look the record up in HubSpot",
                route=f"POST {self.path}",
                status=status,
            )
        return BatchRead(read.records, [], read.at, {asked: str(read.records[0]["id"])})


def joined(parts: list[BatchRead]) -> BatchRead:
    """The parts of one batch as one; `at` is the earliest."""
    if len(parts) == 1:
        return parts[0]
    records = {str(record["id"]): record for part in parts for record in part.records}
    return BatchRead(
        list(records.values()),
        [one for part in parts for one in part.missing],
        min(part.at for part in parts),
        {old: new for part in parts for old, new in part.aliases.items()},
    )


def reported_missing(problems: list[dict], path: str) -> set[str]:
    """Ids that a 207's errors report as no record.

    Raises:
        MalformedAnswer: An error of another kind: what it concerns is unknown, so nothing of this
            batch may count as complete.
    """
    missing: set[str] = set()
    for problem in problems:
        context = problem.get("context") or {}
        named = [one for key in ("ids", "id", "objectId") for one in context.get(key) or ()]
        if problem.get("category") != "OBJECT_NOT_FOUND" or not named:
            raise MalformedAnswer(
                f"HubSpot answered {path} in part, with an error of category "
                f"{problem.get('category')}: {SAFE}",
                route=f"POST {path}",
                status=207,
            )
        missing.update(map(str, named))
    return missing
