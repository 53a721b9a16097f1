"""Files that an earlier migration between the two portals brought over: they are used again.

An engagement that is edited at the source is written again with its attachments; the files have
not changed by that, and each upload would leave one more copy in the target's file manager.
"""

from include.hubspot.files import LIMIT, read_files
from include.hubspot.session import HubSpotSession
from include.migration.entries import hash_of
from include.migration.files import MigrationFiles
from include.migration.ledger import Ledger
from include.migration.run import batched
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
            "select source_key, name, size, access from migration.plan_files "
            "where action = 'create' order by 1"
        ).fetchall()
        same = {
            known[key].target_id: key
            for key, name, size, access in rows
            if key in known
            and (size is None or hash_of([name, size, access]) == known[key].payload_hash)
        }
        standing = [
            same[found.id]
            for batch in batched(same, LIMIT)
            for found in read_files(target, batch)
            if found.record is not None
        ]
        plan.execute(
            "update migration.plan_files set action = 'match' "
            "where source_key in (select unnest(?::varchar[]))",
            [standing],
        )
    return len(standing)
