"""Rows into a DuckDB table, column by column: row by row takes a minute for what takes a second."""

from collections.abc import Iterable, Sequence
from typing import Any

import duckdb

from include.migration.run import batched

ROWS = 10_000


def insert(
    connection: duckdb.DuckDBPyConnection, table: str, rows: Iterable[Sequence[Any]]
) -> None:
    """Append rows whose values stand in the order of the table's columns.

    Args:
        connection: With the table.
        table: Its name, with its schema; one of our own contracts.
        rows: Values that DuckDB can take over: texts, numbers, booleans, times, None.
    """
    for batch in batched(rows, ROWS):
        columns = [list(column) for column in zip(*batch, strict=True)]
        values = ", ".join(f"unnest(?) as c{number}" for number in range(len(columns)))
        connection.execute(f"insert into {table} select {values}", columns)
