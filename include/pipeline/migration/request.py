"""What dbt is told of one run: what was asked for, and what the ledgers know (`request.duckdb`)."""

from collections.abc import Iterable
from pathlib import Path

from include.migration.files import MigrationFiles
from include.warehouse.connection import attached, open_warehouse

_REQUEST = """
    create schema request;
    create table request.options (
        source_portal_id varchar, target_portal_id varchar, ticket_limit bigint, is_delta boolean,
        missing_records varchar, fallback_owner varchar, began_at timestamp
    );
    create table request.filters (property_name varchar, value varchar);
    create table request.scope (ticket_id varchar);
    create table request.ledger (
        object_type varchar, source_key varchar, source_id varchar, target_id varchar,
        state varchar, reason varchar, is_ours boolean
    );
    create table request.others (object_type varchar, target_id varchar);
"""

# What was taken back is not there any more; the rest of a migration whose undo was cut off, or that
# HubSpot would not let go, still is. What such a one never sent it will not write any more.
_LEDGER = """
    insert into request.ledger
    select object_type, source_key, source_id, target_id, done.state, reason, is_ours
    from outcome.ledger.entries as done
    join outcome.ledger.migrations as made using (migration_id)
    where source_id is not null and made.state <> 'undone' and done.state <> 'undone'
        and (made.state <> 'undoing' or done.state <> 'planned')
    qualify row_number() over (
        partition by object_type, source_key order by made.began_at desc, migration_id
    ) = 1
"""

_SCOPE = """
    insert into request.scope
    select distinct source_id from request.ledger
    where object_type = 'tickets' and state in ('sent', 'confirmed', 'failed')
        and source_id not in (select ticket_id from request.scope);
    update request.options set began_at = (
        select min(began_at) from outcome.ledger.migrations where state <> 'undone'
    )
"""

_OTHERS = """
    insert into request.others
    select distinct object_type, target_id
    from outcome.ledger.entries as done
    join outcome.ledger.migrations as made using (migration_id)
    where object_type = 'tickets' and is_ours and target_id is not null
        and done.state <> 'undone' and made.state <> 'undone'
"""


def write_request(
    files: MigrationFiles,
    options: tuple,
    *,
    filters: Iterable[tuple[str, str]] = (),
    compares: bool = False,
) -> None:
    """Lay what was asked for, and what the ledgers know, beside the warehouses for dbt.

    Args:
        files: of the migration.
        options: in the order of `request.options`, without the last one.
        filters: property and value that a ticket of the plan has.
        compares: for the reconciliation, which asks what was written as well.

    Raises:
        WarehouseError: a file cannot be read or written.
    """
    path = files.root / "request.duckdb"
    forget(path)
    with open_warehouse(path) as connection:
        connection.execute(_REQUEST)
        connection.execute("insert into request.options values (?, ?, ?, ?, ?, ?, null)", options)
        for one in filters:
            connection.execute("insert into request.filters values (?, ?)", one)
        if files.outcome.exists():
            with attached(connection, files.outcome, "outcome"):
                connection.execute(_LEDGER)
        if compares:
            _tell_of_writing(connection, files)
    path.chmod(0o600)


def _tell_of_writing(connection, files: MigrationFiles) -> None:
    """Add what was planned, what was written besides, and what other sources' migrations wrote."""
    with attached(connection, files.plan, "planned"):
        connection.execute(
            "insert into request.scope select source_id from planned.migration.plan_tickets"
        )
    if files.outcome.exists():
        with attached(connection, files.outcome, "outcome"):
            connection.execute(_SCOPE)
    for other in sorted(files.root.parent.glob("*/outcome.duckdb")):
        if other != files.outcome:
            with attached(connection, other, "outcome"):
                connection.execute(_OTHERS)


def forget(path: Path) -> None:
    """Take an older file away: a run that is cut off must not leave one that looks finished."""
    for file in (path, path.with_name(path.name + ".wal")):
        file.unlink(missing_ok=True)
