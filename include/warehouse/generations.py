"""The versions of the published file: which are kept, and which one is served."""

import errno
import os
import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from include.warehouse.connection import attached, open_memory
from include.warehouse.durable import sync
from include.warehouse.errors import PublishedUnreadable, WarehouseUnreadable
from include.warehouse.files import PortalFiles

_NAME = re.compile(r"tickets\.(?P<version>\d+)(?P<withdrawn>\.rolled_back)?\.duckdb")
_NO_LINKS = {errno.EPERM, errno.EXDEV, errno.EMLINK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}


@dataclass(frozen=True)
class Generation:
    """A kept version.

    Attributes:
        version: As in its table meta.published.
        path: Its file; the served version's is the same file as the published one.
        is_rolled_back: It was served and taken back, and is never gone back to.
    """

    version: int
    path: Path
    is_rolled_back: bool


@dataclass(frozen=True)
class Published:
    """A published file and what its table meta.published says.

    Attributes:
        version: Higher for every publish, never used twice.
        path: The file.
        portal_id: Whose data.
        run_id: The run whose night it is.
        data_as_of: End of the read that it shows, HubSpot's time.
        complete_through: Until when completeness is proven; None before the first sweep.
        published_at: When its copy was made for the audit, this machine's time.
    """

    version: int
    path: Path
    portal_id: str
    run_id: str
    data_as_of: datetime
    complete_through: datetime | None
    published_at: datetime


def generations(files: PortalFiles) -> list[Generation]:
    """Give the kept versions, newest first."""
    found = []
    for path in files.generations.glob("tickets.*.duckdb"):
        name = _NAME.fullmatch(path.name)
        if name:
            found.append(Generation(int(name["version"]), path, bool(name["withdrawn"])))
    return sorted(found, key=lambda generation: generation.version, reverse=True)


def published(files: PortalFiles) -> Published | None:
    """Say which version readers get; None before the first publish.

    Raises:
        PublishedUnreadable: It is damaged.
    """
    return describe(files.published) if files.published.exists() else None


def readable(path: Path) -> Published | None:
    """Say what a published or kept file is; None where it is damaged or not there."""
    try:
        return describe(path) if path.exists() else None
    except PublishedUnreadable:
        return None


def describe(path: Path) -> Published:
    """Read a published or staged file's own account of itself.

    Raises:
        PublishedUnreadable: It is not a whole DuckDB file, or nothing that was published.
    """
    try:
        with open_memory() as memory, attached(memory, path, "served"):
            row = memory.execute(
                "select version, portal_id, run_id, data_as_of, complete_through, published_at "
                "from served.meta.published"
            ).fetchone()
    except WarehouseUnreadable as error:
        raise PublishedUnreadable(path, _first_line(error.__cause__ or error)) from error
    except duckdb.Error as error:
        raise PublishedUnreadable(path, _first_line(error)) from error
    if row is None:
        raise PublishedUnreadable(path, "its table meta.published is empty")
    version, portal_id, run_id, *times = row
    data_as_of, complete_through, published_at = (t and t.replace(tzinfo=UTC) for t in times)
    return Published(version, path, portal_id, run_id, data_as_of, complete_through, published_at)


def next_version(files: PortalFiles) -> int:
    """Give a version that no file of this portal has had; a damaged one's name still tells its."""
    current = readable(files.published)
    return 1 + max(
        [current.version if current else 0, *(kept.version for kept in generations(files))]
    )


def keep_generation(files: PortalFiles, version: int) -> None:
    """Have the served file among the generations, as a second name of it (or a copy)."""
    path = files.generations / f"tickets.{version}.duckdb"
    if not path.exists():
        link_or_copy(files.published, path)
        sync(files.generations)


def prune(files: PortalFiles, count: int, current: int) -> None:
    """Remove the oldest generations, and those taken back whose number cannot come again.

    Args:
        files: The portal's files.
        count: How many to keep, the served one among them.
        current: The served version.
    """
    kept = generations(files)
    older = [k for k in kept if k.version < current]
    spare = [k for k in older if not k.is_rolled_back][max(count - 1, 0) :]
    for generation in (*spare, *(k for k in older if k.is_rolled_back)):
        generation.path.unlink()


def _first_line(error: BaseException) -> str:
    return str(error).split("\n", maxsplit=1)[0]


def link_or_copy(source: Path, target: Path) -> None:
    """Give a file a second name; copy it, whole or not at all, where the disk has no hard links."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        unfinished = target.with_name(target.name + ".tmp")
        shutil.copyfile(source, unfinished)
        sync(unfinished)
        unfinished.chmod(0o444)
        unfinished.replace(target)
