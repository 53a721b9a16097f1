"""Pages: what has landed of a run that is still going on, as compressed Arrow files."""

import itertools
import re
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.abc import MetaPathFinder
from pathlib import Path

import pyarrow as pa

from include.warehouse.errors import LandingMisused
from include.warehouse.streams import FLAG, NUMBER, TIME, Column, Stream

_ARROW_TYPES = {TIME: pa.timestamp("us", "UTC"), FLAG: pa.bool_(), NUMBER: pa.int64()}
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
# lz4, for pages live as long as a run: zstd took four times as long for a third fewer bytes.
_LZ4 = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)
EXTRACTED_AT = Column("extracted_at", TIME, required=True)


class _Hidden(MetaPathFinder):
    """Finds everything but pandas."""

    def find_spec(self, fullname: str, *_: object) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError("pandas is not needed here")


def _make_arrays_without_pandas() -> None:
    """Have Arrow make its first array, for which it looks whether there is pandas, without it.

    Pages are made of Python's own objects. Pandas, imported to recognise its own, takes 50 MB; who
    makes pandas' tables of Arrow's later gets them all the same.
    """
    hidden = _Hidden()
    sys.meta_path.insert(0, hidden)
    try:
        pa.array([])
    finally:
        sys.meta_path.remove(hidden)


_make_arrays_without_pandas()


def _arrow_type(column: Column) -> pa.DataType:
    return _ARROW_TYPES.get(column.type, pa.string())


def arrow_schema(stream: Stream) -> pa.Schema:
    """Make the schema that the rows of a stream have on disk."""
    columns = (*stream.columns, EXTRACTED_AT)
    return pa.schema([pa.field(c.name, _arrow_type(c), not c.required) for c in columns])


@dataclass
class Pages:
    """The pages of one run and stream, numbered in the order in which they were handed over.

    Attributes:
        folder: Where they lie.
        stream: Whose rows.
        extracted_at: Times of the first and the last answer, once there is one.
    """

    folder: Path
    stream: Stream
    extracted_at: tuple[datetime, datetime] | None = None
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _written: list[tuple[int, int, int]] = field(default_factory=list)  # number, bytes, rows
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def write(self, rows: list[dict], extracted_at: datetime) -> None:
        """Write one page, whole when this returns.

        It is not made durable: a run whose power went starts again from what it was told
        (`journal`), and its Parquet files are made durable before its manifest.

        Args:
            rows: Landing rows; datetimes are aware.
            extracted_at: HubSpot's time of the answer.

        Raises:
            LandingMisused: A row is not what the stream's spec says.
        """
        self.write_columns(_columns_of(self.stream, rows), extracted_at)

    def write_columns(self, columns: dict[str, list], extracted_at: datetime) -> None:
        """As `write`, of a list of each column's values.

        Raises:
            LandingMisused: As `write`.
        """
        if extracted_at.tzinfo is None:
            raise LandingMisused(
                f"{self.stream.name}: extracted_at {extracted_at} has no time zone."
            )
        page = _as_arrow(self.stream, columns, extracted_at)
        with self._guard:
            number = next(self._numbers)
            first, last = self.extracted_at or (extracted_at, extracted_at)
            self.extracted_at = (min(first, extracted_at), max(last, extracted_at))
        path = self._path(number)
        with path.open("wb") as file, pa.ipc.new_stream(file, page.schema, options=_LZ4) as writer:
            writer.write_batch(page)
        with self._guard:
            self._written.append((number, page.nbytes, page.num_rows))

    def take(self, least_bytes: int, least_rows: int) -> list[Path]:
        """Take the written pages that nobody took, in their order; none while they are few.

        Args:
            least_bytes: So many are not few.
            least_rows: Nor are so many.
        """
        with self._guard:
            size = sum(taken[1] for taken in self._written)
            rows = sum(taken[2] for taken in self._written)
            if size < least_bytes and rows < least_rows:
                return []
            taken, self._written = sorted(self._written), []
        return [self._path(number) for number, _, _ in taken]

    def _path(self, number: int) -> Path:
        return self.folder / f"{self.stream.name}-{number:06d}.arrow"


def read_page(path: Path) -> pa.Table:
    """Read a page that was taken."""
    with path.open("rb") as file, pa.ipc.open_stream(file) as reader:
        return reader.read_all()


def _columns_of(stream: Stream, rows: list[dict]) -> dict[str, list]:
    known = set(stream.column_names)
    for row in rows:
        if not row.keys() <= known:
            raise LandingMisused(f"{stream.name}: unknown columns {sorted(row.keys() - known)}.")
    return {name: [row.get(name) for row in rows] for name in stream.column_names}


def _as_arrow(stream: Stream, columns: dict[str, list], extracted_at: datetime) -> pa.RecordBatch:
    """Type columns, refusing those that could not be loaded while who made them is known.

    Values are never part of a message: they are a customer's.

    Raises:
        LandingMisused: An unknown column, or one of another length, a required one without a
            value, a moment without time zone, a value of another type.
    """
    lengths = set(map(len, columns.values()))
    if not columns.keys() <= set(stream.column_names) or len(lengths) != 1:
        raise LandingMisused(f"{stream.name}: columns of other names, or of several lengths.")
    (length,) = lengths
    nothing = [None] * length
    arrays = [_array(stream.name, c, columns.get(c.name, nothing)) for c in stream.columns]
    moment = pa.scalar(extracted_at, _ARROW_TYPES[TIME])
    return pa.record_batch([*arrays, pa.repeat(moment, length)], schema=arrow_schema(stream))


def _array(stream: str, column: Column, values: list) -> pa.Array:
    name = column.name
    try:
        array = _moments(values) if column.type == TIME else _typed(values, _arrow_type(column))
    except _NoTimeZone:
        raise LandingMisused(f"{stream}: a {name} has no time zone.") from None
    except (pa.ArrowException, TypeError, OverflowError) as error:
        said = f"{stream}: a {name} is no {column.sql_type} ({type(error).__name__})."
        raise LandingMisused(said) from None
    if column.required and array.null_count:
        raise LandingMisused(f"{stream}: a row has no {name}.")
    return array


class _NoTimeZone(Exception):
    """A moment that could be any."""


def _moments(values: list) -> pa.Array:
    if set(map(type, values)) == {str}:
        return pa.array(values, pa.string()).cast(_ARROW_TYPES[TIME])
    if any(isinstance(at, datetime) and at.tzinfo is None for at in values):
        raise _NoTimeZone
    return pa.array(values, _ARROW_TYPES[TIME])


def _typed(values: Sequence[object], kind: pa.DataType) -> pa.Array:
    try:
        return pa.array(values, kind)
    except UnicodeEncodeError:
        # JSON may carry half a surrogate pair (a cut emoji); UTF-8, Parquet and DuckDB cannot.
        # One such value must not stop every night of a portal.
        return pa.array([_whole_text(value) for value in values], kind)


def _whole_text(value: object) -> object:
    return _LONE_SURROGATE.sub("\ufffd", value) if isinstance(value, str) else value
