"""Write, audit, publish: the copy that was audited is the file that readers get, by one rename."""

import os
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from include.warehouse.connection import attached, open_memory
from include.warehouse.durable import sync
from include.warehouse.errors import NothingToPublish, WarehouseError
from include.warehouse.files import PortalFiles
from include.warehouse.generations import (
    Generation,
    Published,
    describe,
    generations,
    keep_generation,
    next_version,
    prune,
    published,
    readable,
)
from include.warehouse.space import disk_space_for

__all__ = [
    "Generation",
    "Published",
    "approve",
    "discard_staged",
    "generations",
    "publish",
    "published",
    "stage",
]

# the oldest format that DuckDB 1.2 and later all open: analysts come with their own tools
STORAGE_VERSION = "v1.2.0"
SCHEMA = "marts"


def stage(
    files: PortalFiles,
    run_id: str,
    *,
    data_as_of: datetime,
    complete_through: datetime | None,
) -> Path:
    """Copy the candidate to the file that is audited, approved and then published, unchanged.

    Args:
        files: The portal's files.
        run_id: The run whose night this is.
        data_as_of: End of its read, HubSpot's time.
        complete_through: Until when completeness is proven, or None.

    Returns:
        The file to audit, read-only, durable. `publish` does not see it before `approve`.

    Raises:
        NothingToPublish: The candidate is not there or has no marts.
        WarehouseBusy: Another process has the candidate open for writing.
        WarehouseError: A view would not open outside of the candidate.
        OutOfSpace: The disk is full; nothing is staged.
    """
    if not files.candidate.exists():
        raise NothingToPublish(
            f"There is no candidate {files.candidate}: nothing was published; run `build` first."
        )
    files.ensure()
    discard_staged(files)
    row = [files.portal_id, run_id, data_as_of, complete_through, datetime.now(UTC)]
    with disk_space_for(f"staging {files.auditing}"):
        try:
            _copy(files, [*map(_utc, row), next_version(files)])
        except BaseException:
            discard_staged(files)
            raise
        files.auditing.chmod(0o444 & ~_umask())
        sync(files.auditing)
        sync(files.auditing.parent)
    return files.auditing


def approve(files: PortalFiles) -> Path:
    """Let the file that passed its audit be published.

    A file that nobody approved (the audit was killed, or failed) is never published.

    Raises:
        NothingToPublish: Nothing was staged.
    """
    if not files.auditing.exists():
        raise NothingToPublish(f"No file is being audited in {files.auditing.parent}.")
    files.auditing.replace(files.staged)
    sync(files.staged.parent)
    return files.staged


def _copy(files: PortalFiles, row: list) -> None:
    storage = f"storage_version '{STORAGE_VERSION}'"
    with open_memory(files.auditing.with_name("spill")) as memory:
        with (
            attached(memory, files.candidate, "candidate"),
            attached(memory, files.auditing, "staged", storage),
        ):
            if not _relations(memory, "candidate"):
                raise NothingToPublish(
                    f"{files.candidate} has nothing in schema {SCHEMA}: nothing was published; "
                    "run `build` and read its errors."
                )
            memory.execute("copy from database candidate to staged")
            memory.execute("create schema if not exists staged.meta")
            memory.execute("drop table if exists staged.meta.build")
            memory.execute(
                "create table staged.meta.published (portal_id varchar, run_id varchar, "
                "data_as_of timestamp, complete_through timestamp, published_at timestamp, "
                "version integer)"
            )
            memory.execute("insert into staged.meta.published values (?, ?, ?, ?, ?, ?)", row)
            memory.execute("checkpoint staged")
        with attached(memory, files.auditing, "under_another_name"):
            _check_views(memory, files)


def _relations(memory: duckdb.DuckDBPyConnection, database: str) -> list[str]:
    found = memory.execute(
        "select table_name from information_schema.tables "
        "where table_catalog = ? and table_schema = ? order by 1",
        [database, SCHEMA],
    )
    return [name for (name,) in found.fetchall()]


def _check_views(memory: duckdb.DuckDBPyConnection, files: PortalFiles) -> None:
    """A view that names its database works in the build and fails for every reader."""
    for name in _relations(memory, "under_another_name"):
        try:
            memory.execute(f'from under_another_name.{SCHEMA}."{name}" limit 0')
        except duckdb.Error as error:
            raise WarehouseError(
                f"{SCHEMA}.{name} of {files.candidate} does not open under another name "
                f"({str(error).splitlines()[0]}): nothing was published; "
                "its model must reference relations without their database."
            ) from error


def publish(files: PortalFiles, keep: int = 5) -> Published:
    """Put the staged file in the published one's place.

    One rename decides: before it readers get the earlier file, after it the new one, whole. Who has
    the earlier one open keeps reading it. Killed in between, running again goes on.

    Args:
        files: The portal's files.
        keep: Versions to keep, the new one among them.

    Returns:
        What readers get now.

    Raises:
        NothingToPublish: No file is staged.
        OutOfSpace: The disk is full; the earlier file is still served.
    """
    if not files.staged.exists():
        raise NothingToPublish(
            f"No file is staged in {files.staged.parent}: nothing was published; "
            "run `sync` or `build` and `publish` again."
        )
    # of a damaged one there is nothing to keep, and it must not be served on
    staged, current = describe(files.staged), readable(files.published)
    with disk_space_for(f"publishing {files.published}"):
        if current:
            # there already, unless the last publish was killed right after its rename
            keep_generation(files, current.version)
        files.staged.replace(files.published)
        sync(files.published.parent)
        keep_generation(files, staged.version)
    prune(files, keep, staged.version)
    return describe(files.published)


def discard_staged(files: PortalFiles) -> None:
    """Remove what is being audited or waits, whole or not, and will not be published."""
    for path in (files.auditing, files.staged):
        path.unlink(missing_ok=True)
        path.with_name(path.name + ".wal").unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _utc(value: object) -> object:
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value
