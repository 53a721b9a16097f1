"""What can go wrong with the files of a portal, each as one sentence a person can act on."""

from pathlib import Path

import duckdb

# What no function of this room expected of DuckDB, for whoever has to say it in a sentence.
DatabaseError = duckdb.Error


class WarehouseError(Exception):
    """Base of every error of this room: says what, which object, and what to do next."""


class LandingMisused(WarehouseError):
    """The caller handed over rows that the stream's contract does not allow."""


class PortalLocked(WarehouseError):
    """Another command holds the portal.

    Attributes:
        holder: `command`, `pid`, `host` and `since` of the other one; empty when it has not written
            them yet.
    """

    def __init__(self, portal_id: str, holder: dict) -> None:
        self.holder = holder
        who = (
            f"`{holder.get('command')}` (pid {holder.get('pid')} on {holder.get('host')}, "
            f"since {holder.get('since')})"
            if holder
            else "another command"
        )
        super().__init__(
            f"Portal {portal_id} is held by {who}: nothing was changed; "
            "run again when it has ended, or with --wait."
        )


class WarehouseBusy(WarehouseError):
    """Another process has the DuckDB file open."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"{path} is open in another process ({reason}): nothing was changed; "
            "close that process (or wait for it) and run again."
        )


class WarehouseUnreadable(WarehouseError):
    """DuckDB cannot read a file that it wrote."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"{path} cannot be read ({reason}): nothing was changed; "
            "`rebuild` makes the warehouse anew from the landing files."
        )


class PublishedUnreadable(WarehouseError):
    """The file that readers open, or one that was kept or staged, is damaged."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"{path} is no published file that can be read ({reason}): nothing was changed, and "
            "running again is safe; `publish` (or the next night) puts a new file in its place, "
            "`rollback` the newest kept one that is whole."
        )


class LandingCorrupt(WarehouseError):
    """A landing file is not what its manifest says."""

    def __init__(self, path: Path, why: str) -> None:
        self.path = path
        super().__init__(
            f"Landing file {path} {why}: nothing of its run was loaded and running again is safe; "
            "restore the file from a backup, or move its run's folder away and sync that window."
        )


class LoadFailed(WarehouseError):
    """DuckDB refused rows that are what their manifest says, or the warehouse around them."""

    def __init__(self, run_id: str, warehouse: Path, reason: str) -> None:
        super().__init__(
            f"Run {run_id} could not be loaded into {warehouse} ({reason}): nothing of it was, "
            "and running again is safe; if it says the same again, `rebuild` makes the warehouse "
            "anew from the landing files."
        )


class OutOfSpace(WarehouseError):
    """The disk (or the quota) is full."""

    def __init__(self, doing: str, reason: str) -> None:
        super().__init__(
            f"No disk space left while {doing} ({reason}): what was committed and published before "
            "is untouched; free space and run again."
        )


class NothingToPublish(WarehouseError):
    """There is no candidate, or no staged file."""


class NothingToRollBack(WarehouseError):
    """No older generation is kept."""
