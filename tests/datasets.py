"""Writes small portal datasets (design/portal-dataset.md) for tests, from Python rows."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

Row = Mapping[str, Any]

_COLUMNS = {
    "properties": ("name", "label", "type", "field_type", "group_name", "options"),
    "pipelines": ("pipeline_id", "label", "display_order"),
    "stages": ("pipeline_id", "stage_id", "label", "display_order", "ticket_state"),
    "owners": ("id", "email", "firstName", "lastName", "archived"),
    "contacts": ("id",),
    "companies": ("id",),
    "deals": ("id",),
    "tickets": ("ticket_id", "created_at"),
    "property_changes": (
        "ticket_id",
        "changed_at",
        "property",
        "value",
        "source_type",
        "source_id",
    ),
    "engagements": (
        "id",
        "type",
        "ticket_id",
        "occurred_at",
        "direction",
        "owner_id",
        "contact_id",
        "subject",
        "body",
        "attachment_ids",
    ),
    "associations": (
        "from_type",
        "from_id",
        "to_type",
        "to_id",
        "type_id",
        "label",
        "created_at",
        "removed_at",
    ),
    "messages": (
        "thread_id",
        "ticket_id",
        "message_id",
        "created_at",
        "type",
        "direction",
        "sender_type",
        "sender_id",
        "channel",
        "text",
    ),
}


def write_dataset(
    folder: Path,
    *,
    portal_id: int = 4_980_777,
    time_zone: str = "UTC",
    name: str = "test",
    **files: Iterable[Row | Sequence[Any]],
) -> Path:
    """Write a dataset folder; a file that is not given is absent.

    Each keyword (tickets, property_changes, associations, contacts, ...) is a list of dicts, or of
    sequences in the order of the file's columns. A ticket's or contact's further keys are its
    properties. Missing and None cells are empty. Returns the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    counts = {}
    for file, rows in files.items():
        listed = [_as_mapping(file, row) for row in rows]
        counts[file] = len(listed)
        columns = list(dict.fromkeys([*_COLUMNS[file], *(key for row in listed for key in row)]))
        write_table(folder / f"{file}.csv.gz", columns, listed)
    manifest = {
        "name": name,
        "portal_id": portal_id,
        "time_zone": time_zone,
        "origin": "written by a test",
        "licence": "none",
        "attribution": "none",
        "rows": counts,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Write one gzipped CSV file with a header row."""
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for row in rows:
            writer.writerow(["" if row.get(c) is None else row[c] for c in columns])


def _as_mapping(file: str, row: Row | Sequence[Any]) -> Row:
    if isinstance(row, Mapping):
        return row
    return dict(zip(_COLUMNS[file], row, strict=False))
