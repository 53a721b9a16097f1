"""Every difference as CSV, safe to open in a spreadsheet."""

import csv
import os
import re
from pathlib import Path

import duckdb

COLUMNS = (
    *("level", "object_type", "source_id", "target_id", "field"),
    *("source_value", "target_value", "kind", "reason"),
)
_ROWS_AT_A_TIME = 10_000
# What a spreadsheet may take for a formula, also behind white space; a plain number is none.
_FORMULA = re.compile(r"[\s\x00-\x1f]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def safe_cell(value: object) -> str:
    """Return a cell that no spreadsheet runs: what could be a formula gets an apostrophe."""
    text = "" if value is None else str(value)
    if _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        return "'" + text
    return text


def write_differences(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write all rows of marts.reconciliation_differences, the unexplained ones first.

    Args:
        connection: from `attached_sides`.
        path: replaced whole or not at all.
    """
    found = connection.execute(
        f"select {', '.join(COLUMNS)} from reconciled.marts.reconciliation_differences "  # noqa: S608
        "order by is_explained, level, kind, source_id, target_id, field"
    )
    unfinished = path.with_name(f".{path.name}.unfinished")
    with unfinished.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        while rows := found.fetchmany(_ROWS_AT_A_TIME):
            writer.writerows([safe_cell(value) for value in row] for row in rows)
    unfinished.chmod(0o600)
    os.replace(unfinished, path)  # noqa: PTH105 - says what it does: atomic on every platform
