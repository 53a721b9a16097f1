"""From many small pages to one Parquet file per stream, a row group at a time."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from include.warehouse.connection import open_memory
from include.warehouse.durable import sha256_of, sync
from include.warehouse.errors import LandingMisused
from include.warehouse.manifest import LandedFile
from include.warehouse.pages import Pages, arrow_schema
from include.warehouse.streams import JSON, STREAMS, Stream

# a row group is what is held in memory here and what one thread reads in DuckDB
ROW_GROUP_BYTES = 4 << 20
ROW_GROUP_ROWS = 40_960


def compact(pages: Pages, folder: Path) -> LandedFile:
    """Write the pages of a stream as one Parquet file (zstd), durable when this returns.

    Args:
        pages: All of them are written; at least one.
        folder: Of the run.

    Returns:
        What the manifest says of the file.
    """
    path = folder / f"{pages.stream.name}.parquet"
    rows = _write(pages, path)
    sync(path)
    first, last = pages.extracted_at
    return LandedFile(
        stream=pages.stream.name,
        name=path.name,
        sha256=sha256_of(path),
        bytes=path.stat().st_size,
        rows=rows,
        extracted_from=first,
        extracted_to=last,
    )


def _write(pages: Pages, path: Path) -> int:
    rows = 0
    with pq.ParquetWriter(path, _utc_schema(pages.stream), **_options(pages.stream)) as writer:
        for group in _row_groups(pages):
            table = pa.concat_tables(group).cast(writer.schema)
            writer.write_table(table, row_group_size=max(table.num_rows, 1))
            rows += table.num_rows
    return rows


def _row_groups(pages: Pages) -> Iterator[list[pa.Table]]:
    group: list[pa.Table] = []
    size = rows = 0
    for table in pages.read():
        group.append(table)
        size, rows = size + table.nbytes, rows + table.num_rows
        if size >= ROW_GROUP_BYTES or rows >= ROW_GROUP_ROWS:
            yield group
            group, size, rows = [], 0, 0
    if group:
        yield group


def _utc_schema(stream: Stream) -> pa.Schema:
    """Moments are plain UTC in the file, so that no reader's session time zone can shift them."""
    return pa.schema(
        [
            field.with_type(pa.timestamp("us")) if pa.types.is_timestamp(field.type) else field
            for field in arrow_schema(stream)
        ]
    )


def _options(stream: Stream) -> dict:
    plain = [column.name for column in stream.columns if column.type != JSON]
    # every JSON text differs: a dictionary of them is built, overflows, and is thrown away
    return {"compression": "zstd", "compression_level": 3, "use_dictionary": plain}


def check_reads(folder: Path, landed: tuple[LandedFile, ...]) -> None:
    """Refuse links whose set is not listed as read at the same moment.

    Such rows would be diffed as a set of their own, and close every other link of the ticket.

    Raises:
        LandingMisused: There are such rows.
    """
    names = {file.stream: file.name for file in landed}
    for stream in STREAMS.values():
        if stream.kind == "edges" and stream.name in names:
            orphans = _count_orphans(folder, names, stream)
            if orphans:
                raise LandingMisused(
                    f"{orphans} rows of {stream.name} have no row in {stream.reads} with their "
                    f"{', '.join(stream.group)} and extracted_at: nothing was committed; "
                    "land a set and its read with one extracted_at."
                )


def _count_orphans(folder: Path, names: dict[str, str], stream: Stream) -> int:
    edges = str(folder / names[stream.name])
    with open_memory(folder / "spill") as memory:
        if stream.reads not in names:
            query, values = "select count(*) from read_parquet(?)", [edges]
        else:
            using = ", ".join((*stream.group, "extracted_at"))
            query = (
                f"select count(*) from read_parquet(?) anti join read_parquet(?) using ({using})"  # noqa: S608
            )
            values = [edges, str(folder / names[stream.reads])]
        return memory.execute(query, values).fetchone()[0]
