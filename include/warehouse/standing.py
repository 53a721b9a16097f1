"""What the warehouse speaks of: the newest run, and the moment up to which everything was read."""

from dataclasses import dataclass
from datetime import UTC, datetime

from include.warehouse.connection import attached, open_memory
from include.warehouse.errors import NothingToPublish
from include.warehouse.files import PortalFiles


@dataclass(frozen=True)
class Standing:
    """State of a warehouse.

    Attributes:
        run_id: The newest run that was loaded, of whatever mode.
        data_as_of: End of the newest read that was whole, HubSpot's time: the marts' "now".
        complete_through: Up to when nothing is missing, proven by the newest sweep; or None.
    """

    run_id: str
    data_as_of: datetime
    complete_through: datetime | None


def standing(files: PortalFiles) -> Standing:
    """Say what the warehouse speaks of.

    A window and a partial run land rows, but not all that had changed by their end: they move
    `run_id` alone.

    Raises:
        NothingToPublish: Nothing whole was loaded yet.
        WarehouseBusy: Another process writes the warehouse.
    """
    row = None
    if files.warehouse.exists():
        with open_memory() as memory, attached(memory, files.warehouse, "stored"):
            row = memory.execute(
                "select max_by(run_id, loaded_at), max(data_as_of) filter (where is_whole), "
                "max(complete_through) from stored.raw.loads"
            ).fetchone()
    if not row or row[1] is None:
        raise NothingToPublish(
            f"Portal {files.portal_id} has loaded no whole read yet, so there is no moment that "
            "its marts could speak of: run `sync` (a window or a partial run does not count)."
        )
    run_id, *moments = row
    data_as_of, complete_through = (at and at.replace(tzinfo=UTC) for at in moments)
    return Standing(run_id, data_as_of, complete_through)
