"""What raw knows already, asked by the extraction before it reads a record again."""
# ruff: noqa: S608 - table names are checked against streams.py; values are bound

from collections.abc import Iterable
from datetime import UTC, datetime

import duckdb

from include.warehouse.connection import attached, open_memory
from include.warehouse.files import PortalFiles
from include.warehouse.known_definitions import KnownDefinitions
from include.warehouse.known_gaps import KnownGaps
from include.warehouse.streams import STREAMS

_VERSIONS = (
    "select id, updated_at, archived, archived_at, coalesce(is_partial, false) as is_partial "
    "from stored.raw.{object_type}"
)
# Too many, with ids too long, to be held in memory; asked about a few times a night.
_ASKED_IN_PLACE = {"messages"}
_OPEN = """
    select id from stored.raw.tickets
    where not archived and json_extract_string(properties, '$.hs_pipeline_stage') not in (
        select id from stored.raw.stages where is_closed and removed_at is null)
"""


class KnownVersions(KnownGaps, KnownDefinitions):
    """The versions in raw, as they were when first asked."""

    def stale(self, object_type: str, hits: list[tuple[str, datetime]]) -> list[str]:
        """Choose the hits of a search that have to be read.

        Args:
            object_type: `tickets`, `contacts`, …
            hits: Id and modified time (aware) of each.

        Returns:
            The ids, once each and in their order, that are unknown, stored in an older version or
            in part, or stored as archived (search shows no archived records: the hit says that it
            was restored).

        Raises:
            WarehouseBusy: Another process writes the warehouse.
        """
        newest: dict[str, datetime] = {}
        for object_id, modified_at in hits:
            newest[object_id] = max(modified_at, newest.get(object_id, modified_at))
        moments = [moment.astimezone(UTC).replace(tzinfo=None) for moment in newest.values()]
        found = self._versions(
            object_type,
            """
            select hit.id from (select unnest($ids::varchar[]) as id,
                unnest($moments::timestamp[]) as modified_at) as hit
            join {versions} as known on known.id = hit.id
            where known.updated_at >= hit.modified_at and not known.archived
                and not known.is_partial
            """,
            ids=list(newest),
            moments=moments,
        )
        return [object_id for object_id in newest if object_id not in found]

    def outdated(self, object_type: str, hits: list[tuple[str, datetime]]) -> list[str]:
        """Choose the hits that raw does not know, or knows in an older version, in their order.

        Unlike `stale`, what is stored as archived or in part is left out: it has to be read again
        for another reason than its age.
        """
        if not hits:
            return []
        behind = self.stale(object_type, hits)
        if not self._copy(object_type, _VERSIONS.format(object_type=_object(object_type))):
            return behind
        others = self._ask(
            f"select id from {object_type} where (archived or is_partial) "
            "and id in (select unnest($ids::varchar[]))",
            ids=behind,
        )
        return [object_id for object_id in behind if object_id not in others]

    def missing(self, object_type: str, ids: Iterable[str]) -> list[str]:
        """Choose the ids that raw has no version of, once each and in their order."""
        wanted = list(dict.fromkeys(ids))
        query = "select id from {versions} where id in (select unnest($ids::varchar[]))"
        found = self._versions(object_type, query, ids=wanted)
        return [object_id for object_id in wanted if object_id not in found]

    def archived_ids(self, object_type: str, since: datetime | None = None) -> list[str]:
        """Give the ids that are stored as archived, sorted.

        Args:
            object_type: `tickets`, `contacts`, …
            since: Only those archived at this moment (aware) or later.
        """
        query = "select id from {versions} where archived"
        if since is None:
            return sorted(self._versions(object_type, query))
        from_then = since.astimezone(UTC).replace(tzinfo=None)
        return sorted(
            self._versions(object_type, f"{query} and archived_at >= $since", since=from_then)
        )

    def not_archived_so(
        self, object_type: str, listed: list[tuple[str, datetime | None]]
    ) -> list[str]:
        """Choose the archived records that raw does not know as archived, or since an older moment.

        The latter were restored and archived again: what changed between the two, search never
        showed. A second is left for what two answers may differ by.

        Args:
            object_type: `tickets`, `contacts`, …
            listed: Id and moment (aware) of archiving of each, as HubSpot lists them.
        """
        moments = [at and at.astimezone(UTC).replace(tzinfo=None) for _, at in listed]
        found = self._versions(
            object_type,
            """
            select shown.id from (select unnest($ids::varchar[]) as id,
                unnest($moments::timestamp[]) as archived_at) as shown
            join {versions} as known on known.id = shown.id
            where known.archived and coalesce(
                shown.archived_at <= known.archived_at + interval 1 second, true)
            """,
            ids=[object_id for object_id, _ in listed],
            moments=moments,
        )
        return [object_id for object_id, _ in listed if object_id not in found]

    def has_any(self, object_type: str) -> bool:
        """Whether raw has any record of this type, archived ones included."""
        return bool(self._versions(object_type, "select id from {versions} limit 1"))

    def count(self, object_type: str, since: datetime | None = None) -> int:
        """Count what is stored as not archived, or of that what was modified at `since` or later.

        What is stored in part counts for the former alone: no version of it is known.
        """
        rows = self._rows(
            f"select count(*) from stored.raw.{_object(object_type)} where not archived "
            "and ($since::timestamp is null "
            "or (updated_at >= $since and not coalesce(is_partial, false)))",
            object_type,
            since=since and since.astimezone(UTC).replace(tzinfo=None),
        )
        return rows[0][0] if rows else 0

    def live_ids(self, object_type: str) -> list[str]:
        """Give the ids that are stored as not archived, sorted."""
        return sorted(self._versions(object_type, "select id from {versions} where not archived"))

    def unlisted(self) -> list[str]:
        """Give the tickets that are stored as live and stand in no list noted, sorted."""
        self._prepare_listed()
        query = "select id from {versions} where not archived and id not in (select id from listed)"
        return sorted(self._versions("tickets", query))

    def live(self, object_type: str, ids: Iterable[str]) -> list[str]:
        """Choose the ids that are stored as not archived, once each and in their order."""
        wanted = list(dict.fromkeys(ids))
        query = (
            "select id from {versions} "
            "where not archived and id in (select unnest($ids::varchar[]))"
        )
        found = self._versions(object_type, query, ids=wanted)
        return [object_id for object_id in wanted if object_id in found]

    def named_in(self, object_type: str, property_name: str, separator: str) -> list[str]:
        """Give the ids that any record of this type lists in one of its properties, sorted."""
        return self._ids(
            "select unnest(string_split(json_extract_string(properties, $path), $separator)) "
            f"from stored.raw.{_object(object_type)}",
            object_type,
            path=f'$."{property_name}"',
            separator=separator,
        )

    def open_tickets(self) -> list[str]:
        """Give the live tickets that stand in no closed stage, sorted."""
        return self._ids(_OPEN, "tickets", "stages")

    def records(self, object_type: str, ids: list[str]) -> dict[str, str]:
        """Give the stored properties of some records as JSON text, by id."""
        return dict(
            self._rows(
                f"select id, properties from stored.raw.{_object(object_type)} "
                "where id in (select unnest($ids::varchar[]))",
                object_type,
                ids=ids,
            )
        )

    def tickets_changed_between(self, since: datetime, until: datetime) -> list[str]:
        """Give the tickets whose known history has an entry in [since, until), sorted.

        A backfill needs them: search finds a ticket only by its last change.
        """
        return self._ids(
            "select ticket_id from stored.raw.ticket_property_history "
            "where changed_at >= $since and changed_at < $until",
            "ticket_property_history",
            since=since.astimezone(UTC).replace(tzinfo=None),
            until=until.astimezone(UTC).replace(tzinfo=None),
        )

    def _versions(self, object_type: str, query: str, **values: object) -> set[str]:
        """Ask the versions of an object type; nothing is found where there are none."""
        versions = _VERSIONS.format(object_type=_object(object_type))
        if object_type in _ASKED_IN_PLACE:
            asked = query.format(versions=f"({versions})")
            return set(self._ids(asked, object_type, **values))
        if not self._copy(object_type, versions, object_type):
            return set()
        return self._ask(query.format(versions=object_type), **values)


def cursors(files: PortalFiles) -> dict[str, datetime]:
    """Give the moment from which each stream is read next; empty before the first load.

    Raises:
        WarehouseBusy: Another process writes the warehouse.
    """
    if not files.warehouse.exists():
        return {}
    with open_memory() as memory, attached(memory, files.warehouse, "stored"):
        return read_cursors(memory)


def read_cursors(memory: duckdb.DuckDBPyConnection) -> dict[str, datetime]:
    """Read the cursors of the warehouse attached as `stored`."""
    rows = memory.execute("select stream, cursor_at from stored.raw.cursors order by 1").fetchall()
    return {stream: moment.replace(tzinfo=UTC) for stream, moment in rows}


def _object(object_type: str) -> str:
    if object_type not in STREAMS or STREAMS[object_type].kind != "object":
        raise ValueError(f"{object_type!r} is not an object stream of streams.py.")
    return object_type
