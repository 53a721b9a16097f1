"""From many small pages to one Parquet file per stream, a row group at a time."""

import contextlib
import threading
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from include.warehouse.connection import open_memory
from include.warehouse.durable import sha256_of, sync
from include.warehouse.errors import LandingMisused
from include.warehouse.manifest import LandedFile
from include.warehouse.pages import Pages, arrow_schema, read_page
from include.warehouse.streams import JSON, STREAMS, Stream

# a row group is what is held in memory here and what one thread reads in DuckDB
ROW_GROUP_BYTES = 4 << 20
ROW_GROUP_ROWS = 40_960
_WAITING_AT_MOST = 4  # row groups; a disk that slow is waited for


class Compactions:
    """The Parquet files of a run, written beside its reading by a thread of their own.

    Written at its end, those of a hundred thousand tickets kept everybody waiting for ten seconds.

    Args:
        folder: Of the run.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, _File] = {}
        self._guard = threading.Lock()
        self._waiting: deque[Future[None]] = deque()
        self._thread: ThreadPoolExecutor | None = None

    def note(self, pages: Pages) -> None:
        """Have the pages of a stream written, once they make a row group; for any thread.

        Raises:
            OSError: An earlier one could not be written.
        """
        if group := pages.take(ROW_GROUP_BYTES, ROW_GROUP_ROWS):
            for future in self._submit(pages, group):
                future.result()

    def end(self, every: dict[str, Pages]) -> tuple[LandedFile, ...]:
        """Write what is left, durable when this returns.

        Args:
            every: The pages of each stream that the run wrote to.

        Returns:
            What the manifest says of each file, in the order of the streams.
        """
        for pages in every.values():
            for future in self._submit(pages, pages.take(0, 0)):
                future.result()
        while self._waiting:
            self._waiting.popleft().result()
        if self._thread:
            self._thread.shutdown()
        return tuple(self._files[name].end() for name in STREAMS if name in every)

    def drop(self) -> None:
        """Write nothing more; the files are not to be used. What is being written is waited for."""
        if self._thread:
            self._thread.shutdown(cancel_futures=True)
        for file in self._files.values():
            file.close()

    def _submit(self, pages: Pages, group: list[Path]) -> list["Future[None]"]:
        """Hand over a row group; returns what has to be waited for, or has ended."""
        name = pages.stream.name
        with self._guard:
            if self._thread is None:
                self._thread = ThreadPoolExecutor(1, "compaction")
            if name not in self._files:
                self._files[name] = _File(pages, self._folder / f"{name}.parquet")
            self._waiting.append(self._thread.submit(self._files[name].add, group))
            due = []
            while len(self._waiting) > _WAITING_AT_MOST or self._waiting[0].done():
                due.append(self._waiting.popleft())
                if not self._waiting:
                    break
            return due


class _File:
    """One stream's Parquet file (zstd), while it is written."""

    def __init__(self, pages: Pages, path: Path) -> None:
        self._pages = pages
        self._path = path
        stream = pages.stream
        self._writer = pq.ParquetWriter(path, _utc_schema(stream), **_options(stream))
        self._rows = 0

    def add(self, group: list[Path]) -> None:
        """Add pages as one row group; they are not needed any more."""
        tables = [read_page(path) for path in group]
        if tables:
            table = pa.concat_tables(tables).cast(self._writer.schema)
            self._writer.write_table(table, row_group_size=max(table.num_rows, 1))
            self._rows += table.num_rows
        for path in group:
            path.unlink()

    def end(self) -> LandedFile:
        """Make the file durable; returns what the manifest says of it."""
        self._writer.close()
        sync(self._path)
        first, last = self._pages.extracted_at
        return LandedFile(
            stream=self._pages.stream.name,
            name=self._path.name,
            sha256=sha256_of(self._path),
            bytes=self._path.stat().st_size,
            rows=self._rows,
            extracted_from=first,
            extracted_to=last,
        )

    def close(self) -> None:
        """Let go of a file that is not to be used."""
        with contextlib.suppress(OSError, pa.ArrowException):  # a full disk takes no footer
            self._writer.close()


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
