"""What changed in a portal's definitions: a run's snapshots against what raw holds before them."""
# ruff: noqa: S608 - names come from streams.py; paths are quoted

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from include.warehouse.connection import attached, literal, open_memory
from include.warehouse.durable import write_durably
from include.warehouse.files import PortalFiles
from include.warehouse.manifest import Manifest
from include.warehouse.streams import STREAMS

# Per stream: what each row is called, and what a change of a column is called.
_WATCHED = {
    "properties": (
        "property",
        {
            "type": "retyped",
            "field_type": "retyped",
            "label": "renamed",
            "options": "options changed",
        },
    ),
    "pipelines": ("pipeline", {"label": "renamed"}),
    "stages": ("stage", {"label": "renamed", "ticket_state": "ticket state changed"}),
}

Key = tuple[str, ...]
Row = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """One change of a definition.

    Attributes:
        what: `property`, `pipeline` or `stage`.
        key: Object type and name; pipeline id; pipeline and stage id.
        change: `added`, `removed` (absent, or archived), `retyped`, `renamed`, `options changed`,
            `ticket state changed`.
        before: What it was; for options, those that are gone, by value.
        after: What it is; for options, those that are new or have another label, by value.
    """

    what: str
    key: Key
    change: str
    before: Any = None
    after: Any = None


def schema_drift(files: PortalFiles, manifest: Manifest) -> list[Change]:
    """Compare a run's definitions with those in raw; to be asked before the run is loaded.

    A window, a sweep and a run in part leave a new property new to the next night, which tells of
    it once more.

    Args:
        files: The portal's files.
        manifest: The run.

    Returns:
        The changes; none where nothing was loaded before, for then all would be new.

    Raises:
        WarehouseBusy: Another process writes the warehouse.
    """
    changes: list[Change] = []
    for stream, (what, columns) in _WATCHED.items():
        before, after = _sides(files, manifest, stream)
        if before:
            changes += _changes(what, columns, before, after)
    return changes


def write_drift(files: PortalFiles, manifest: Manifest, changes: list[Change]) -> None:
    """Write `reports/drift-<run_id>.json`, durably."""
    report = {
        "run_id": manifest.run_id,
        "data_as_of": manifest.data_as_of,
        "changes": [asdict(change) for change in changes],
    }
    path = files.reports / f"drift-{manifest.run_id}.json"
    write_durably(path, orjson.dumps(report, option=orjson.OPT_INDENT_2))


def _sides(
    files: PortalFiles, manifest: Manifest, stream: str
) -> tuple[dict[Key, Row], dict[Key, Row]]:
    landed = [manifest.file_of(name) for name in (stream, f"{stream}_shown")]
    folder = files.landing / manifest.run_id
    paths = ", ".join(literal(folder / file.name) for file in landed if file)
    if not paths or not files.warehouse.exists():
        return {}, {}
    parquet = f"[{paths}]"
    # A run that reads the definitions of some object types says nothing of the others.
    scope = "".join(
        f' and "{name}" in (select "{name}" from read_parquet({parquet}))'
        for name in STREAMS[stream].group
    )
    with open_memory() as memory, attached(memory, files.warehouse, "stored"):
        if not memory.execute(
            "select 1 from duckdb_tables() where database_name = 'stored' "
            "and schema_name = 'raw' and table_name = ?",
            [stream],
        ).fetchone():
            return {}, {}
        before = f"select * from stored.raw.{stream} where removed_at is null{scope}"
        after = f"select * from read_parquet({parquet})"
        return _rows(memory, before, stream), _rows(memory, after, stream)


def _rows(memory: Any, query: str, stream: str) -> dict[Key, Row]:
    found = memory.execute(query)
    names = [column[0] for column in found.description]
    rows = [dict(zip(names, values, strict=True)) for values in found.fetchall()]
    return {tuple(row[name] for name in STREAMS[stream].key): row for row in rows}


def _changes(
    what: str, columns: Mapping[str, str], before: dict[Key, Row], after: dict[Key, Row]
) -> list[Change]:
    was = {key: row for key, row in before.items() if not row["archived"]}
    now = {key: row for key, row in after.items() if not row["archived"]}
    found = [Change(what, key, "removed") for key in sorted(was.keys() - now.keys())]
    found += [Change(what, key, "added") for key in sorted(now.keys() - was.keys())]
    for key in sorted(was.keys() & now.keys()):
        for column, change in columns.items():
            old, new = _comparable(column, was[key]), _comparable(column, now[key])
            if old != new:
                found.append(Change(what, key, change, *_shown(old, new)))
    return found


def _comparable(column: str, row: Row) -> Any:
    """A column's value; of options only values and labels: their order moves without meaning."""
    if column != "options":
        return row[column]
    options = orjson.loads(row["options"] or "[]") or []
    return {str(option.get("value")): option.get("label") for option in options}


def _shown(old: Any, new: Any) -> tuple[Any, Any]:
    if not isinstance(old, dict):
        return old, new
    gone = {value: label for value, label in old.items() if new.get(value, ...) != label}
    fresh = {value: label for value, label in new.items() if old.get(value, ...) != label}
    return gone, fresh
