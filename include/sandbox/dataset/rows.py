"""Rows of a dataset's gzipped CSV file, each with the line it begins on."""

import csv
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path

from include.sandbox.errors import BrokenDataset
from include.sandbox.moments import from_dataset
from include.sandbox.store import record_id_of

csv.field_size_limit(16_000_000)  # a ticket's content may be longer than csv's 131,072


class Table:
    """One file of the dataset. A file that is absent has no rows."""

    def __init__(self, folder: Path, name: str, required: tuple[str, ...]) -> None:
        self.file = name
        self.path = folder / name
        self.exists = self.path.exists()
        self.columns: list[str] = []
        self.line = 1
        self._required = required

    def rows(self) -> Iterator[list[str]]:
        """Yield each row's cells; `self.columns` and `self.line` say what and where they are."""
        if not self.exists:
            return
        try:
            with gzip.open(self.path, "rt", encoding="utf-8", newline="") as file:
                yield from self._rows(csv.reader(file, strict=True))
        except (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error) as error:
            raise self.broken(f"the file cannot be read as gzipped UTF-8 CSV ({error})") from error

    def _rows(self, reader) -> Iterator[list[str]]:
        self.columns = next(reader, [])
        for column in self._required:
            if column not in self.columns:
                raise self.broken(f"the column {column!r} is missing")
        for column in self.columns:
            if self.columns.count(column) > 1:
                raise self.broken(f"the column {column!r} stands twice")
        width, self.line = len(self.columns), reader.line_num + 1
        for cells in reader:
            if len(cells) != width:
                raise self.broken(f"{len(cells)} cells where the header has {width}")
            yield cells
            self.line = reader.line_num + 1

    def places(self, *columns: str) -> list[int]:
        """Return where columns stand, -1 for one that the file does not have."""
        return [self.columns.index(c) if c in self.columns else -1 for c in columns]

    def broken(self, reason: str) -> BrokenDataset:
        """Return the refusal of the row at hand."""
        return BrokenDataset(self.file, self.line, reason)

    def moment(self, text: str, column: str) -> int:
        """Read a time, or refuse the row."""
        try:
            return from_dataset(text)
        except ValueError as error:
            raise self.broken(f"{column}: {error}") from None

    def whole_number(self, text: str, column: str) -> int:
        """Read an id or another whole number, or refuse the row."""
        number = record_id_of(text)
        if number is None:
            raise self.broken(f"{column} {text!r} is not a whole number, as HubSpot's ids are")
        return number
