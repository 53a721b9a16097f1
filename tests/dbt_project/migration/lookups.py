"""What the writer's room asks of a target before a plan, told from the target's rows."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from include.pipeline.settings import PROJECT_ROOT
from tests.dbt_project.migration.migration_portal import TYPES, MigrationPortal

RECORDS = ("contacts", "companies", "deals")


def write_lookups(path: Path, target: MigrationPortal, source_id: str) -> None:
    """Write `lookups.duckdb` as include/migration/lookup_tables.sql says, for one source."""
    path.unlink(missing_ok=True)
    ddl = (PROJECT_ROOT / "include/migration/lookup_tables.sql").read_text("utf-8")
    # attached under another name: the file's own is that of its schema
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as asked; use asked")
        connection.execute(ddl)
        for table, rows in _tables(target.rows, source_id).items():
            if rows:
                columns = dict(enumerate(map(list, zip(*rows, strict=True))))
                connection.register("given", pa.table({str(k): v for k, v in columns.items()}))
                connection.execute(f"insert into lookups.{table} select * from given")


def _tables(rows: dict[str, list[dict]], source_id: str) -> dict[str, list[tuple]]:
    return {
        "property_groups": [
            (row["object_type"], row["name"], row["label"], row["display_order"])
            for row in rows.get("property_groups", ())
        ],
        "properties": [_definition(row) for row in rows["properties"]],
        "pipelines": [(row["id"], row["label"], row["display_order"]) for row in rows["pipelines"]],
        "stages": [
            tuple(row[k] for k in ("pipeline_id", "id", "label", "display_order", "ticket_state"))
            for row in rows["stages"]
        ],
        "owners": [(row["id"], row["email"], "PERSON", row["archived"]) for row in rows["owners"]],
        "contacts": _named(rows, "contacts", "email"),
        "companies": _named(rows, "companies", "domain"),
        "association_labels": [
            ("contacts", "USER_DEFINED", n, label) for label, n in _labels(rows)
        ],
    } | _migrated(rows, source_id)


def _named(rows: dict[str, list[dict]], table: str, name: str) -> list[tuple]:
    return [
        (_values(row).get(name), row["id"]) for row in rows.get(table, ()) if not row["archived"]
    ]


def _definition(row: dict) -> tuple:
    metadata = json.loads(row["modification_metadata"])
    read_only = metadata["readOnlyValue"] or row["calculated"]
    told = {"label": row["label"], "options": json.loads(row["options"]),
            "modificationMetadata": metadata}  # fmt: skip
    names = ("object_type", "name", "type", "field_type", "group_name")
    flags = (read_only, bool(row["has_unique_value"]), bool(row["hubspot_defined"]), False)
    return (*(row[name] for name in names), *flags, json.dumps(told))


def _values(row: dict) -> dict[str, Any]:
    return json.loads(row["properties"])


def _migrated(rows: dict[str, list[dict]], source_id: str) -> dict[str, list[tuple]]:
    migrated = []
    for kind in TYPES:
        for row in rows.get(kind, ()):
            key = _values(row).get("migration_source_key")
            if key and key.startswith(f"{source_id}:") and not row["archived"]:
                shown = "{}" if kind in RECORDS else row["properties"]
                migrated.append((kind, key, row["id"], shown))
    tickets = {target_id for kind, _, target_id, _ in migrated if kind == "tickets"}
    names = ("ticket_id", "object_type", "object_id", "types")
    links = [
        tuple(row[name] for name in names)
        for row in rows.get("ticket_associations", ())
        if row["ticket_id"] in tickets and not row.get("gone_at")
    ]
    ours = {(kind, target_id) for kind, _, target_id, _ in migrated}
    contacts = [
        (row["engagement_type"], row["engagement_id"], row["object_id"])
        for row in rows.get("engagement_associations", ())
        if (row["engagement_type"], row["engagement_id"]) in ours and not row.get("gone_at")
    ]
    return {
        "migrated": migrated, "ticket_associations": links, "engagement_contacts": contacts,
    }  # fmt: skip


def _labels(rows: dict[str, list[dict]]) -> list[tuple[str, int]]:
    types = [json.loads(row["types"]) for row in rows.get("ticket_associations", ())]
    return sorted(
        {
            (one["label"], one["typeId"])
            for listed in types
            for one in listed
            if one["category"] == "USER_DEFINED"
        }
    )
