"""The tables of a plan: their columns, their counts, their hash."""

# ruff: noqa: S608 - names come from plan_tables.sql

import hashlib
from functools import cache
from pathlib import Path

import duckdb

from include.migration.errors import PlanBroken
from include.warehouse.connection import open_memory

_SQL = Path(__file__).with_name("plan_tables.sql")


def hash_of(connection: duckdb.DuckDBPyConnection, source: str, target: str, options: str) -> str:
    """Hash every row of the plan, in an order of their own; 16 hex digits.

    Raises:
        PlanBroken: A table or a column is missing.
    """
    require_contract(connection)
    found = connection.execute(
        " union all ".join(_hash_sql(table, columns) for table, columns in contract().items())
    ).fetchall()
    digest = hashlib.sha256(f"{source}>{target}\n{options}\n".encode())
    for row in sorted(found):
        digest.update(f"{row}\n".encode())
    return digest.hexdigest()[:16]


def _hash_sql(table: str, columns: list[str]) -> str:
    # each value behind its length, so that no value can pass for the end of another; null has none
    values = " || ".join(
        f"coalesce(length(cast({name} as varchar)) || ':' || cast({name} as varchar), '-')"
        for name in columns
    )
    return (
        f"select '{table}', count(*), "
        "sha256(coalesce(string_agg(row_hash, '' order by row_hash), '')) "
        f"from (select sha256({values}) as row_hash from migration.{table})"
    )


def counts_of(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, int]]:
    """Count the rows by table and action (exceptions by kind).

    Raises:
        PlanBroken: A table or a column is missing.
    """
    require_contract(connection)
    counts: dict[str, dict[str, int]] = {}
    for table, columns in contract().items():
        by = "action" if "action" in columns else "kind"
        found = connection.execute(
            f"select {by}, count(*) from migration.{table} group by 1 order by 1"
        ).fetchall()
        counts[table] = dict(found)
    return counts


def require_contract(connection: duckdb.DuckDBPyConnection) -> None:
    """See that every table and column is there.

    Raises:
        PlanBroken: One is missing.
    """
    rows = connection.execute(
        "select table_name, column_name from duckdb_columns() "
        "where database_name = current_database() and schema_name = 'migration'"
    ).fetchall()
    wanted = [(table, column) for table, columns in contract().items() for column in columns]
    missing = sorted(set(wanted) - set(rows))
    if missing:
        named = ", ".join(f"{table}.{column}" for table, column in missing[:5])
        raise PlanBroken(f"the plan lacks {named}: nothing was written; run `migrate plan` again.")


@cache
def contract() -> dict[str, list[str]]:
    """Every table of schema migration and its columns, in the order of `plan_tables.sql`."""
    with open_memory() as connection:
        connection.execute(ddl())
        rows = connection.execute(
            "select table_name, column_name from duckdb_columns() "
            "where schema_name = 'migration' order by table_oid, column_index"
        ).fetchall()
    tables: dict[str, list[str]] = {}
    for table, column in rows:
        tables.setdefault(table, []).append(column)
    return tables


def ddl(table: str | None = None) -> str:
    """The contract's statements, or the one that makes a table."""
    text = _SQL.read_text(encoding="utf-8")
    if table is None:
        return text
    return text[text.index(f"create table {table} (") :].split("\n);", maxsplit=1)[0] + "\n)"
