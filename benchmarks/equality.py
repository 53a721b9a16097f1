"""Are two marts files equal, table by table and row by row?"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb


@dataclass(frozen=True)
class TableDifference:
    """How one table differs: rows on one side only, counted with repetition."""

    table: str
    rows: int
    only_left: int
    only_right: int


def compare(
    left: Path, right: Path, asked: Callable[[str], str | None] | None = None
) -> list[TableDifference]:
    """Compare every table and view of schema `marts` of two files.

    No column is left out: load metadata is not part of the marts, and both files must have been
    built as of one moment.

    Args:
        left: a file of marts.
        right: another.
        asked: gives, for a table's name, the query of it that is compared (`{marts}` stands for
            the schema), or None to leave the table out; default: all of every table.
    """
    queries = asked or "select * from {{marts}}.{}".format
    with duckdb.connect() as both:
        both.execute(f"attach '{left}' as l (read_only)")
        both.execute(f"attach '{right}' as r (read_only)")
        names = both.execute(
            "select database_name, table_name from duckdb_tables() where schema_name = 'marts' "
            "union select database_name, view_name from duckdb_views() where schema_name = 'marts'"
        ).fetchall()
        sides = {side: {name for base, name in names if base == side} for side in "lr"}
        if sides["l"] != sides["r"]:
            odd = sorted(sides["l"] ^ sides["r"])
            raise SystemExit(f"the files do not hold the same tables: {', '.join(odd)}")
        wanted = {name: queries(name) for name in sorted(sides["l"])}
        return [_difference(both, name, query) for name, query in wanted.items() if query]


def _difference(both: duckdb.DuckDBPyConnection, name: str, query: str) -> TableDifference:
    def count(query: str) -> int:
        return both.execute(f"select count(*) from ({query})").fetchone()[0]

    left, right = (query.format(marts=f"{side}.marts") for side in "lr")
    return TableDifference(
        name,
        count(left),
        count(f"({left}) except all ({right})"),
        count(f"({right}) except all ({left})"),
    )
