"""The ledger as a DuckDB file: what dbt and people read."""

from datetime import UTC
from pathlib import Path

from include.migration.inserting import insert
from include.migration.ledger import Ledger
from include.warehouse.connection import open_warehouse

_SQL = Path(__file__).with_name("outcome_tables.sql")
_ROWS = 10_000


def export(ledger: Ledger, path: Path) -> None:
    """Write what the ledger knows into a new file, which then takes the place of the old one.

    Args:
        ledger: Open.
        path: The file.
    """
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with open_warehouse(fresh) as connection:
        connection.execute(_SQL.read_text(encoding="utf-8"))
        for one in ledger.migrations():
            began = one.began_at.astimezone(UTC).replace(tzinfo=None)
            row = (
                one.id,
                one.plan_hash,
                one.source_portal_id,
                one.target_portal_id,
                one.state,
                began,
            )
            insert(connection, "ledger.migrations", [row])
        for rows in ledger.all_entries(_ROWS):
            insert(connection, "ledger.entries", rows)
    fresh.replace(path)
