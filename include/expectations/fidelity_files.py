"""The files that a migration's fidelity is judged by, attached read-only.

source      warehouse.duckdb of the portal that tickets came from, schema raw
target      warehouse.duckdb of the portal that they went to, read again after the write
reconciled  reconciliation.duckdb, schemas marts and work
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from include.expectations.attached_files import literal
from include.expectations.errors import AuditError


@dataclass(frozen=True)
class FidelityEvidence:
    """Both sides of a migration and what dbt said of them."""

    source: Path
    target: Path
    reconciled: Path
    source_portal_id: str
    target_portal_id: str


@contextmanager
def attached_sides(evidence: FidelityEvidence, spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open both sides read-only in one connection, and close them afterwards.

    Args:
        evidence: the files and the portals.
        spill: an existing folder for what does not fit into memory.

    Raises:
        AuditError: a file is missing, damaged, or open for writing elsewhere.
    """
    connection = duckdb.connect(":memory:")
    try:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"set temp_directory = {literal(spill)}")
        for name in ("source", "target", "reconciled"):
            _attach(connection, getattr(evidence, name), name)
        connection.execute(
            "create table judged_migration (source_portal_id varchar, target_portal_id varchar)"
        )
        connection.execute(
            "insert into judged_migration values (?, ?)",
            [evidence.source_portal_id, evidence.target_portal_id],
        )
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        yield connection
    finally:
        connection.close()


def _attach(connection: duckdb.DuckDBPyConnection, path: Path, name: str) -> None:
    try:
        connection.execute(f"attach {literal(path)} as {name} (read_only)")
    except duckdb.Error as error:
        raise AuditError(
            f"The fidelity of the migration could not be judged: {path} cannot be opened "
            f"({type(error).__name__}); nothing was changed, and reconciling again is safe."
        ) from error
