"""A faithful copy passes; each damage is found by kind and id, and nothing else is flagged."""

import csv
import json

import pytest

from include.pipeline.migration.verdict import Verdict
from tests.dbt_project.migration.migrated import Migrated
from tests.dbt_project.migration.migration_portal import SOURCE
from tests.dbt_project.migration.sabotage import Sabotage

LEVELS = {
    "definitions", "population", "identity", "fields", "links", "conversations", "measures",
}  # fmt: skip


@pytest.fixture(scope="module")
def monkeypatched():
    with pytest.MonkeyPatch.context() as context:
        yield context


def test_seeded_sabotage_is_found_by_kind_and_id_and_nothing_else(
    tmp_path_factory, monkeypatched
) -> None:
    migrated = Migrated(tmp_path_factory.mktemp("sabotage"), monkeypatched, tickets=180)
    expected = Sabotage(migrated.target, seed=6).do_all()
    assert len(expected) == 20 + 4 + 5 + 30 + 10 + 15 + 50 + 40 + 3 + 1 + 1 + 4 + 2 + 1
    verdict = migrated.reconcile()
    assert migrated.unexplained() == expected
    assert not verdict.passed
    assert {level.level: level.unexplained for level in verdict.levels} == {
        "definitions": 1, "population": 20, "identity": 9, "fields": 30 + 10 + 8 + 50 + 1,
        "links": 43 + 2, "conversations": 8 + 4, "measures": 0,
    }  # fmt: skip
    assert migrated.failed_expectations() == {
        "ExpectEveryTicketMigratedExactlyOnce", "ExpectNoTicketWithoutASource",
        "ExpectEverySubjectAndTextUnchanged", "ExpectEveryPriorityToMeanTheSame",
        "ExpectEveryTicketInTheStageOfTheSameName", "ExpectOriginalMomentsToBeKept",
        "ExpectEveryContactOfATicketLinked", "ExpectNoUnexplainedDifference",
        "ExpectEveryAttachmentCarried", "ExpectEveryContactOfAnActivityLinked",
    }  # fmt: skip
    _require_files(verdict, expected)
    migrated.pair.plan(migrated.target)
    again = {row["source_key"]: row for row in migrated.pair.planned()["plan_engagements"]}
    assert again[f"{SOURCE}:notes:9001"]["action"] == "update"
    assert len(json.loads(again[f"{SOURCE}:notes:9001"]["links"])) == 2
    assert "302" in again[f"{SOURCE}:emails:9002"]["links"]
    assert json.loads(again[f"{SOURCE}:notes:9004"]["attachment_ids"]) == [
        "7101", "7102", "7104"]  # fmt: skip


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
    migrated.plan()
    assert not migrated.still_to_write()
