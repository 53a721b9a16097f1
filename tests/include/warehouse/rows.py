"""Landing rows for tests, short to write, and ways to land and to read them back."""

from datetime import UTC, datetime, timedelta

import duckdb
import orjson

from include.warehouse.files import PortalFiles
from include.warehouse.landing import LandingRun, Manifest
from include.warehouse.load import load_pending
from include.warehouse.streams import STREAMS

PORTAL_ID = "4980000"
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return BEGIN + timedelta(minutes=minutes)


def run_id(number: int) -> str:
    return f"20260301T{number // 3600:02d}{number // 60 % 60:02d}{number % 60:02d}Z-{number:06x}"


def record(object_id: str, updated: float, *, archived: bool = False, **properties: str) -> dict:
    return {
        "id": object_id,
        "created_at": BEGIN,
        "updated_at": at(updated),
        "archived": archived,
        "archived_at": at(updated) if archived else None,
        "properties": orjson.dumps(properties).decode(),
    }


def entry(ticket: str, name: str, minute: float, value: str, occurrence: int = 1) -> dict:
    return {
        "ticket_id": ticket,
        "property_name": name,
        "changed_at": at(minute),
        "value": value,
        "occurrence": occurrence,
        "sequence": occurrence,
        "source_type": "CRM_UI",
    }


def read_of(ticket: str, object_type: str = "contacts") -> dict:
    return {"ticket_id": ticket, "object_type": object_type}


def edge(ticket: str, other: str, object_type: str = "contacts", label: str = "") -> dict:
    types = [{"category": "HUBSPOT_DEFINED", "typeId": 16, "label": label or None}]
    encoded = orjson.dumps(types).decode()
    return {**read_of(ticket, object_type), "object_id": other, "types": encoded}


def begin(files: PortalFiles, number: int, mode: str = "incremental") -> LandingRun:
    return LandingRun.begin(files, run_id(number), mode=mode, portal_id=files.portal_id)


def land(
    files: PortalFiles,
    number: int,
    minute: float,
    *,
    cursors: dict | None = None,
    **rows: list | dict,
) -> Manifest:
    """Land one run whose answers all came in the same minute."""
    run = begin(files, number)
    for stream, of_stream in rows.items():
        run.write(stream, of_stream, at(minute))
    return run.commit(data_as_of=at(minute), cursors=cursors or {})


def land_and_load(files: PortalFiles, number: int, minute: float, **rows: list | dict) -> None:
    land(files, number, minute, **rows)
    assert len(load_pending(files)) == 1


def query(files: PortalFiles, sql: str) -> list[tuple]:
    with duckdb.connect(str(files.warehouse), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def raw_tables(files: PortalFiles) -> dict[str, list[tuple]]:
    """Everything in schema raw, load times aside, in an order of its own."""
    found = {}
    with duckdb.connect(str(files.warehouse), read_only=True) as connection:
        loaded = (name for name, stream in STREAMS.items() if stream.kind != "shown")
        for table in (*loaded, "cursors"):
            sql = f"select * exclude (_loaded_at) from raw.{table} order by all"
            found[table] = connection.execute(sql).fetchall()
        sql = "select * exclude (loaded_at) from raw.loads order by all"
        found["loads"] = connection.execute(sql).fetchall()
    return found


def windows(files: PortalFiles) -> list[tuple]:
    """The windows in minutes since BEGIN: ticket, object type, object, from, to, is_first_read."""
    rows = query(
        files,
        "select ticket_id, object_type, object_id, observed_at, gone_at, is_first_read "
        "from raw.ticket_associations order by all",
    )
    return [(*key, minute(seen), gone and minute(gone), first) for *key, seen, gone, first in rows]


def minute(moment: datetime) -> float:
    return (moment.replace(tzinfo=UTC) - BEGIN).total_seconds() / 60
