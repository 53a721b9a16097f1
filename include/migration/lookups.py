"""What the target has, asked live before every plan: a file that appears whole or not at all."""

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import duckdb

from include.hubspot.account import account_details
from include.hubspot.session import HubSpotSession
from include.migration import lookups_definitions as definitions
from include.migration import lookups_records as records
from include.migration.files import MigrationFiles
from include.migration.inserting import insert
from include.migration.run import SOURCE_KEY
from include.warehouse.connection import attached, open_memory, open_warehouse

_SQL = Path(__file__).with_name("lookup_tables.sql")


def look_up(files: MigrationFiles, source_warehouse: Path, target: HubSpotSession) -> None:
    """Ask the target for everything that a plan depends on, and keep the answers.

    Args:
        files: Where they are kept; a former file is replaced once everything is there.
        source_warehouse: The source's warehouse, loaded: which records to look for.
        target: A session with the target; nothing is written.

    Raises:
        HubSpotError: As drawn in its room.
        WarehouseError: The source's warehouse cannot be read.
    """
    fresh = files.lookups.with_name(files.lookups.name + ".new")
    fresh.unlink(missing_ok=True)
    with (
        open_memory() as source,
        attached(source, source_warehouse, "source"),
        open_warehouse(fresh) as lookups,
    ):
        lookups.execute(_SQL.read_text(encoding="utf-8"))
        _definitions(lookups, target)
        _records(lookups, source, target, files.source_portal_id)
        account = account_details(target)
        now = target.now().astimezone(UTC).replace(tzinfo=None)
        zone = str(account.get("timeZone") or "UTC")
        row = (files.source_portal_id, str(account.get("portalId")), zone, now)
        insert(lookups, "meta.lookups", [row])
    fresh.replace(files.lookups)


def _definitions(lookups: duckdb.DuckDBPyConnection, target: HubSpotSession) -> None:
    insert(lookups, "lookups.property_groups", definitions.property_groups(target))
    insert(lookups, "lookups.properties", definitions.properties(target))
    pipelines, stages = definitions.pipelines(target)
    insert(lookups, "lookups.pipelines", pipelines)
    insert(lookups, "lookups.stages", stages)
    insert(lookups, "lookups.owners", definitions.owners(target))
    insert(lookups, "lookups.association_labels", definitions.labels(target))


def _records(
    lookups: duckdb.DuckDBPyConnection,
    source: duckdb.DuckDBPyConnection,
    target: HubSpotSession,
    source_portal_id: str,
) -> None:
    emails = _texts(source, "contacts", "lower(trim(properties::json ->> '$.email'))")
    insert(lookups, "lookups.contacts", records.contacts(target, emails))
    domains = _texts(source, "companies", "lower(trim(properties::json ->> '$.domain'))")
    insert(lookups, "lookups.companies", records.companies(target, domains))
    _unique_values(lookups, source, target)
    keyed = _keyed(lookups)
    for object_type in ("tickets", *records.RELATED):
        if object_type not in keyed:
            continue
        keys = (f"{source_portal_id}:{one}" for one in _texts(source, object_type, "id"))
        names = _writable(lookups, object_type) if object_type == "tickets" else ()
        rows = records.migrated(target, object_type, keys, names)
        insert(lookups, "lookups.migrated", rows)
    tickets = [
        row[0]
        for row in lookups.execute(
            "select target_id from lookups.migrated where object_type = 'tickets' order by 1"
        ).fetchall()
    ]
    kinds = [kind for kind in records.ENGAGEMENTS if kind in keyed]
    links = records.ticket_links(target, tickets, (*records.RELATED, *kinds))
    insert(lookups, "lookups.ticket_associations", links)
    for kind in kinds:
        linked = lookups.execute(
            "select distinct target_object_id from lookups.ticket_associations "
            "where object_type = ? order by 1",
            [kind],
        ).fetchall()
        names = _writable(lookups, kind)
        rows = records.migrated_engagements(target, kind, [row[0] for row in linked], names)
        insert(lookups, "lookups.migrated", rows)
        ours = lookups.execute(
            "select target_id from lookups.migrated where object_type = ? order by 1", [kind]
        ).fetchall()
        contacts = records.engagement_contacts(target, kind, [row[0] for row in ours])
        insert(lookups, "lookups.engagement_contacts", contacts)


def _unique_values(
    lookups: duckdb.DuckDBPyConnection,
    source: duckdb.DuckDBPyConnection,
    target: HubSpotSession,
) -> None:
    unique = lookups.execute(
        "select object_type, name from lookups.properties where is_unique and not is_archived "
        "and not is_read_only and name not in (?, 'email') and object_type in "
        "('tickets', 'contacts', 'companies', 'deals') order by 1, 2",
        [SOURCE_KEY],
    ).fetchall()
    for object_type, name in unique:
        values = _texts(source, object_type, f"properties::json ->> '$.{name}'")
        rows = records.unique_values(target, object_type, name, values)
        insert(lookups, "lookups.unique_values", rows)


def _texts(source: duckdb.DuckDBPyConnection, table: str, expression: str) -> Iterator[str]:
    """The source's distinct values; a table that the source never loaded has none."""
    cursor = source.cursor()
    known = cursor.execute(
        "select 1 from duckdb_tables() where database_name = 'source' and schema_name = 'raw' "
        "and table_name = ?",
        [table],
    ).fetchone()
    if known is None:
        return
    cursor.execute(
        f"select distinct {expression} as value from source.raw.{table} "  # noqa: S608
        "where value <> '' order by value"
    )
    while rows := cursor.fetchmany(1000):
        yield from (row[0] for row in rows)


def _keyed(lookups: duckdb.DuckDBPyConnection) -> set[str]:
    """Object types on which the target knows source keys already."""
    rows = lookups.execute(
        "select object_type from lookups.properties where name = ? and is_unique "
        "and not is_archived",
        [SOURCE_KEY],
    ).fetchall()
    return {row[0] for row in rows}


def _writable(lookups: duckdb.DuckDBPyConnection, object_type: str) -> list[str]:
    rows = lookups.execute(
        "select name from lookups.properties where object_type = ? "
        "and not is_read_only and not is_archived and name <> ? order by 1",
        [object_type, SOURCE_KEY],
    ).fetchall()
    return [row[0] for row in rows]
