"""The real incident log as the benchmarks know it: where it lies, and what is true of it."""

import csv
import gzip
import os
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path


def folder() -> Path:
    """Return the log's folder (`INCIDENT_LOG_DIR`); exits with a sentence when it is not set."""
    named = os.environ.get("INCIDENT_LOG_DIR")
    if not named or not (Path(named) / "manifest.json").is_file():
        sys.exit("set INCIDENT_LOG_DIR to the folder of the incident log (a portal dataset).")
    return Path(named)


def rows(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of one of the dataset's files."""
    with gzip.open(folder() / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def touches() -> list[tuple[datetime, str]]:
    """Return every creation and change as (moment, ticket id)."""
    created = [(datetime.fromisoformat(r["created_at"]), r["ticket_id"]) for r in rows("tickets")]
    changed = [
        (datetime.fromisoformat(r["changed_at"]), r["ticket_id"]) for r in rows("property_changes")
    ]
    return created + changed


def last_moment() -> datetime:
    """Return a moment at which everything of the log has happened."""
    newest = max(row["changed_at"] for row in rows("property_changes"))
    return datetime.fromisoformat(newest) + timedelta(minutes=1)
