"""What a warehouse holds, without what tells of a run: to compare two ways to the same end."""

from contextlib import closing
from pathlib import Path

import duckdb

# Of a run, or of the second in which something was seen: two runs differ in them.
OF_A_RUN = {
    *("_run_id", "_extracted_at", "_loaded_at", "_source_file"),
    *("observed_at", "gone_at", "removed_at", "first_read_at", "last_read_at"),
}
# HubSpot dates no actor: these are the moments of their reading.
OF_A_READ = {("actors", "created_at"), ("actors", "updated_at")}
OF_RUNS = {"loads", "cursors"}


def raw_tables(warehouse: Path) -> dict[str, list[tuple]]:
    """Give the sorted rows of every raw table that is not about runs."""
    with closing(duckdb.connect(str(warehouse), read_only=True)) as stored:
        columns: dict[str, list[str]] = {}
        for table, column in stored.execute(
            "select table_name, column_name from information_schema.columns "
            "where table_schema = 'raw' order by table_name, ordinal_position"
        ).fetchall():
            columns.setdefault(table, [])
            if column not in OF_A_RUN and (table, column) not in OF_A_READ:
                columns[table].append(f'"{column}"')
        return {
            table: stored.execute(
                f"select {', '.join(names)} from raw.{table} order by all"
            ).fetchall()
            for table, names in columns.items()
            if table not in OF_RUNS
        }
