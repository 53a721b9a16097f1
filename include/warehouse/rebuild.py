"""The warehouse anew, from landing files alone."""

import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from include.warehouse.durable import sync
from include.warehouse.errors import WarehouseError
from include.warehouse.files import PortalFiles
from include.warehouse.load import load_into
from include.warehouse.manifest import read_manifests


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild made.

    Attributes:
        runs: The runs that were loaded, in their order.
        rows_by_stream: Landed rows of all of them.
        seconds: How long it took.
    """

    runs: tuple[str, ...]
    rows_by_stream: dict[str, int]
    seconds: float


def rebuild(files: PortalFiles) -> Rebuilt:
    """Load every landing into a new file, then put it in the warehouse's place.

    The earlier warehouse is untouched until the new one is whole. Schema raw is equal to that of
    the loads one by one (load times aside); what dbt made in the other schemas comes back with the
    next build.

    Args:
        files: The portal's files.

    Returns:
        What was loaded.

    Raises:
        LandingCorrupt: A landing file is not what its manifest says; the earlier warehouse stays.
        WarehouseError: Nothing has landed.
        OutOfSpace: The disk is full; the earlier warehouse stays.
    """
    started = time.monotonic()
    manifests = read_manifests(files)
    if not manifests:
        raise WarehouseError(
            f"Portal {files.portal_id} has no landing files in {files.landing}: "
            "nothing was changed; run `sync` first."
        )
    new = files.warehouse.with_name("warehouse.rebuilding.duckdb")
    _remove(new)
    try:
        results = load_into(new, files, manifests)
    except BaseException:
        _remove(new)
        raise
    _swap(new, files.warehouse)
    rows: Counter[str] = Counter()
    for result in results:
        rows.update(result.rows_by_stream)
    runs = tuple(result.run_id for result in results)
    return Rebuilt(runs, dict(rows), time.monotonic() - started)


def _swap(new: Path, warehouse: Path) -> None:
    sync(new)
    # The earlier file's log must not meet the new file. Killed between the two, the earlier file
    # lacks its last loads and knows it: they are loaded from the landing again.
    _wal(warehouse).unlink(missing_ok=True)
    new.replace(warehouse)
    sync(warehouse.parent)


def _remove(path: Path) -> None:
    for part in (path, _wal(path)):
        part.unlink(missing_ok=True)


def _wal(path: Path) -> Path:
    return path.with_name(path.name + ".wal")
