"""The state of a portal's files, for people and scripts."""

from dataclasses import asdict
from datetime import UTC, datetime

import duckdb
import orjson

from include.warehouse.connection import attached, open_memory
from include.warehouse.errors import PublishedUnreadable, WarehouseBusy, WarehouseError
from include.warehouse.files import PortalFiles
from include.warehouse.generations import Generation, Published, generations, published
from include.warehouse.known import read_cursors
from include.warehouse.lock import lock_holder
from include.warehouse.manifest import NAME, read_manifests

LATEST = 5


def status(files: PortalFiles) -> dict:
    """Say how far a portal is. Changes nothing, and works while a command is at work on the portal.

    Args:
        files: The portal's files.

    Returns:
        Texts, numbers and moments (datetime, UTC): `portal_id`, `locked_by`, `warehouse` (`state`:
        absent, ready, busy or unreadable, and `why`), `cursors`, `loads` (the newest first),
        `last_proof` (the newest sweep's load) and its `complete_through` (these four and
        `pending_runs` are None while the warehouse cannot be read), `landed_runs`, `pending_runs`,
        `unfinished_runs`, `published`, `published_unreadable` (a sentence where the file that
        readers open is damaged), `generations`.
    """
    report = {"portal_id": files.portal_id, "locked_by": lock_holder(files)}
    report |= _warehouse(files)
    report |= _landing(files, report.pop("loaded_runs"))
    report |= _published(files)
    return report


def _warehouse(files: PortalFiles) -> dict:
    unknown = {
        "cursors": None,
        "loads": None,
        "loaded_runs": None,
        "last_proof": None,
        "complete_through": None,
    }
    if not files.warehouse.exists():
        nothing = {
            "cursors": {},
            "loads": [],
            "loaded_runs": [],
            "last_proof": None,
            "complete_through": None,
        }
        return {"warehouse": {"state": "absent", "why": "nothing was loaded yet"}} | nothing
    try:
        with open_memory() as memory, attached(memory, files.warehouse, "stored"):
            return {"warehouse": {"state": "ready", "why": None}} | _read(memory)
    except WarehouseBusy as error:
        return {"warehouse": {"state": "busy", "why": str(error)}} | unknown
    except (WarehouseError, duckdb.Error) as error:
        return {"warehouse": {"state": "unreadable", "why": str(error)}} | unknown


def _read(memory: duckdb.DuckDBPyConnection) -> dict:
    loads = memory.execute(
        "select run_id, mode, window_from, window_to, data_as_of, complete_through, rows, proof, "
        "choices, loaded_at from stored.raw.loads order by loaded_at desc"
    )
    names = [column[0] for column in loads.description]
    rows = [dict(zip(names, row, strict=True)) for row in loads.fetchall()]
    for row in rows:
        row |= {name: at.replace(tzinfo=UTC) for name, at in row.items() if _is_moment(at)}
        row |= {name: orjson.loads(row[name] or "{}") for name in ("rows", "proof", "choices")}
    return {
        "cursors": read_cursors(memory),
        "loads": rows[:LATEST],
        "loaded_runs": [row["run_id"] for row in rows],
        "last_proof": next((row for row in rows if row["proof"]), None),
        "complete_through": max(
            (row["complete_through"] for row in rows if row["complete_through"]), default=None
        ),
    }


def _landing(files: PortalFiles, loaded_runs: list[str] | None) -> dict:
    landed = [manifest.run_id for manifest in read_manifests(files)]
    folders = [path for path in files.landing.glob("*") if path.is_dir()]
    unfinished = sorted(path.name for path in folders if not (path / NAME).exists())
    pending = None
    if loaded_runs is not None:
        pending = [run_id for run_id in landed if run_id not in set(loaded_runs)]
    return {"landed_runs": len(landed), "pending_runs": pending, "unfinished_runs": unfinished}


def _published(files: PortalFiles) -> dict:
    served, why = None, None
    try:
        served = published(files)
    except PublishedUnreadable as error:
        why = str(error)
    return {
        "published": _fields(served) if served else None,
        "published_unreadable": why,
        "generations": [_fields(generation) for generation in generations(files)],
    }


def _fields(described: Published | Generation) -> dict:
    return {**asdict(described), "path": str(described.path)}


def _is_moment(value: object) -> bool:
    return isinstance(value, datetime)
