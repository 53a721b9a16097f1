"""The tables of schema raw, made from the streams' specs.

No primary keys: DuckDB's index has to fit in memory and made a load of history several times
slower. Keys are kept by the merges, and tested.
"""

import duckdb

from include.warehouse.streams import FLAG, JSON, STREAMS, TEXT, TIME, Column, Stream

_ADDED_BY_KIND = {
    "object": (),
    "history": (),
    "edges": (Column("observed_at", TIME), Column("is_first_read", FLAG), Column("gone_at", TIME)),
    "reads": (Column("first_read_at", TIME), Column("last_read_at", TIME)),
    "snapshot": (Column("removed_at", TIME),),
}
META = (
    Column("_portal_id"),
    Column("_run_id"),
    Column("_extracted_at", TIME),
    Column("_loaded_at", TIME),
    Column("_source_file"),
)
CURSORS = (
    Column("stream"),
    Column("cursor_at", TIME),
    Column("_run_id"),
    Column("_loaded_at", TIME),
)
LOADS = (
    *(Column(name, TEXT) for name in ("run_id", "mode")),
    Column("is_whole", FLAG),
    *(Column(name, TIME) for name in ("window_from", "window_to", "data_as_of")),
    Column("complete_through", TIME),
    Column("manifest_sha256"),
    *(Column(name, JSON) for name in ("rows", "calls", "choices", "proof", "search_lag")),
    Column("loaded_at", TIME),
)


def raw_columns(stream: Stream) -> tuple[Column, ...]:
    """Give the columns that a stream's raw table has, in order."""
    return (*stream.columns, *_ADDED_BY_KIND[stream.kind], *META)


def prepare_raw(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the schema raw as the specs want it: missing tables and missing columns are added.

    Args:
        connection: To a warehouse, for writing.
    """
    loaded = (stream for stream in STREAMS.values() if stream.kind in _ADDED_BY_KIND)
    wanted = {stream.name: raw_columns(stream) for stream in loaded}
    wanted |= {"cursors": CURSORS, "loads": LOADS}
    connection.execute("create schema if not exists raw")
    present = _present_columns(connection)
    for table, columns in wanted.items():
        if table not in present:
            ddl = ", ".join(_definition(column) for column in columns)
            connection.execute(f"create table raw.{table} ({ddl})")
            continue
        for column in columns:
            if column.name not in present[table]:
                connection.execute(
                    f'alter table raw.{table} add column "{column.name}" {column.sql_type}'
                )


def _definition(column: Column) -> str:
    compression = " using compression zstd" if column.type == JSON else ""
    return f'"{column.name}" {column.sql_type}{compression}'


def _present_columns(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    found = connection.execute(
        "select table_name, list(column_name) from duckdb_columns() "
        "where schema_name = 'raw' and database_name = current_database() group by table_name"
    ).fetchall()
    return {table: set(columns) for table, columns in found}
