"""What dbt is told of the ledgers: what migrations made, as far as it still stands."""

from datetime import UTC, datetime

import pytest

from include.migration.entries import Intent, Outcome, Planned
from include.migration.files import MigrationFiles
from include.migration.ledger import Ledger
from include.migration.outcome import export
from include.pipeline.migration.request import write_request
from include.warehouse.connection import open_warehouse
from tests.include.migration.plans import TARGET, small_plan

BEGAN = datetime(2026, 11, 1, 12, tzinfo=UTC)
SENT = ("1", "2")


@pytest.fixture
def files(tmp_path):
    return small_plan().save(tmp_path)[0]


def ledger_of(files, state, states):
    """A migration of three tickets, one of which was never sent, in the middle of its undo."""
    with Ledger(files.ledger) as ledger:
        made = ledger.begin("f" * 16, files.source_portal_id, TARGET, BEGAN)
        tickets = [Planned(f"k{one}", one, None, "create") for one in (*SENT, "3")]
        ledger.plan(made.id, "tickets", tickets)
        ledger.intend(made.id, "tickets", [Intent(f"k{one}", "hash") for one in SENT])
        ledger.settle(
            made.id,
            "tickets",
            [
                Outcome(f"k{one}", now, f"9{one}", True)
                for one, now in zip(SENT, states, strict=True)
            ],
        )
        ledger.note_state(made.id, state)
        export(ledger, files.outcome)


def told(files):
    """Ids of tickets by table of the request, and when the first migration began."""
    options = (files.source_portal_id, TARGET, None, False, "create", None)
    write_request(files, options, compares=True)
    with open_warehouse(files.root / "request.duckdb") as request:
        return [
            sorted(row[0] for row in request.execute(query).fetchall())
            for query in (
                "select source_id from request.ledger",
                "select target_id from request.others",
                "select strftime(began_at, '%d %H') from request.options "
                "where began_at is not null",
            )
        ]


def test_what_an_undo_has_not_taken_back_yet_still_counts(files):
    ledger_of(files, "undoing", ("undone", "confirmed"))
    assert told(files) == [["2"], [], ["01 12"]]
    ledger_of(files, "written", ("confirmed", "confirmed"))
    assert told(files) == [["1", "2", "3"], [], ["01 12"]]
    ledger_of(files, "undone", ("undone", "undone"))
    assert told(files) == [[], [], []]


def test_what_an_undo_has_not_taken_back_yet_is_no_ticket_of_nobody_for_another_source(files):
    ledger_of(files, "undoing", ("undone", "confirmed"))
    other = MigrationFiles(files.target, "4990003").ensure()
    files.plan.replace(other.plan)
    assert told(other) == [[], ["92"], []]
