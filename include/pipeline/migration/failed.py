"""Which objects of a migration failed, by their ids: what somebody looks up first."""

from pathlib import Path
from typing import Any

from include.warehouse.connection import attached, open_memory

EXAMPLES = 20

# The newest migration of the plan: one that was undone may have been written again.
_SQL = """
    with newest as (
        select migration_id from outcome.ledger.migrations
        where plan_hash = ? order by began_at desc, migration_id desc limit 1
    )

    select object_type, source_id, target_id, reason
    from outcome.ledger.entries
    inner join newest using (migration_id)
    where state = 'failed'
    order by object_type, reason, source_key
    limit ?
"""


def failed_objects(outcome: Path, plan_hash: str) -> list[dict[str, Any]]:
    """Return the first objects that could not be written, or taken back.

    Args:
        outcome: The file that every run of the writer and of undo leaves behind.
        plan_hash: Of the migration.

    Returns:
        object, source_id, target_id (None where it is not there), reason; at most `EXAMPLES`.
    """
    names = ("object", "source_id", "target_id", "reason")
    with open_memory() as connection, attached(connection, outcome, "outcome"):
        rows = connection.execute(_SQL, [plan_hash, EXAMPLES]).fetchall()
    return [dict(zip(names, row, strict=True)) for row in rows]
