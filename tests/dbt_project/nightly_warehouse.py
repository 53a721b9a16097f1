"""Raw tables that nights wrote: every row carries the run that brought it or changed it last."""

from pathlib import Path
from typing import Any

import pyarrow

from include.warehouse.connection import open_warehouse
from include.warehouse.tables import prepare_raw
from tests.dbt_project.raw_portal import PORTAL_ID, RawPortal

_KEYS = (
    *("id", "ticket_id", "object_type", "object_id", "engagement_type", "engagement_id", "name"),
    *("property_name", "changed_at", "value", "occurrence", "pipeline_id", "thread_id", "left_at"),
)
Row = dict[str, Any]


class Warehouse:
    """The raw tables, brought night by night: a row keeps its run until it changes."""

    def __init__(self, path: Path) -> None:
        """Start without a row."""
        self._path = path
        self._rows: dict[str, Row] = {}
        self._loads: list[Row] = []
        self._tickets: set[str] = set()

    def load(self, portal: RawPortal, *, is_whole: bool = True) -> None:
        """Bring what a night found; one that is not whole does not move the build's moment."""
        run_id = f"night-{len(self._loads)}"
        self._loads.append(
            {"run_id": run_id, "data_as_of": portal.data_as_of, "is_whole": is_whole}
        )
        tables = {
            table: [self._settled(table, row, run_id) for row in rows]
            for table, rows in portal.rows.items()
        }
        tables["loads"] = self._loads
        tables["account"] = [{"portal_id": PORTAL_ID, "time_zone": "Europe/Berlin"}]
        self._tickets = {row["id"] for row in tables["tickets"]}
        with open_warehouse(self._path) as connection:
            prepare_raw(connection)
            for table, rows in tables.items():
                connection.register("found", pyarrow.Table.from_pylist(_filled(rows)))
                connection.execute(f"delete from raw.{table}")
                connection.execute(f"insert into raw.{table} by name select * from found")

    def _settled(self, table: str, row: Row, run_id: str) -> Row:
        key = repr((table, [row.get(name) for name in _KEYS]))
        former = self._rows.get(key)
        if table == "ticket_associations" and row["is_first_read"]:
            # The first read knows no dates; what it did not find began when it was observed.
            if former:
                row |= {name: former[name] for name in ("observed_at", "is_first_read")}
            elif row["ticket_id"] in self._tickets:
                row["is_first_read"] = False
        if former is None or any(former.get(name) != value for name, value in row.items()):
            self._rows[key] = row | {"_run_id": run_id}
        return self._rows[key]


def _filled(rows: list[Row]) -> list[Row]:
    names = sorted({name for row in rows for name in row})
    return [{name: row.get(name) for name in names} for row in rows]
