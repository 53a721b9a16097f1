"""DuckDB connections that end with the call that opened them, and errors that name the file."""

import contextlib
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb

from include.warehouse.errors import WarehouseBusy, WarehouseUnreadable
from include.warehouse.private import private_files
from include.warehouse.space import is_full

WAREHOUSE = "warehouse"
# DuckDB holds a row group per thread before it is compressed: of its 122,880 rows of a ticket with
# 250 properties that is 1 GB. A quarter halved the memory of a load, at the same speed and size.
ROW_GROUP_ROWS = 30_720
# A night brings some hundred tickets: up to so many, DuckDB holds their ids against what it knows
# of each row group, and opens those alone. By default it does so for 50.
IDS_HELD_AGAINST_ROW_GROUPS = 2_000
_HELD = re.compile(r"Conflicting lock is held in (?P<who>.*?)\.?(?: See also|$)", re.DOTALL)


@contextlib.contextmanager
def open_warehouse(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB file for writing, alone; it is the connection's default database.

    Args:
        path: The file; made when it does not exist. Nobody but its owner reads it from now on.

    Raises:
        WarehouseBusy: Somebody has it open, be it only to read.
        WarehouseUnreadable: It is not a whole DuckDB file.
    """
    spill = path.with_name(path.name + ".tmp")
    options = f"row_group_size {ROW_GROUP_ROWS}"
    with private_files(), open_memory(spill) as connection:
        # closed, not detached: a transaction that the disk had no space for allows no statement
        _attach(connection, path, WAREHOUSE, options)
        path.chmod(0o600)  # an older version made it for all to read
        # what a process spilled that was killed; the file is ours now, so nobody else uses it
        shutil.rmtree(spill, ignore_errors=True)
        connection.execute(f"use {WAREHOUSE}")
        connection.execute("set preserve_insertion_order = false")
        connection.execute(f"set dynamic_or_filter_threshold = {IDS_HELD_AGAINST_ROW_GROUPS}")
        yield connection


@contextlib.contextmanager
def open_memory(
    spill: Path | None = None, at_most: str = ""
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database in memory, to which files are attached for the time of a statement.

    Args:
        spill: Folder for what does not fit in memory. Without one it has to fit: DuckDB's own
            choice would be the folder that the command happened to be started in.
        at_most: Memory that it may take, such as `64MB`; by default most of the machine's.
    """
    with contextlib.closing(duckdb.connect()) as connection:
        connection.execute(f"set temp_directory = {literal(spill or '')}")
        connection.execute("set TimeZone = 'UTC'")
        if at_most:
            connection.execute(f"set memory_limit = {literal(at_most)}")
            connection.execute("set threads = 2")  # each takes a share of it
        yield connection


@contextlib.contextmanager
def attached(
    memory: duckdb.DuckDBPyConnection, path: Path, alias: str, options: str = "read_only"
) -> Iterator[None]:
    """Attach a file while the block runs.

    Reading goes through here and not through `duckdb.connect(path)`: that gives back the instance
    which this process has open under the path, which is yesterday's file after a publish.

    Args:
        memory: From `open_memory`.
        path: The file to attach.
        alias: Its name in SQL.
        options: Of ATTACH.

    Raises:
        WarehouseBusy: A writer has it open.
        WarehouseUnreadable: It is not a whole DuckDB file.
    """
    # a writer's log holds rows too
    with contextlib.nullcontext() if options == "read_only" else private_files():
        _attach(memory, path, alias, options)
        try:
            yield
        except BaseException:
            # what went wrong inside is what has to be told
            with contextlib.suppress(duckdb.Error):
                memory.execute(f"detach {alias}")
            raise
        memory.execute(f"detach {alias}")


def _attach(memory: duckdb.DuckDBPyConnection, path: Path, alias: str, options: str) -> None:
    with _named_errors(path):
        memory.execute(f"attach {literal(path)} as {alias} ({options})")


@contextlib.contextmanager
def _named_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except (duckdb.ConnectionException, duckdb.ResourceInUseException) as error:
        raise WarehouseBusy(path, "this process itself, with another access mode") from error
    except duckdb.Error as error:
        if is_full(error):
            raise
        held = _HELD.search(str(error))
        if held:
            raise WarehouseBusy(path, held["who"]) from error
        raise WarehouseUnreadable(path, str(error).split("\n", maxsplit=1)[0]) from error


def literal(value: object) -> str:
    """Quote a text (a path) for the statements that take no parameters."""
    return "'" + str(value).replace("'", "''") + "'"
