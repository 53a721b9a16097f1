"""Files that an earlier migration between the two portals brought over: they are used again.

An engagement that is edited at the source is written again with its attachments; the files have
not changed by that, and each upload would leave one more copy in the target's file manager.
"""

from collections.abc import Iterable

import duckdb

from include.hubspot.files import LIMIT, read_files
from include.hubspot.session import HubSpotSession
from include.migration.entries import hash_of
from include.migration.files import MigrationFiles
from include.migration.ledger import Ledger
from include.migration.run import Run, batched
from include.warehouse.connection import open_warehouse


def use_again(files: MigrationFiles, target: HubSpotSession) -> int:
    """Let a plan's files that lie at the target already be matched instead of uploaded.

    Args:
        files: Where the ledger lies and the plan, built and not sealed.
        target: Asked whether they are still there.

    Returns:
        How many.

    Raises:
        HubSpotError: As drawn in its room.
        WarehouseError: The plan cannot be opened.
    """
    if not files.ledger.exists():
        return 0
    with Ledger(files.ledger) as ledger:
        known = ledger.uploads()
    with open_warehouse(files.plan) as plan:
        rows = plan.execute(
            "select source_key, name, size, access, action from migration.plan_files "
            "where action in ('create', 'list') order by 1"
        ).fetchall()
        same = {
            known[key].target_id: key
            for key, name, size, access, action in rows
            if key in known
            # of one that the source has lost, the target's may be the last copy; where the source
            # has one and tells no size, it may be another file by now
            and (
                action == "list"
                or (size is not None and hash_of([name, size, access]) == known[key].payload_hash)
            )
        }
        standing = [same[one] for one in _standing(target, same)]
        _match(plan, standing)
    return len(standing)


def fallen_back_on(run: Run) -> dict[str, str]:
    """Tell the files that could not be brought over anew, and whose earlier upload still stands.

    Returns:
        Source id -> id at the target.

    Raises:
        HubSpotError: As drawn in its room.
    """
    known = run.ledger.uploads()
    older = {
        known[entry.key].target_id: entry.source_id
        for entry in run.entries("files").values()
        if entry.state == "failed" and entry.key in known
    }
    return {older[one]: one for one in _standing(run.target, older)}


def _standing(target: HubSpotSession, file_ids: Iterable[str]) -> list[str]:
    return [
        found.id
        for batch in batched(file_ids, LIMIT)
        for found in read_files(target, batch)
        if found.record is not None
    ]


def _match(plan: duckdb.DuckDBPyConnection, keys: list[str]) -> None:
    plan.execute(
        "delete from migration.plan_exceptions where kind = 'file_listed' and source_id in ("
        "select source_id from migration.plan_files "
        "where source_key in (select unnest(?::varchar[])))",
        [keys],
    )
    plan.execute(
        "update migration.plan_files set action = 'match' "
        "where source_key in (select unnest(?::varchar[]))",
        [keys],
    )
