"""How late search showed what had changed: measured by runs, kept with their loads."""

from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

from include.warehouse.connection import attached, open_memory
from include.warehouse.files import PortalFiles


@dataclass(frozen=True)
class SearchLag:
    """What one run found out.

    Attributes:
        began: HubSpot's time when the run began; up to then it asked search for all that changed.
        searched: It asked search; a sweep asks the lists.
        late: Records modified before the run before began, which that run's search did not show.
        seconds: The latest of them was at least so long invisible.
    """

    began: datetime
    searched: bool
    late: int = 0
    seconds: float = 0.0

    def as_json(self) -> dict:
        """The measure as a manifest keeps it."""
        return {
            "began": self.began.isoformat(),
            "searched": self.searched,
            "late": self.late,
            "seconds": self.seconds,
        }


def search_lags(files: PortalFiles) -> list[SearchLag]:
    """Give the measures of the runs that were loaded, oldest first.

    Raises:
        WarehouseBusy: Another process writes the warehouse.
    """
    if not files.warehouse.exists():
        return []
    with open_memory() as memory, attached(memory, files.warehouse, "stored"):
        has_any = memory.execute(
            "select 1 from duckdb_columns() where database_name = 'stored' "
            "and table_name = 'loads' and column_name = 'search_lag'"
        ).fetchone()
        if not has_any:  # of an older version
            return []
        rows = memory.execute(
            "select search_lag from stored.raw.loads where search_lag is not null"
        ).fetchall()
    found = [_lag(orjson.loads(text)) for (text,) in rows if text != "{}"]
    return sorted(found, key=lambda lag: lag.began)


def _lag(content: dict) -> SearchLag:
    began = datetime.fromisoformat(content["began"]).astimezone(UTC)
    return SearchLag(began, content["searched"], content["late"], content["seconds"])
