"""From landing to raw: one manifest, one transaction, with the cursors that belong to it."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import orjson

from include.warehouse.connection import WAREHOUSE, open_warehouse
from include.warehouse.durable import sha256_of
from include.warehouse.errors import LandingCorrupt, LoadFailed
from include.warehouse.files import PortalFiles
from include.warehouse.manifest import NAME, Manifest, read_manifests
from include.warehouse.merge import Merge, merge_history, merge_object, merge_snapshot
from include.warehouse.space import disk_space_for, is_full
from include.warehouse.streams import STREAMS
from include.warehouse.tables import prepare_raw
from include.warehouse.windows import merge_edges

_MERGES = {"object": merge_object, "history": merge_history, "snapshot": merge_snapshot}


@dataclass(frozen=True)
class LoadResult:
    """What one load did.

    Attributes:
        run_id: The run that was loaded.
        rows_by_stream: Landed rows, stream by stream.
        seconds: How long it took.
    """

    run_id: str
    rows_by_stream: dict[str, int]
    seconds: float


def load_pending(files: PortalFiles) -> list[LoadResult]:
    """Load every run that landed and is not in raw yet, in the order of the runs.

    Safe to repeat at any time: a run is in raw whole, with its cursors, or not at all.

    Args:
        files: The portal's files.

    Returns:
        One result per run loaded now.

    Raises:
        LandingCorrupt: A file is not what its manifest says; runs before it are loaded, it and
            later ones are not.
        LoadFailed: DuckDB refused a run; runs before it are loaded.
        WarehouseBusy: Another process has the warehouse open.
        OutOfSpace: The disk is full.
    """
    manifests = read_manifests(files)
    if not manifests:
        return []
    return load_into(files.warehouse, files, manifests)


def load_into(warehouse: Path, files: PortalFiles, manifests: list[Manifest]) -> list[LoadResult]:
    """Load the given runs into a warehouse file, those left out that are in it already.

    Args:
        warehouse: The portal's warehouse, or the one being rebuilt beside it.
        files: The portal's files.
        manifests: In the order of the runs.

    Returns:
        One result per run loaded now.

    Raises:
        LandingCorrupt, LoadFailed, WarehouseBusy, OutOfSpace: As `load_pending`.
    """
    with disk_space_for(f"loading into {warehouse}"), open_warehouse(warehouse) as connection:
        prepare_raw(connection)
        loaded = {row[0] for row in connection.execute("select run_id from raw.loads").fetchall()}
        pending = [manifest for manifest in manifests if manifest.run_id not in loaded]
        results = []
        for manifest in pending:
            try:
                results.append(_load(connection, files, manifest))
            except duckdb.Error as error:
                if is_full(error):
                    raise
                reason = str(error).split("\n", maxsplit=1)[0]
                raise LoadFailed(manifest.run_id, warehouse, reason) from error
        connection.execute(f"checkpoint {WAREHOUSE}")
    return results


def _load(
    connection: duckdb.DuckDBPyConnection, files: PortalFiles, manifest: Manifest
) -> LoadResult:
    started = time.monotonic()
    folder = files.landing / manifest.run_id
    _verify(folder, manifest)
    merge = Merge(connection, folder, manifest.portal_id, manifest.run_id, datetime.now(UTC))
    # no ROLLBACK on failure: closing the connection does it, also when DuckDB can no longer answer
    connection.execute("begin transaction")
    _merge_streams(merge, manifest)
    _move_cursors(merge, manifest)
    _record(merge, manifest)
    connection.execute("commit")
    return LoadResult(manifest.run_id, manifest.rows, time.monotonic() - started)


def _verify(folder: Path, manifest: Manifest) -> None:
    for landed in manifest.files:
        path = folder / landed.name
        if landed.stream not in STREAMS:
            raise LandingCorrupt(folder / NAME, f"names the unknown stream {landed.stream}")
        if not path.is_file():
            raise LandingCorrupt(path, "is missing")
        if path.stat().st_size != landed.bytes or sha256_of(path) != landed.sha256:
            raise LandingCorrupt(path, "does not have the checksum that its manifest says")


def _merge_streams(merge: Merge, manifest: Manifest) -> None:
    for stream in STREAMS.values():
        landed = manifest.file_of(stream.name)
        if stream.kind == "edges":
            reads = manifest.file_of(stream.reads)
            if reads:
                merge_edges(merge, stream, landed, reads)
        elif landed and stream.kind in _MERGES:
            _MERGES[stream.kind](merge, stream, landed)


def _move_cursors(merge: Merge, manifest: Manifest) -> None:
    """Move cursors forward; a late manifest never moves one back."""
    for stream, moment in manifest.cursors.items():
        merge.run(
            """
            merge into raw.cursors as stored
            using (select $stream as stream, $moment::timestamp as cursor_at) as moved using
            (stream) when matched and moved.cursor_at > stored.cursor_at then update
                set cursor_at = moved.cursor_at, _run_id = $run_id, _loaded_at = $loaded_at
            when not matched then insert values (moved.stream, moved.cursor_at, $run_id, $loaded_at)
            """,
            stream=stream,
            moment=_utc(moment),
            run_id=manifest.run_id,
            loaded_at=_utc(merge.loaded_at),
        )


def _record(merge: Merge, manifest: Manifest) -> None:
    merge.run(
        """
        insert into raw.loads by name
        select $run_id as run_id, $mode as mode, $is_whole as is_whole,
            $window_from::timestamp as window_from,
            $window_to::timestamp as window_to, $data_as_of::timestamp as data_as_of,
            $complete_through::timestamp as complete_through, $proof as proof,
            $sha256 as manifest_sha256, $rows as rows, $calls as calls, $choices as choices,
            $search_lag as search_lag,
            $loaded_at::timestamp as loaded_at
        """,
        run_id=manifest.run_id,
        mode=manifest.mode,
        is_whole=manifest.is_whole,
        window_from=_utc(manifest.window_from),
        window_to=_utc(manifest.window_to),
        data_as_of=_utc(manifest.data_as_of),
        complete_through=_utc(manifest.complete_through),
        proof=orjson.dumps(manifest.proof).decode(),
        sha256=manifest.sha256,
        rows=orjson.dumps(manifest.rows).decode(),
        calls=orjson.dumps(manifest.calls).decode(),
        choices=orjson.dumps(manifest.choices).decode(),
        search_lag=orjson.dumps(manifest.search_lag).decode(),
        loaded_at=_utc(merge.loaded_at),
    )


def _utc(moment: datetime | None) -> datetime | None:
    """DuckDB's TIMESTAMP has no time zone: here it is UTC."""
    return moment and moment.astimezone(UTC).replace(tzinfo=None)
