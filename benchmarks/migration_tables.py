"""A portal's dataset written row by row, whatever its size."""

import csv
import gzip
import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def iso(moment: datetime) -> str:
    """A moment as datasets have it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"


def write_portal(folder: Path, portal_id: str, **files: Iterable[Row]) -> None:
    """Write a dataset; the first row of a file names its columns, lists become JSON.

    Args:
        folder: Made when absent.
        portal_id: HubSpot's id of the account.
        files: Rows by file name, without its ending.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in files.items():
        with gzip.open(
            folder / f"{name}.csv.gz", "wt", compresslevel=1, encoding="utf-8", newline=""
        ) as stream:
            writer = None
            for row in rows:
                if writer is None:
                    writer = csv.DictWriter(stream, list(row))
                    writer.writeheader()
                writer.writerow({name: _cell(value) for name, value in row.items()})
    manifest = {"name": folder.name, "portal_id": int(portal_id), "time_zone": "UTC"}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def _cell(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, list) else value
