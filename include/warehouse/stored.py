"""Questions to raw while it is being extracted into: read-only, for any number of threads."""

import contextlib
import shutil
import threading
from types import TracebackType
from typing import Self

from include.warehouse.connection import attached, open_memory
from include.warehouse.files import PortalFiles

# Asked about a million tickets and their links, DuckDB took 280 MB of a free machine. With so much
# it takes as much time.
AT_MOST = "64MB"


class Stored:
    """The warehouse as `stored`, attached only while it is asked.

    What is asked for often is copied into memory once (ids and times: some 60 bytes an object),
    and the warehouse is closed again, so that it stays free for others during an extraction of
    hours. Beyond `AT_MOST` the copies lie on the disk. Without a warehouse, or a table that a
    later version brings, nothing is known.
    """

    def __init__(self, files: PortalFiles, *, may_copy: bool = True) -> None:
        """Prepare.

        Args:
            files: the portal's.
            may_copy: the caller holds the portal's lock. Without it only what copies nothing may
                be asked: the folder for copies is that of a read which may be running.
        """
        self._files = files
        self._may_copy = may_copy
        self._stack = contextlib.ExitStack()
        self._guard = threading.Lock()
        self._copied: set[str] = set()
        self._tables: set[str] | None = None

    def __enter__(self) -> Self:
        spill = None
        if self._may_copy:
            spill = self._files.candidate.with_name("known.spill")  # others may not read there
            shutil.rmtree(spill, ignore_errors=True)  # of a read that was killed; the lock is ours
        self._memory = self._stack.enter_context(open_memory(spill, AT_MOST))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def _copy(self, name: str, query: str, *tables: str) -> bool:
        """Have a table of this name in memory; false while there are not the tables it is from."""
        if not self._may_copy:
            raise RuntimeError(f"{name} would be copied, which only the portal's lock allows")
        with self._guard:
            if name in self._copied:
                return True
            if not self._files.warehouse.exists():
                return False
            with attached(self._memory, self._files.warehouse, "stored"):
                if not self._are_there(tables):
                    return False
                self._memory.execute(f"create table {name} as {query}")
            self._copied.add(name)
            return True

    def _rows(self, query: str, *tables: str, **values: object) -> list[tuple]:
        """Ask the warehouse itself; no rows while there are not the tables it is from."""
        if not self._files.warehouse.exists():
            return []
        with self._guard, attached(self._memory, self._files.warehouse, "stored"):
            if not self._are_there(tables):
                return []
            return self._memory.execute(query, values or None).fetchall()

    def _ids(self, query: str, *tables: str, **values: object) -> list[str]:
        """As `_rows`: the first column, sorted, each value once."""
        return sorted({row[0] for row in self._rows(query, *tables, **values)})

    def _ask(self, sql: str, **values: object) -> set[str]:
        # a cursor of its own: DuckDB's connection may not be shared by threads
        with contextlib.closing(self._memory.cursor()) as cursor:
            return {row[0] for row in cursor.execute(sql, values or None).fetchall()}

    def _are_there(self, tables: tuple[str, ...]) -> bool:
        if self._tables is None:
            found = self._memory.execute(
                "select table_name from duckdb_tables() "
                "where database_name = 'stored' and schema_name = 'raw'"
            ).fetchall()
            self._tables = {name for (name,) in found}
        return self._tables.issuperset(tables)
