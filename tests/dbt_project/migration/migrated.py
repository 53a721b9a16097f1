"""Two portals, one migrated into the other, and what is found when they are compared."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from include.migration import plan_file
from include.pipeline.migration.models import build_reconciliation
from include.pipeline.migration.verdict import Verdict
from tests.dbt_project.migration.migration_portal import (
    AS_OF,
    BORN,
    SOURCE,
    TARGET,
    MigrationPortal,
    iso,
)
from tests.dbt_project.migration.portals import source_portal, target_portal, write_source_marts
from tests.dbt_project.migration.run import Pair, pair
from tests.dbt_project.migration.writing import Writer
from tests.dbt_project.raw_portal import at

CHOICES = {"missing_records": "create", "fallback_owner": "desk@example.com"}


def many_tickets(portal, count: int) -> None:
    """Add plain tickets `2…`, each with a contact, a note and a moment of its own."""
    types = ((16, None),)
    for number in range(count):
        ticket_id, born = f"2{number:03}", BORN + timedelta(minutes=number)
        stage = ("772", "773")[number % 2]
        portal.ticket(
            ticket_id, born,
            [("hs_pipeline_stage", born, stage), ("subject", born, f"Case {number}")],
            hs_pipeline="77", hs_ticket_priority=("LOW", "HIGH")[number % 2],
            content=f"What happened in case {number}, at length", visit_at=iso(born),
        )  # fmt: skip
        portal.record("contacts", f"4{number:03}", email=f"person{number}@example.com")
        portal.link(ticket_id, "contacts", f"4{number:03}", types=types)
        portal.record(
            "notes",
            f"6{number:03}",
            hs_timestamp=iso(born),
            hs_note_body=f"Seen, {number} times over",
        )
        portal.link(ticket_id, "notes", f"6{number:03}")


class Migrated:
    """A source, a target that a faithful writer filled, and what a reconciliation says."""

    def __init__(
        self, folder: Path, monkeypatch, tickets: int = 0, *, maps: Path | None = None,
        change: Callable[[MigrationPortal, MigrationPortal], None] | None = None,
        adopted: dict[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.pair: Pair = pair(folder, monkeypatch)
        self.maps = maps
        self.source, self.target = source_portal(), target_portal()
        many_tickets(self.source, tickets)
        self.source.link("13", "notes", "9001")  # it hangs on ticket 11 as well
        if change:
            change(self.source, self.target)
        self.pair.put(self.pair.source, self.source)
        write_source_marts(
            self.pair.source.files.published,
            [("11", None), ("12", at("2026-06-01 11:02"))],
            [("11", "resolution", "met", AS_OF), ("12", "first_response", "breached", AS_OF)],
        )
        self.plan()
        self.planned = self.pair.planned()
        self.writer = Writer(self.target, self.planned, adopted=adopted)
        self.writer.write()

    def plan(self) -> None:
        self.pair.plan(self.target, maps=self.maps)
        plan_file.seal(self.pair.files.plan, SOURCE, TARGET, CHOICES)

    def still_to_write(self) -> list[dict]:
        """Rows of the newest plan that write anything."""
        written = ("create", "update", "patch_options", "archive")
        return [
            row for rows in self.pair.planned().values()
            for row in rows if row.get("action") in written
        ]  # fmt: skip

    def reconcile(self) -> Verdict:
        self.pair.put(self.pair.target, self.target)
        return build_reconciliation(self.pair.source, self.pair.target, maps=self.maps)

    def failed_expectations(self) -> set[str]:
        report = json.loads((self.pair.files.reports / "reconciliation.json").read_text("utf-8"))
        return {one["expectation"] for one in report["expectations"] if not one["success"]}

    def rows(self, query: str) -> list[tuple]:
        return self.pair.rows(query, self.pair.files.reconciliation)

    def unexplained(self) -> set[tuple]:
        found = self.rows(
            "select kind, source_id, target_id from marts.reconciliation_differences "
            "where not is_explained"
        )
        assert len(found) == len(set(found))
        return set(found)
