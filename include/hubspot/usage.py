"""How much of an account's limits is used: calls of today, properties, pipelines."""

from dataclasses import dataclass
from typing import Any

from include.hubspot.paging import results
from include.hubspot.session import HubSpotSession
from include.hubspot.write_paths import WritePaths


@dataclass(frozen=True)
class Usage:
    """One limit of an account.

    Attributes:
        used: So far.
        limit: At most.
    """

    used: int
    limit: int

    @property
    def left(self) -> int:
        """What may still be used."""
        return max(0, self.limit - self.used)


def daily_calls(session: HubSpotSession) -> Usage | None:
    """Read how many calls the account's private apps made today; None where HubSpot does not tell.

    Raises:
        HubSpotError: As drawn in `errors`.
    """
    path = WritePaths(session.paths).daily_usage()
    for row in results(session.get(path), path):
        if row.get("usageLimit"):
            return Usage(int(row.get("currentUsage") or 0), int(row["usageLimit"]))
    return None


def custom_properties(session: HubSpotSession) -> dict[str, Usage]:
    """Read how many properties of its own each object type has, by plural name in lower case.

    Raises:
        HubSpotError: As drawn in `errors`.
    """
    answer = session.get(WritePaths(session.paths).limits("custom-properties")).json
    return _by_object(answer.get("byObjectType") or [])


def pipelines(session: HubSpotSession) -> dict[str, Usage]:
    """Read how many pipelines each object type has, by plural name in lower case.

    Raises:
        HubSpotError: As drawn in `errors`.
    """
    answer = session.get(WritePaths(session.paths).limits("pipelines")).json
    return _by_object(answer.get("hubspotDefinedObjectTypes") or [])


def _by_object(rows: list[dict[str, Any]]) -> dict[str, Usage]:
    return {
        str(row.get("pluralLabel") or "").lower(): Usage(int(row["usage"]), int(row["limit"]))
        for row in rows
        if row.get("limit") is not None
    }
