"""migrate_tickets for real: planned, waited for a person, written, read again, compared."""

import json
import socket
import time
from pathlib import Path

import pytest

from local.airflow import LocalAirflow
from local.airflow_api import DONE
from tests.conftest import start_sandbox
from tests.project import make_project

# The first test waits for Airflow and two nights as well.
pytestmark = [pytest.mark.airflow, pytest.mark.slow, pytest.mark.timeout(1800)]
MIGRATE, UNDO = "migrate_tickets", "undo_migration"
SECONDS_TO_READ = 5
PORTALS = {"old": "4990001", "new": "4990002"}
LEVELS = (
    "definitions", "population", "identity", "fields", "links", "conversations", "measures",
)  # fmt: skip
CHECKED = ("definitions", "population", "identity", "fields")
FORM = {"source": "old", "target": "new", "dry_run": False, "limit": 10}


@pytest.fixture(scope="module")
def portals():
    servers = {
        name: start_sandbox(generate=count, seed=seed, limits="off", portal_id=PORTALS[name])
        for name, count, seed in (("old", 25, 5), ("new", 1, 6))
    }
    yield servers
    for server in servers.values():
        server.stop()


@pytest.fixture(scope="module")
def airflow(portals, tmp_path_factory):
    """A running Airflow in which the source was synced and published."""
    project = make_project(tmp_path_factory.mktemp("migration") / "project", portals["old"])
    registry = {
        name: {"portal_id": PORTALS[name], "connection": f"hubspot_{name}", "schedule": "0 2 * * *"}
        for name in portals
    }
    (project.folder / "portals.yaml").write_text(json.dumps({"portals": registry}))
    for name, server in portals.items():
        connection = {"conn_type": "http", "host": server.url, "password": server.token}
        project.variables[f"AIRFLOW_CONN_HUBSPOT_{name.upper()}"] = json.dumps(connection)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = LocalAirflow(tmp_path_factory.mktemp("airflow"), port, project.variables)
    running.prepare()
    try:
        running.start()
        for name in portals:
            first = running.first_run(f"sync_tickets__{name}")
            assert running.wait_for(f"sync_tickets__{name}", first) == "success"
        yield running
    finally:
        running.stop()


def states(airflow, dag_id, run_id):
    listed = airflow.api("GET", f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances")
    return {one["task_id"]: one["state"] for one in listed["task_instances"]}


def wait_for_approval(airflow, dag_id, run_id):
    deadline = time.monotonic() + 600
    while states(airflow, dag_id, run_id)["approve"] != "awaiting_input":
        assert time.monotonic() < deadline, states(airflow, dag_id, run_id)
        time.sleep(1)


def approve(airflow, dag_id, run_id, portal_id):
    """Approve, and return how the run ended.

    An answer within the second in which a task begins to wait can be lost to Airflow, which then
    asks again: so it is given whenever it is asked for.
    """
    deadline = time.monotonic() + 900
    while (state := airflow.api("GET", f"/dags/{dag_id}/dagRuns/{run_id}")["state"]) not in DONE:
        assert time.monotonic() < deadline, states(airflow, dag_id, run_id)
        if states(airflow, dag_id, run_id)["approve"] == "awaiting_input":
            time.sleep(SECONDS_TO_READ)
            _answer(airflow, dag_id, run_id, portal_id)
        time.sleep(1)
    return state


def _answer(airflow, dag_id, run_id, portal_id):
    path = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/approve/-1/hitlDetails"
    answer = {"chosen_options": ["Approve"], "params_input": {"target_portal_id": portal_id}}
    airflow.api("PATCH", path, json=answer)


def returned(airflow, dag_id, run_id, task_id):
    path = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/xcomEntries/return_value"
    value = airflow.api("GET", path)["value"]
    return json.loads(value) if isinstance(value, str) else value


def written(portals):
    search = {"filterGroups": [{"filters": [
        {"propertyName": "migration_source_key", "operator": "HAS_PROPERTY"}]}]}  # fmt: skip
    return portals["new"].post("/crm/v3/objects/tickets/search", search)["total"]


def test_a_dry_run_ends_behind_the_plan(airflow, portals):
    run_id = airflow.trigger(MIGRATE, FORM | {"dry_run": True})
    assert airflow.wait_for(MIGRATE, run_id) == "success"
    assert states(airflow, MIGRATE, run_id)["write"] == "skipped"
    assert written(portals) == 0


def test_an_approval_for_another_portal_writes_nothing(airflow, portals):
    run_id = airflow.trigger(MIGRATE, FORM)
    wait_for_approval(airflow, MIGRATE, run_id)
    assert written(portals) == 0
    assert approve(airflow, MIGRATE, run_id, PORTALS["old"]) == "failed"
    assert written(portals) == 0


def test_an_approved_plan_is_written_compared_and_taken_back(airflow, portals):
    run_id = airflow.trigger(MIGRATE, FORM)
    wait_for_approval(airflow, MIGRATE, run_id)
    assert approve(airflow, MIGRATE, run_id, PORTALS["new"]) == "success"
    assert written(portals) == 10
    found = returned(airflow, MIGRATE, run_id, "reconcile")
    assert found["verdict"] == "pass", found["summary"]
    assert {level["level"]: level["unexplained"] for level in found["levels"]} == dict.fromkeys(
        LEVELS, 0
    )
    assert all(level["checked"] for level in found["levels"] if level["level"] in CHECKED)
    assert Path(found["report"]).is_file()
    plan_hash = returned(airflow, MIGRATE, run_id, "plan")["plan_hash"]
    undo = airflow.trigger(UNDO, {"source": "old", "target": "new", "plan_hash": plan_hash})
    assert approve(airflow, UNDO, undo, PORTALS["new"]) == "success"
    assert returned(airflow, UNDO, undo, "undo")["state"] == "undone"
    assert written(portals) == 0
