"""Tickets of every kind moved between two portals that differ: by the commands, over the API."""

import csv

import pytest

from benchmarks.migration_pair import BETWEEN, TARGET, pair
from benchmarks.migration_target import OWN_TICKETS
from benchmarks.rig import TOKEN
from tests.conftest import RunningSandbox
from tests.end_to_end.migration_sabotage import Sabotage
from tests.include.migration.portal_state import records, snapshot

SABOTAGED = 20 + 4 + 5 + 30 + 10 + 15 + 50 + 40 + 3 + 1 + 4 + 2
# Every reason for a difference that ten tickets of every kind give; each is told in the report.
EXPECTED = {
    ("definitions", "expected_label"), ("definitions", "expected_spelling"),
    ("population", "expected_skipped"), ("fields", "expected_empty"),
    ("fields", "expected_owner"), ("fields", "expected_unwritten"),
    ("conversations", "expected_owner"), ("measures", "expected_incomparable"),
}  # fmt: skip


def running(sandbox):
    return RunningSandbox(sandbox.url, TOKEN, TARGET, sandbox.process)


def differences(moved):
    with (moved.migration / "reports/differences.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def unexplained(moved):
    return {
        (row["kind"], row["source_id"] or None, row["target_id"] or None)
        for row in differences(moved)
        if not row["kind"].startswith("expected_")
    }


def require_faithful(moved, step):
    """Pass, with every expected difference explained."""
    assert step.result["verdict"] == "pass", step.result["summary"]
    assert step.code == 0
    assert all(level["fidelity"] == 100 for level in step.result["levels"])
    rows = differences(moved)
    assert all(row["reason"] for row in rows)
    assert {(row["level"], row["kind"]) for row in rows} == EXPECTED


def refuse_what_nobody_knows(moved):
    """A plan of words that name nothing ends before the target is asked what it has."""
    for words, said in (
        (("--filter", "hs_ticket_prioritty=HIGH"), "near it: hs_ticket_priority"),
        (("--fallback-owner", "nobody@example.com"), "no active owner of the target"),
    ):
        step = moved.run("migrate", "plan", *BETWEEN, *words)
        assert (step.code, step.result, step.calls < 40) == (1, {}, True)
        assert said in step.said
        assert "nothing was written" in step.said


@pytest.mark.timeout(1200)
def test_ten_tickets_of_every_kind_are_moved_faithfully_and_taken_back(tmp_path):
    with pair(tmp_path, 10) as moved:
        before = snapshot(running(moved.target))
        moved.sync("old")
        refuse_what_nobody_knows(moved)
        planned = moved.plan().result
        # one is archived and two are one by now
        assert planned["counts"]["tickets"] == {"create": 8, "skip": 1}
        written = moved.write(planned["plan_hash"])
        assert (written.result["failed"], written.written_at_source) == (0, 0)
        assert written.result["calls"] == pytest.approx(planned["calls"], rel=0.1)
        tickets = records(running(moved.target), "tickets")
        assert len(tickets) == OWN_TICKETS + 8
        assert sorted(len(one.get("content", "")) for one in tickets.values())[-1] == 65_536
        require_faithful(moved, moved.reconcile())
        assert moved.undo(planned["plan_hash"]).result["failures"] == []
        assert snapshot(running(moved.target)) == before


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_thousand_are_faithful_and_each_sabotage_of_them_is_found(tmp_path):
    with pair(tmp_path, 1000) as moved:
        moved.sync("old")
        planned = moved.plan().result
        assert moved.write(planned["plan_hash"]).result["failed"] == 0
        require_faithful(moved, moved.reconcile())
        again = moved.plan().result["counts"]
        assert not [kind for kind, actions in again.items() if "create" in actions], again
        assert again["tickets"] == {"skip": 980}
        expected = Sabotage(moved, seed=6).do_all()
        assert len(expected) == SABOTAGED
        step = moved.reconcile()
        assert step.code == 1
        assert unexplained(moved) == expected
