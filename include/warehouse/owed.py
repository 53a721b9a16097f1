"""What earlier runs had to leave out and no run has caught up with: kept with their loads."""

import orjson

from include.warehouse.connection import attached, open_memory
from include.warehouse.files import PortalFiles

# Read by every whole run because of what it read, whatever was chosen.
_FOLLOWING = ("actors", "files")


def owed(files: PortalFiles) -> frozenset[str]:
    """Give the streams that a loaded run skipped, and that no whole run after it read.

    A stream is skipped where the token lacks a scope. Rows that would have led to it may have
    landed already, and lead nowhere a second time: the next run has to ask raw for them.

    Raises:
        WarehouseBusy: Another process writes the warehouse.
    """
    if not files.warehouse.exists():
        return frozenset()
    with open_memory() as memory, attached(memory, files.warehouse, "stored"):
        loads = memory.execute(
            "select is_whole and mode in ('incremental', 'full'), choices from stored.raw.loads "
            # As they were loaded: ids of one second, or from before a clock was set back, are in
            # no order.
            "order by rowid"
        ).fetchall()
    left: set[str] = set()
    for is_caught_up, text in loads:
        choices = orjson.loads(text or "{}")
        if is_caught_up:
            left -= {*_FOLLOWING, *choices.get("associations", ())}
        left |= set(choices.get("skipped", ()))
    return frozenset(left)
