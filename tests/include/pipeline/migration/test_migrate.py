"""The steps of a migration as commands: what makes no sense is refused with a sentence."""

import json

import pytest
from typer.testing import CliRunner

from include.pipeline.command_line import app
from include.pipeline.connections import Connection
from include.pipeline.errors import BadRequest, PipelineError
from include.pipeline.migration.migrate import Move, move_between
from include.pipeline.migration.text import plan_in_words
from include.pipeline.registry import find_portal

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


def test_a_plan_is_told_in_words_without_any_text_of_a_ticket():
    words = plan_in_words(
        {
            "plan_hash": "abc",
            "source_portal_id": "1",
            "target_portal_id": "2",
            "calls": 1234,
            "minutes": 1.08,
            "counts": {"tickets": {"create": 2000, "skip": 1}, "deals": {}, "exceptions": {"x": 1}},
            "exceptions": [
                {"kind": "orphan", "source_id": "9", "field": None, "reason": "a | b"},
                {"kind": "orphan", "source_id": "8", "field": None, "reason": "a | b"},
            ],
        }
    )
    assert "| tickets | 2,000 to create, 1 to skip |" in words
    assert "| orphan | a / b | 2 |" in words
    assert "**2**, 1,234 calls" in words
    assert "deals" not in words
