"""What could not be written or taken back is told with ids, and the command says that it failed."""

import json

import pytest
from typer.testing import CliRunner

from include.pipeline.command_line import app
from tests.conftest import start_sandbox
from tests.include.migration.plans import SOURCE, TARGET, small_plan

BETWEEN = ("--from", "old", "--to", "new")


@pytest.fixture(scope="module")
def servers():
    left = start_sandbox(generate=1, seed=1, limits="off", portal_id=SOURCE)
    joined = start_sandbox(generate=1, seed=2, limits="off", portal_id=TARGET)
    yield {"old": left, "new": joined}
    left.stop()
    joined.stop()


@pytest.fixture
def migrate(tmp_path, monkeypatch, servers):
    """Run a command of a migration between two portals."""
    registry = {
        name: {"portal_id": one.portal_id, "connection": name, "schedule": "0 2 * * *"}
        for name, one in servers.items()
    }
    (tmp_path / "portals.yaml").write_text(json.dumps({"portals": registry}))
    monkeypatch.setenv("PORTALS_FILE", str(tmp_path / "portals.yaml"))
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    for name, one in servers.items():
        connection = {"conn_type": "http", "host": one.url, "password": one.token}
        monkeypatch.setenv(f"AIRFLOW_CONN_{name.upper()}", json.dumps(connection))
    return lambda word, seal, *more: CliRunner().invoke(
        app, ["migrate", word, *BETWEEN, "--plan", seal.plan_hash, *more]
    )


def test_a_failure_is_told_with_its_id_until_it_is_dealt_with(tmp_path, servers, migrate):
    target = servers["new"]
    plan = small_plan().ticket("51", hs_ticket_priority="UNHEARD OF")
    _, seal = plan.save(tmp_path / "data")
    written = migrate("write", seal)
    assert written.exit_code == 1
    assert "  failed: 1 tickets: VALIDATION_ERROR: INVALID_OPTION" in written.stdout
    assert "    51 (at the target: nowhere)" in written.stdout
    pipelines = target.get("/crm/v3/pipelines/tickets")["results"]
    moved = next(one for one in pipelines if one["label"] == "Moved support")
    place = {"hs_pipeline": moved["id"], "hs_pipeline_stage": moved["stages"][0]["id"]}
    status, _, theirs = target.call(
        "POST", "/crm/v3/objects/tickets", {"properties": {"subject": "theirs", **place}}
    )
    assert status == 201
    undone = migrate("undo", seal)
    assert undone.exit_code == 1
    assert f"    70 (at the target: {moved['id']})" in undone.stdout
    assert "1 objects could not be taken back" in undone.stderr
    assert "safe to run the same command again" in undone.stderr
    assert target.call("DELETE", f"/crm/v3/objects/tickets/{theirs['id']}")[0] == 204
    again = migrate("undo", seal, "--json")
    assert again.exit_code == 0
    found = json.loads(again.stdout)
    assert (found["state"], found["examples"]) == ("undone", [])
