"""The plan as a file: sealed with a hash when it is made, checked whenever it is used."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import orjson

from include.migration import plan_tables
from include.migration.errors import PlanChanged, PlanMissing
from include.migration.plan_cost import cost_of
from include.warehouse.connection import attached, open_memory, open_warehouse


@dataclass(frozen=True)
class PlanSeal:
    """What a plan says of itself.

    Attributes:
        plan_hash: Over every row of the plan, both portals and the choices.
        counts: Rows by table (`plan_tickets`, …) and action.
        calls: Calls to the target that writing it takes.
        minutes: At HubSpot's limit.
        source_portal_id: Where the rows come from.
        target_portal_id: The one portal that may be written to.
        options: The choices it was made under.
        made_at: UTC.
    """

    plan_hash: str
    counts: Mapping[str, Mapping[str, int]]
    calls: int
    minutes: float
    source_portal_id: str
    target_portal_id: str
    options: Mapping[str, Any]
    made_at: datetime


def create_tables(path: Path) -> None:
    """Make the empty tables of a plan; for those who fill them row by row."""
    with open_warehouse(path) as connection:
        connection.execute(plan_tables.ddl())


def seal(
    path: Path, source_portal_id: str, target_portal_id: str, options: Mapping[str, Any]
) -> PlanSeal:
    """Count the plan's rows, hash them, and write `meta.plan`.

    Equal rows, portals and options give an equal hash, whatever the order of the rows and the time;
    any other row gives another one.

    Args:
        path: The plan's file, with every table of `plan_tables.sql`.
        source_portal_id: Where the rows come from.
        target_portal_id: The portal that is to be written to.
        options: The choices it was made under.

    Raises:
        PlanBroken: A table or a column is missing.
        WarehouseError: The file cannot be opened.
    """
    with open_warehouse(path) as connection:
        connection.execute("create schema if not exists meta; drop table if exists meta.plan")
        connection.execute(plan_tables.ddl("meta.plan"))
        text = orjson.dumps(dict(options), option=orjson.OPT_SORT_KEYS).decode()
        counts = plan_tables.counts_of(connection)
        calls, minutes = cost_of(connection)
        row = (
            plan_tables.hash_of(connection, source_portal_id, target_portal_id, text),
            orjson.dumps(counts, option=orjson.OPT_SORT_KEYS).decode(),
            calls,
            minutes,
            source_portal_id,
            target_portal_id,
            text,
            datetime.now(UTC).replace(tzinfo=None, microsecond=0),
        )
        connection.execute("insert into meta.plan values (?, ?, ?, ?, ?, ?, ?, ?)", row)
        return _seal_of(connection)


@contextmanager
def open_plan(
    path: Path, plan_hash: str | None = None
) -> Iterator[tuple[duckdb.DuckDBPyConnection, PlanSeal]]:
    """Open a plan read-only, its tables as `migration.plan_…` of the default database.

    Args:
        path: The plan's file.
        plan_hash: The hash that was approved; the rows are hashed again and must give it. None
            looks at the plan without checking it.

    Raises:
        PlanMissing: There is no plan, or it was never finished.
        PlanChanged: It is another plan, or its rows are not those that were sealed.
    """
    if not path.exists():
        raise PlanMissing("no plan was made for these two portals: run `migrate plan` first.")
    with open_memory() as connection, attached(connection, path, "plan"):
        connection.execute("use plan")
        try:
            seal_ = _seal_of(connection)
        except duckdb.CatalogException:
            raise PlanMissing("the plan was not finished: run `migrate plan` again.") from None
        if plan_hash is not None:
            _require_hash(connection, seal_, plan_hash)
        try:
            yield connection, seal_
        finally:
            connection.execute("use memory")


def _require_hash(connection: duckdb.DuckDBPyConnection, seal_: PlanSeal, approved: str) -> None:
    if seal_.plan_hash != approved:
        raise PlanChanged(
            f"the plan that lies here is {seal_.plan_hash}, not {approved}, which was approved: "
            "nothing was written; look at the new plan and approve its hash."
        )
    options = orjson.dumps(dict(seal_.options), option=orjson.OPT_SORT_KEYS).decode()
    found = plan_tables.hash_of(connection, seal_.source_portal_id, seal_.target_portal_id, options)
    if found != approved:
        raise PlanChanged(
            f"the rows of plan {approved} were changed after it was made: nothing was written; "
            "run `migrate plan` again and approve the new hash."
        )


def _seal_of(connection: duckdb.DuckDBPyConnection) -> PlanSeal:
    found = connection.execute(
        "select plan_hash, counts, calls, minutes, source_portal_id, target_portal_id, options, "
        "made_at from meta.plan"
    ).fetchone()
    if found is None:
        raise PlanMissing("the plan was not finished: run `migrate plan` again.")
    counts, options = orjson.loads(found[1]), orjson.loads(found[6])
    return PlanSeal(
        found[0],
        counts,
        found[2],
        found[3],
        found[4],
        found[5],
        options,
        found[7].replace(tzinfo=UTC),
    )
