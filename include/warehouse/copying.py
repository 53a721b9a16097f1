"""A second warehouse file, for work that must not touch the first."""

import shutil
from pathlib import Path

from include.warehouse.connection import open_warehouse
from include.warehouse.files import PortalFiles
from include.warehouse.space import disk_space_for


def copy_warehouse(files: PortalFiles, target: Path) -> None:
    """Copy the warehouse, with what its write-ahead log still holds.

    Args:
        files: The portal's files; its lock is held.
        target: The new file.

    Raises:
        WarehouseBusy: Somebody has the warehouse open.
        OutOfSpace: The disk is full.
    """
    with disk_space_for(f"copying {files.warehouse}"):
        # a load that was killed between its commit and its checkpoint has rows in the log only
        with open_warehouse(files.warehouse) as warehouse:
            warehouse.execute("checkpoint")
        shutil.copyfile(files.warehouse, target)
        target.chmod(0o600)
