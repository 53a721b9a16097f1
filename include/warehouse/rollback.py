"""Serve an earlier version again, where the one that is served is wrong or damaged."""

from include.warehouse.durable import sync
from include.warehouse.errors import NothingToRollBack
from include.warehouse.files import PortalFiles
from include.warehouse.generations import (
    Generation,
    Published,
    describe,
    generations,
    keep_generation,
    link_or_copy,
    readable,
)
from include.warehouse.space import disk_space_for


def rollback(files: PortalFiles) -> Published:
    """Serve the version before the one that is served now; if that is damaged, the newest kept.

    The one taken back keeps its number, marked, so that no later publish has it and no later
    rollback returns to it. Kept files that are damaged are passed over.

    Args:
        files: The portal's files.

    Returns:
        What readers get now.

    Raises:
        NothingToRollBack: No earlier version is kept that can be read.
        OutOfSpace: The disk is full; readers get what they got before.
    """
    current = readable(files.published)
    earlier = _earlier(files, current)
    if earlier is None:
        raise NothingToRollBack(
            f"Portal {files.portal_id} has no version earlier than "
            f"{current.version if current else 'the first'} that can be read: readers get what "
            "they got before; `publish` makes a new one."
        )
    with disk_space_for(f"rolling back {files.published}"):
        if current:
            keep_generation(files, current.version)
            _withdraw(files, current.version)
        swap = files.published.with_name("tickets.swap.duckdb")
        swap.unlink(missing_ok=True)
        link_or_copy(earlier.path, swap)
        swap.replace(files.published)
        sync(files.published.parent)
    return describe(files.published)


def _earlier(files: PortalFiles, current: Published | None) -> Generation | None:
    for kept in generations(files):
        is_earlier = current is None or kept.version < current.version
        if is_earlier and not kept.is_rolled_back and readable(kept.path):
            return kept
    return None


def _withdraw(files: PortalFiles, version: int) -> None:
    """Marked before the swap: killed between the two, neither step is lost by running again."""
    path = files.generations / f"tickets.{version}.duckdb"
    path.replace(path.with_name(f"tickets.{version}.rolled_back.duckdb"))
    sync(files.generations)
