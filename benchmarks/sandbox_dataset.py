"""A portal dataset of any size, whose tickets' stage, priority and subject change in turn."""

import csv
import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path


def write_dataset(folder: Path, tickets: int, *, changes: int) -> None:
    """Write a portal dataset: every ticket's stage, priority and subject change in turn."""
    begin = datetime(2025, 1, 1, tzinfo=UTC)
    steps = [("hs_pipeline_stage", "1234"), ("hs_ticket_priority", ["LOW", "HIGH"]),
             ("subject", ["Door", "Window", "Roof"])]  # fmt: skip

    def changed() -> Iterator[tuple]:
        for i in range(tickets):
            when = begin + timedelta(minutes=5 * i)
            for step in range(changes):
                name, values = steps[step % 3]
                when += timedelta(minutes=47)
                value = values[(i + step) % len(values)]
                yield i + 1, _iso(when), name, value, "CRM_UI", ""

    created = ((i + 1, _iso(begin + timedelta(minutes=5 * i)), f"Case {i}") for i in range(tickets))
    _write(folder, "tickets", ("ticket_id", "created_at", "content"), created)
    columns = ("ticket_id", "changed_at", "property", "value", "source_type", "source_id")
    _write(folder, "property_changes", columns, changed())
    manifest = {"name": "speed", "portal_id": 4_980_002, "time_zone": "UTC"}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _write(folder: Path, name: str, columns: tuple[str, ...], rows: Iterator[tuple]) -> None:
    path = folder / f"{name}.csv.gz"
    with gzip.open(path, "wt", 1, encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)
