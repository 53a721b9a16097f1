"""How landed rows become raw rows: objects, history and snapshots. Edges have a file of their own.

Every merge is set-based SQL inside the load's transaction, and a second time changes nothing.
"""
# ruff: noqa: S608 - names come from streams.py; values are bound

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from include.warehouse.connection import literal
from include.warehouse.manifest import LandedFile
from include.warehouse.streams import Stream
from include.warehouse.tables import META


@dataclass(frozen=True)
class Merge:
    """A load in progress: where to merge, and what the new rows' meta columns say.

    Attributes:
        connection: To the warehouse, in a transaction.
        folder: Of the run.
        portal_id: Whose data.
        run_id: The run being loaded.
        loaded_at: This machine's time.
    """

    connection: duckdb.DuckDBPyConnection
    folder: Path
    portal_id: str
    run_id: str
    loaded_at: datetime

    def run(self, sql: str, **values: object) -> None:
        """Execute a statement; `$name` parameters are bound."""
        self.connection.execute(sql, values or None)

    def view(self, name: str, stream: Stream, landed: LandedFile | None) -> None:
        """Show a landed file as a temporary view: the stream's columns, extracted_at, landing_row.

        A column that the spec got after the file was written is null; a file that is not there has
        no rows.
        """
        present, source = self._source(landed)
        columns = [
            f'"{column.name}"'
            if column.name in present
            else f'null::{column.sql_type} as "{column.name}"'
            for column in stream.columns
        ]
        own = ("extracted_at", "file_row_number as landing_row")
        if not landed:
            own = ("null::timestamp as extracted_at", "null::bigint as landing_row")
        self.run(
            f"create or replace temp view {name} as select {', '.join((*columns, *own))} {source}"
        )

    def _source(self, landed: LandedFile | None) -> tuple[set[str], str]:
        if not landed:
            return set(), "where false"
        file = literal(self.folder / landed.name)
        names = self.connection.execute(
            f"select name from parquet_schema({file}) where num_children is null"
        ).fetchall()
        return {name for (name,) in names}, f"from read_parquet({file}, file_row_number = true)"

    def insert(
        self,
        stream: Stream,
        columns: dict[str, str],
        source: str,
        extracted_at: str = "extracted_at",
    ) -> None:
        """Insert into a raw table.

        Args:
            stream: Whose table.
            columns: Column to expression, without the meta columns.
            source: From `from` on.
            extracted_at: Expression of HubSpot's time of the answer that a row came from.
        """
        expressions = columns | self.meta_expressions(stream.name, extracted_at)
        names = ", ".join(f'"{name}"' for name in expressions)
        values = ", ".join(expressions.values())
        self.run(f"insert into raw.{stream.name} ({names}) select {values} {source}")

    def meta_expressions(self, source: str, extracted_at: str = "extracted_at") -> dict[str, str]:
        """Give the meta columns' expressions for rows of this run.

        Args:
            source: Name of the stream whose file says so.
            extracted_at: Expression of HubSpot's time of the answer.
        """
        values = (
            literal(self.portal_id),
            literal(self.run_id),
            extracted_at,
            f"timestamp {literal(self.loaded_at.astimezone(UTC).replace(tzinfo=None))}",
            literal(f"landing/{self.run_id}/{source}.parquet"),
        )
        return {column.name: value for column, value in zip(META, values, strict=True)}


# A partial row is laid over what is stored (RFC 7396: null takes a property away), and leaves the
# stored modified time: the next run must read the whole record as if this one had not been.
_LAID_OVER = {
    "created_at": "coalesce(kept.created_at, incoming.created_at)",
    "updated_at": "case when incoming.is_partial "
    "then coalesce(kept.updated_at, incoming.created_at) else incoming.updated_at end",
    "properties": "case when incoming.is_partial then cast(json_merge_patch("
    "coalesce(kept.properties, '{}'), incoming.properties) as varchar) "
    "else incoming.properties end",
    "is_partial": "case when incoming.is_partial and kept.updated_at is not null "
    "then kept.is_partial else incoming.is_partial end",
}


def merge_object(merge: Merge, stream: Stream, landed: LandedFile) -> None:
    """The newest version wins: by (updated_at, extracted_at), then by position in the landing.

    The choice is made on narrow columns; the properties are read once, for the rows that are
    stored.
    """
    key = stream.key[0]
    merge.view("incoming", stream, landed)
    merge.run(f"""
        create or replace temp table winners as
        select landing_row, "{key}", updated_at, extracted_at from incoming
        qualify row_number() over (
            partition by "{key}" order by updated_at desc, extracted_at desc, landing_row desc) = 1
    """)
    merge.run(f"""
        delete from winners using raw.{stream.name} as stored
        where stored."{key}" = winners."{key}"
            and (stored.updated_at, stored._extracted_at)
                > (winners.updated_at, winners.extracted_at)
    """)
    same = f'stored."{key}" = winners."{key}"'
    _keep_under_partial(merge, stream)
    merge.run(f"delete from raw.{stream.name} as stored using winners where {same}")
    columns = {name: f'incoming."{name}"' for name in stream.column_names} | _LAID_OVER
    source = (
        "from incoming join winners on incoming.landing_row = winners.landing_row "
        f'left join kept on kept."{key}" = incoming."{key}"'
    )
    merge.insert(stream, columns, source, "incoming.extracted_at")


def _keep_under_partial(merge: Merge, stream: Stream) -> None:
    """Set aside what is stored of the records that the landing knows in part."""
    key = stream.key[0]
    merge.run(f"""
        create or replace temp table kept as
        select stored."{key}", stored.created_at, stored.updated_at, stored.properties,
            stored.is_partial
        from raw.{stream.name} as stored
        where stored."{key}" in (select "{key}" from incoming where is_partial)
    """)


def merge_history(merge: Merge, stream: Stream, landed: LandedFile) -> None:
    """Append what is not there yet, by natural key; nothing is ever changed or dropped."""
    keys = ", ".join(f'"{name}"' for name in stream.key)
    owner = f'"{stream.key[0]}"'
    merge.view("incoming", stream, landed)
    merge.run(f"""
        create or replace temp table known as
        select {keys} from raw.{stream.name}
        where {owner} in (select distinct {owner} from incoming)
    """)
    merge.run(f"""
        create or replace temp table fresh as
        select min(landing_row) as landing_row
        from incoming anti join known using ({keys})
        group by {keys}
    """)
    columns = {name: f'incoming."{name}"' for name in stream.column_names}
    source = "from incoming join fresh on incoming.landing_row = fresh.landing_row"
    merge.insert(stream, columns, source, "incoming.extracted_at")


def merge_snapshot(merge: Merge, stream: Stream, landed: LandedFile) -> None:
    """The landed list is complete: it replaces what is stored; what it lacks is a tombstone."""
    keys = ", ".join(f'"{name}"' for name in stream.key)
    merge.view("incoming", stream, landed)
    merge.run(f"""
        create or replace temp table latest as select * from incoming
        qualify row_number() over (
            partition by {keys} order by extracted_at desc, landing_row desc) = 1
    """)
    same = " and ".join(f'stored."{name}" = latest."{name}"' for name in stream.key)
    scope = "".join(f' and stored."{c}" in (select "{c}" from latest)' for c in stream.group)
    noticed_at = f"timestamp {literal(landed.extracted_to.astimezone(UTC).replace(tzinfo=None))}"
    changes = {"removed_at": noticed_at, **merge.meta_expressions(stream.name, noticed_at)}
    merge.run(f"""
        update raw.{stream.name} as stored
        set {", ".join(f"{name} = {value}" for name, value in changes.items())}
        where removed_at is null{scope} and not exists (from latest where {same})
    """)
    merge.run(f"delete from raw.{stream.name} as stored using latest where {same}")
    columns = {name: f'"{name}"' for name in stream.column_names}
    merge.insert(stream, columns | {"removed_at": "null"}, "from latest")
