"""A faithful copy passes; each damage is found by kind and id, and nothing else is flagged."""

import csv
import json
from datetime import timedelta
from pathlib import Path

import pytest

from include.migration import plan_file
from include.pipeline.migration.models import build_reconciliation
from include.pipeline.migration.verdict import Verdict
from tests.dbt_project.migration.migration_portal import AS_OF, BORN, SOURCE, TARGET, iso
from tests.dbt_project.migration.portals import source_portal, target_portal, write_source_marts
from tests.dbt_project.migration.run import Pair, pair
from tests.dbt_project.migration.sabotage import Sabotage
from tests.dbt_project.migration.writing import Writer
from tests.dbt_project.raw_portal import at

CHOICES = {"missing_records": "create", "fallback_owner": "desk@example.com"}
LEVELS = {
    "definitions", "population", "identity", "fields", "links", "conversations", "measures",
}  # fmt: skip


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

    def __init__(self, folder: Path, monkeypatch, tickets: int) -> None:
        self.pair: Pair = pair(folder, monkeypatch)
        self.source, self.target = source_portal(), target_portal()
        many_tickets(self.source, tickets)
        self.source.link("13", "notes", "9001")  # it hangs on ticket 11 as well
        self.pair.put(self.pair.source, self.source)
        write_source_marts(
            self.pair.source.files.published,
            [("11", None), ("12", at("2026-06-01 11:02"))],
            [("11", "resolution", "met", AS_OF), ("12", "first_response", "breached", AS_OF)],
        )
        self.pair.plan(self.target)
        plan_file.seal(self.pair.files.plan, SOURCE, TARGET, CHOICES)
        Writer(self.target, self.pair.planned()).write()

    def reconcile(self) -> Verdict:
        self.pair.put(self.pair.target, self.target)
        return build_reconciliation(self.pair.source, self.pair.target)

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


@pytest.fixture(scope="module")
def monkeypatched():
    with pytest.MonkeyPatch.context() as context:
        yield context


def test_seeded_sabotage_is_found_by_kind_and_id_and_nothing_else(
    tmp_path_factory, monkeypatched
) -> None:
    migrated = Migrated(tmp_path_factory.mktemp("sabotage"), monkeypatched, tickets=180)
    expected = Sabotage(migrated.target, seed=6).do_all()
    assert len(expected) == 20 + 4 + 5 + 30 + 10 + 15 + 50 + 40 + 3 + 1 + 1
    verdict = migrated.reconcile()
    assert migrated.unexplained() == expected
    assert not verdict.passed
    assert {level.level: level.unexplained for level in verdict.levels} == {
        "definitions": 1, "population": 20, "identity": 9, "fields": 30 + 10 + 8 + 50,
        "links": 43, "conversations": 8, "measures": 0,
    }  # fmt: skip
    assert migrated.failed_expectations() == {
        "ExpectEveryTicketMigratedExactlyOnce", "ExpectNoTicketWithoutASource",
        "ExpectEverySubjectAndTextUnchanged", "ExpectEveryPriorityToMeanTheSame",
        "ExpectEveryTicketInTheStageOfTheSameName", "ExpectOriginalMomentsToBeKept",
        "ExpectEveryContactOfATicketLinked", "ExpectNoUnexplainedDifference",
    }  # fmt: skip
    _require_files(verdict, expected)
    migrated.pair.plan(migrated.target)
    again = {row["source_key"]: row for row in migrated.pair.planned()["plan_engagements"]}
    assert again[f"{SOURCE}:notes:9001"]["action"] == "update"
    assert len(json.loads(again[f"{SOURCE}:notes:9001"]["links"])) == 2


def _require_files(verdict: Verdict, expected: set[tuple]) -> None:
    """Both files name every damage; neither runs anything where it is opened."""
    with verdict.differences.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    listed = {
        (row["kind"], row["source_id"] or None, row["target_id"] or None)
        for row in rows
        if not row["kind"].startswith("expected_")
    }
    assert listed == expected
    page = verdict.report.read_text("utf-8")
    assert "<script" not in page
    assert all(kind in page and (target_id or "") in page for kind, _, target_id in expected)


@pytest.mark.slow
def test_a_faithful_copy_agrees_on_every_level_and_needs_nothing_more(
    tmp_path_factory, monkeypatched
) -> None:
    migrated = Migrated(tmp_path_factory.mktemp("faithful"), monkeypatched, tickets=3)
    verdict = migrated.reconcile()
    assert verdict.passed
    assert migrated.unexplained() == set()
    assert not migrated.failed_expectations()
    levels = migrated.rows(
        "select level, checked, equal + mapped + expected, fidelity "
        "from marts.reconciliation_levels"
    )
    assert {level for level, *_ in levels} == LEVELS
    assert all(checked == agreed > 0 and fidelity == 100 for _, checked, agreed, fidelity in levels)
    assert migrated.rows(
        "select count(*) from marts.reconciliation_differences "
        "where is_explained and reason is null"
    ) == [(0,)]
    migrated.pair.plan(migrated.target)
    still = {
        table: [row for row in rows if row.get("action") in ("create", "update", "patch_options")]
        for table, rows in migrated.pair.planned().items()
    }
    assert not [row for rows in still.values() for row in rows]
