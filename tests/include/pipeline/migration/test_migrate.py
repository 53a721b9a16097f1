"""The steps of a migration as commands: what makes no sense is refused with a sentence."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from include.pipeline.command_line import app
from include.pipeline.connections import Connection
from include.pipeline.errors import BadRequest, PipelineError
from include.pipeline.migration.exceptions import WHAT_TO_DO
from include.pipeline.migration.migrate import Move, move_between
from include.pipeline.migration.text import (
    outcome_in_lines,
    plan_in_lines,
    plan_in_words,
    verdict_in_lines,
)
from include.pipeline.migration.verdict import Level, Verdict
from include.pipeline.registry import find_portal
from include.pipeline.settings import PROJECT_ROOT

REGISTRY = """
portals:
  old: {portal_id: 1, connection: hubspot_old, schedule: "0 2 * * *"}
  new: {portal_id: 2, connection: hubspot_new, schedule: "0 3 * * *"}
"""
PORTALS = ["--from", "old", "--to", "new"]


@pytest.fixture(autouse=True)
def registry(tmp_path, monkeypatch):
    path = tmp_path / "portals.yaml"
    path.write_text(REGISTRY)
    monkeypatch.setenv("PORTALS_FILE", str(path))
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    for name in ("OLD", "NEW"):
        connection = {"conn_type": "http", "host": "http://127.0.0.1:1", "password": "t"}
        monkeypatch.setenv(f"AIRFLOW_CONN_HUBSPOT_{name}", json.dumps(connection))


def connection(_portal):
    return Connection("http://127.0.0.1:1", "t")


def test_a_portal_is_not_moved_into_itself():
    with pytest.raises(BadRequest, match="both source and target"):
        move_between("old", "old", connection)
    with pytest.raises(PipelineError, match="no portal 'other'"):
        move_between("old", "other", connection)


def test_both_portals_are_held_while_their_warehouses_are_read():
    move = Move(find_portal("new"), find_portal("old"), connection(None), connection(None))
    with move.alone("migrate plan", wait=False, both=True):
        for portal in (move.source, move.target):
            held = json.loads(portal.files.lock.read_text())
            assert held["command"] == "migrate plan"
    assert move.files.root == move.target.files.root / "migrations" / move.source.portal_id


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["plan", *PORTALS, "--limit", "0"], "at least 1"),
        (["plan", *PORTALS, "--filter", "subject"], "property=value"),
        (["plan", *PORTALS, "--missing", "guess"], "created or listed"),
        (["write", *PORTALS], "--plan"),
        (["undo", "--from", "old"], "--to"),
    ],
)
def test_words_that_make_no_sense_are_a_usage_error(words, said):
    result = CliRunner().invoke(app, ["migrate", *words])
    assert result.exit_code == 2
    assert said in result.output


def test_a_plan_that_was_never_made_is_not_written():
    result = CliRunner().invoke(app, ["migrate", "write", *PORTALS, "--plan", "0" * 16])
    assert "no plan was made" in str(result.exception)


PLAN = {
    "plan_hash": "abc",
    "source_portal_id": "1",
    "target_portal_id": "2",
    "calls": 1234,
    "minutes": 1.08,
    "counts": {"tickets": {"create": 2000, "skip": 1}, "deals": {}, "exceptions": {"x": 1}},
    "exceptions": [
        {"kind": "orphan", "object_type": "tickets", "source_id": str(number), "field": "contacts",
         "reason": "a | b"}
        for number in range(5)
    ]
    + [
        {"kind": "unique_value_taken", "object_type": None, "source_id": None, "field": "key",
         "reason": f"record {number} has it"}
        for number in (1, 1, 2)
    ],
}  # fmt: skip


def test_a_plan_is_told_in_words_without_any_text_of_a_ticket():
    words = plan_in_words(PLAN)
    assert "| tickets | 2,000 to create, 1 skipped |" in words
    assert "**2**, 1,234 calls" in words
    assert "deals" not in words
    orphan, taken = [line for line in words.splitlines() if line.startswith(("| orphan", "| uniq"))]
    assert "| 5 | a / b | tickets 0 contacts; tickets 1 contacts; tickets 2 contacts |" in orphan
    assert "restore the record at the source" in orphan
    assert "| 3 | record 1 has it (and 1 more) | key |" in taken


def test_a_plan_is_told_on_a_terminal_in_short_lines():
    lines = list(plan_in_lines(PLAN))
    assert lines[0].startswith("plan abc: from portal 1 into portal 2, 1,234 calls")
    assert "  tickets: 2,000 to create, 1 skipped" in lines
    assert "  5 orphan: a / b" in lines
    assert lines[-1] == "nothing was written; `migrate write … --plan abc` approves it"
    assert not [line for line in lines if len(line) > 200 or "{" in line]


def test_every_kind_of_exception_has_its_word_of_what_to_do():
    models = PROJECT_ROOT / "dbt_project/models/migration/plan"
    kinds = set()
    for name in ("int_plan_property_exceptions.sql", "int_plan_record_exceptions.sql"):
        text = (models / name).read_text(encoding="utf-8")
        kinds |= set(re.findall(r"exception\(\"'(\w+)'\"", text))
        for case in re.findall(r"case rules\.treatment(.*?)end as exception_kind", text, re.S):
            kinds |= set(re.findall(r"(?:then|else) '(\w+)'", case))
    assert len(kinds) > 12
    assert kinds == set(WHAT_TO_DO)


def test_an_outcome_and_a_verdict_are_told_in_short_lines():
    outcome = {
        "plan_hash": "abc",
        "state": "undoing",
        "calls": 1200,
        "counts": {"ticket_associations": {"undone": 2000, "failed": 1}},
        "failures": [{"object": "ticket_associations", "reason": "gone", "count": 1}],
        "examples": [
            {"object": "notes", "source_id": "1", "target_id": None, "reason": "gone"},
            {
                "object": "ticket_associations",
                "source_id": "9",
                "target_id": None,
                "reason": "gone",
            },
        ],
    }
    assert list(outcome_in_lines(outcome)) == [
        "migration abc: undoing, 1,200 calls",
        "  ticket associations: 2,000 undone, 1 failed",
        "  failed: 1 ticket associations: gone",
        "    9 (at the target: nowhere)",
    ]
    level = {"level": "fields", "checked": 1000, "unexplained": 3, "fidelity": 99.7}
    found = {
        "verdict": "fail",
        "summary": "3 differences are unexplained.",
        "levels": [level],
        "kinds": {"text_cut": 3},
        "report": "r.html",
        "differences": "d.csv",
    }
    assert list(verdict_in_lines(found))[2:4] == [
        "  fields: 1,000 compared, 3 without a reason (99.7 %)",
        "  3 text cut",
    ]


def test_a_verdict_is_handed_on_as_plain_values():
    level = Level("fields", 10, 9, 1, 0, 0, 100.0)
    verdict = Verdict("pass", (level,), {}, Path("r.html"), Path("d.csv"), "Faithful.")
    handed = verdict.as_json()
    assert handed == json.loads(json.dumps(handed))
    assert handed["levels"][0]["level"] == "fields"
