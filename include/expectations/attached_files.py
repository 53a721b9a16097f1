"""The one connection that every expectation speaks through: three files, attached read-only.

    warehouse   warehouse.duckdb, schema raw
    staged      the copy that would be published, schemas marts and meta
    served      the file that readers have now; absent before the first publish

DuckDB's own in-memory database holds what the queries need to know about the run, so that no
value is ever written into SQL text.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from include.expectations.errors import AuditError


@dataclass(frozen=True)
class Evidence:
    """The files of an audit and the run that they must belong to."""

    raw_database: Path
    staged: Path
    served: Path
    portal_id: str
    run_id: str


@contextmanager
def attached(evidence: Evidence, spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the files of an audit read-only in one connection, and close them afterwards.

    Args:
        evidence: the files and the run.
        spill: an existing folder for what does not fit into memory.

    Raises:
        AuditError: warehouse or staged file is missing, damaged, or open for writing elsewhere.
    """
    connection = duckdb.connect(":memory:")
    try:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"set temp_directory = {literal(spill)}")
        _attach(connection, evidence.raw_database, "warehouse")
        _attach(connection, evidence.staged, "staged")
        _describe_run(connection, evidence)
        _attach_served(connection, evidence.served)
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        yield connection
    finally:
        connection.close()


def literal(path: Path) -> str:
    """Give a path as SQL text: ATTACH and SET take no bound parameters.

    A quote is the only character that ends a literal.
    """
    return "'" + str(path).replace("'", "''") + "'"


def _attach(connection: duckdb.DuckDBPyConnection, path: Path, name: str) -> None:
    if not path.is_file():
        raise AuditError(
            f"The audit did not find {path}, so nothing was proven and nothing was published; "
            "run the sync again, which is safe."
        )
    try:
        connection.execute(f"attach {literal(path)} as {name} (read_only)")
    except duckdb.Error as error:
        raise AuditError(
            f"The audit could not open {path} ({type(error).__name__}): it is damaged, or somebody "
            "has it open for writing; nothing was published, and running again is safe."
        ) from error


def _describe_run(connection: duckdb.DuckDBPyConnection, evidence: Evidence) -> None:
    connection.execute("create table audited_run (portal_id varchar, run_id varchar)")
    connection.execute(
        "insert into audited_run values (?, ?)", [evidence.portal_id, evidence.run_id]
    )


def _attach_served(connection: duckdb.DuckDBPyConnection, served: Path) -> None:
    """Give the comparison with the served file its tables, also when there is no such file.

    A served file that cannot be read must not keep a good one from replacing it, so it is
    listed as a warning instead of ending the audit.
    """
    state = "absent"
    if served.is_file():
        state = _attach_readable(connection, served)
    connection.execute("create table served_file (state varchar)")
    connection.execute("insert into served_file values (?)", [state])
    if state != "readable":
        connection.execute("create table served_tickets (ticket_id varchar)")
        connection.execute(
            "create table served_publication (version integer, data_as_of timestamp)"
        )


def _attach_readable(connection: duckdb.DuckDBPyConnection, served: Path) -> str:
    try:
        connection.execute(f"attach {literal(served)} as served (read_only)")
        connection.execute(
            "create table served_tickets as select ticket_id from served.marts.tickets"
        )
        connection.execute(
            "create table served_publication as "
            "select version, data_as_of from served.meta.published"
        )
    except duckdb.Error:
        connection.execute("drop table if exists served_tickets")
        return "unreadable"
    return "readable"
