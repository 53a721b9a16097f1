"""What the command line makes of what goes wrong."""

import json
import sys

import duckdb
import pytest

from include.pipeline.command_line import main
from include.pipeline.registry import find_portal
from include.warehouse.lock import lock_holder


@pytest.fixture
def files(tmp_path, monkeypatch):
    """The files of a portal, `north`, whose HubSpot nobody answers for."""
    entry = {"portal_id": "1", "connection": "hubspot_north", "schedule": "0 2 * * *"}
    registry = tmp_path / "portals.yaml"
    registry.write_text(json.dumps({"portals": {"north": entry}}))
    monkeypatch.setenv("PORTALS_FILE", str(registry))
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    connection = {"host": "http://127.0.0.1:9", "password": "t"}
    monkeypatch.setenv("AIRFLOW_CONN_HUBSPOT_NORTH", json.dumps(connection))
    return find_portal("north").files.ensure()


@pytest.fixture
def command(monkeypatch, capsys):
    """Run a command; gives its exit code and what it says of what went wrong."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["include", *words, "--portal", "north"])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code, capsys.readouterr().err

    return run


def test_a_warehouse_that_is_none_of_ours_is_one_sentence(files, command):
    duckdb.connect(str(files.warehouse)).close()
    code, said = command("build")
    assert code == 1
    assert len(said.splitlines()) == 1
    assert "safe to run again" in said
    assert "`rebuild`" in said


@pytest.mark.parametrize(
    "words",
    [("--mode", "sweep"), ("--mode", "window", "--from", "2026-03-01", "--to", "2026-03-02")],
)
def test_a_plan_of_what_has_none_is_a_usage_error(files, command, words):
    code, said = command("sync", "--plan", *words)
    assert code == 2
    assert "has no plan" in said


def test_publishing_tells_others_which_portal_it_holds(files, command, monkeypatch):
    holders = []

    def look(*_):
        holders.append(lock_holder(files)["command"])
        raise KeyboardInterrupt

    monkeypatch.setattr("include.pipeline.steps.standing", look)
    assert command("publish")[0] != 0
    assert holders == ["publish --portal north"]
