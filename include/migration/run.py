"""What every step of a migration's writing works with."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

import duckdb

from include.hubspot.batches import ordered
from include.hubspot.session import HubSpotSession
from include.hubspot.writing import WritingSession
from include.migration.entries import Entry, Intent, Outcome, Planned
from include.migration.ledger import Ledger
from include.migration.ledger_file import Migration
from include.migration.plan_file import PlanSeal

Row = TypeVar("Row")
Result = TypeVar("Result")
SOURCE_KEY = "migration_source_key"


@dataclass
class Run:
    """One run of a migration.

    Attributes:
        plan: An open plan, attached as `plan`.
        seal: What the plan says of itself.
        ledger: Every intent and outcome.
        migration: The migration being written.
        target: The portal that is written to; bound to the plan's.
        source: The portal that files are downloaded from.
        report: Told lines of progress.
        stages: Where tickets go: source (pipeline id, stage id) to the target's.
    """

    plan: duckdb.DuckDBPyConnection
    seal: PlanSeal
    ledger: Ledger
    migration: Migration
    target: WritingSession
    source: HubSpotSession
    report: Callable[[str], None]
    stages: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    def rows(self, sql: str, values: list[Any] | None = None) -> Iterator[tuple]:
        """Read the plan row by row; tables are `plan.migration.plan_…`."""
        cursor = self.plan.cursor().execute(sql, values or [])
        while chunk := cursor.fetchmany(1000):
            yield from chunk

    def enter(self, object_type: str, rows: Iterable[Planned]) -> None:
        """Enter rows of the plan into the ledger."""
        self.ledger.plan(self.migration.id, object_type, rows)

    def entries(self, object_type: str) -> dict[str, Entry]:
        """Return the ledger's entries of one kind."""
        return self.ledger.entries(self.migration.id, object_type)

    def ids(self, object_type: str) -> dict[str, str]:
        """Return source ids and target ids of one kind."""
        return self.ledger.ids(self.migration.id, object_type)

    def intend(self, object_type: str, intents: Iterable[Intent]) -> None:
        """Note what is about to be sent."""
        self.ledger.intend(self.migration.id, object_type, intents)

    def settle(self, object_type: str, outcomes: Iterable[Outcome]) -> None:
        """Note what became of it."""
        self.ledger.settle(self.migration.id, object_type, outcomes)

    def side_by_side(
        self, batches: Iterable[list[Row]], write: Callable[[list[Row]], Result]
    ) -> Iterator[Result]:
        """Write batches on the target session's workers, as many in flight as it allows."""
        return ordered(self.target.workers(), 2 * self.target.max_in_flight, batches, write)


def batched(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    """Cut rows into lists of at most `size`, lazily."""
    source = iter(rows)
    while piece := list(islice(source, size)):
        yield piece
