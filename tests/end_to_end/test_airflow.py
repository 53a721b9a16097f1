"""The DAG for real: scheduler, tasks, pool, connection, backfill. One Airflow for the module."""

import json
import socket
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from local.airflow import LocalAirflow
from tests.conftest import start_sandbox
from tests.project import make_project

DAG_ID = "sync_tickets__test"
pytestmark = pytest.mark.airflow


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def night(module_sandbox, module_project, tmp_path_factory):
    """A running Airflow whose first scheduled run has ended."""
    airflow = LocalAirflow(
        tmp_path_factory.mktemp("airflow"), free_port(), module_project.variables
    )
    airflow.prepare()
    try:
        airflow.start()
        first = airflow.first_run(DAG_ID)
        state = airflow.wait_for(DAG_ID, first)
        yield airflow, first, state
    finally:
        airflow.stop()


@pytest.fixture(scope="module")
def module_sandbox():
    portal = start_sandbox(generate=200)
    yield portal
    portal.stop()


@pytest.fixture(scope="module")
def module_project(module_sandbox, tmp_path_factory):
    return make_project(tmp_path_factory.mktemp("nights") / "project", module_sandbox)


def test_the_scheduler_runs_a_night_by_itself_and_publishes_it(night, module_project):
    _, run_id, state = night
    assert state == "success"
    assert run_id.startswith("scheduled__")
    [(count,)] = module_project.ask("select count(*) from marts.tickets where archived_at is null")
    assert count == 200


def test_a_new_portal_is_not_swept_for_the_week_before(night):
    airflow, _, _ = night
    assert airflow.api("GET", "/dags/sweep_tickets__test/dagRuns")["dag_runs"] == []
    assert airflow.api("GET", "/dags/sweep_tickets__test")["is_paused"] is False


def test_a_manual_run_obeys_its_form_and_leaves_the_cursor(night, module_project):
    airflow, _, _ = night
    before = cursors(module_project)
    form = {
        "mode": "window",
        "window_from": "2026-01-01T00:00:00Z",
        "window_to": "2026-01-08T00:00:00Z",
        "associations": ["contacts"],
    }
    run_id = airflow.trigger(DAG_ID, form)
    assert airflow.wait_for(DAG_ID, run_id) == "success"
    manifest = newest_manifest(module_project)
    assert manifest["mode"] == "window"
    assert manifest["choices"]["associations"] == ["contacts"]
    assert cursors(module_project) == before


def test_a_backfill_repeats_past_nights_and_leaves_the_cursor(night, module_project):
    airflow, _, _ = night
    before = cursors(module_project)
    landed = len(manifests(module_project))
    [(busiest,)] = module_project.ask(
        """
        select changed_at::date from marts.ticket_property_history
        where changed_at < current_date - 5
        group by all order by count(*) desc, 1 limit 1
        """
    )
    start = datetime.combine(busiest - timedelta(days=1), datetime.min.time(), UTC)
    start = start.replace(hour=2)
    airflow.run(
        *("backfill", "create", "--dag-id", DAG_ID),
        *("--from-date", start.isoformat(), "--to-date", (start + timedelta(days=1)).isoformat()),
    )
    listed = airflow.api("GET", f"/dags/{DAG_ID}/dagRuns", params={"run_type": "backfill"})
    runs = [run["dag_run_id"] for run in listed["dag_runs"]]
    assert [airflow.wait_for(DAG_ID, run_id) for run_id in runs] == ["success", "success"]
    repeated = manifests(module_project)[landed:]
    windows = {(m["window_from"][:19], m["window_to"][:19]) for m in repeated}
    days = [f"{start + timedelta(days=n):%Y-%m-%dT%H:%M:%S}" for n in (0, 1, 2)]
    assert windows == set(pairwise(days))
    assert sum(rows_of(m, "tickets") for m in repeated) > 0
    assert cursors(module_project) == before


def test_a_failure_that_would_come_again_is_not_tried_again(night, module_project):
    airflow, _, _ = night
    served = module_project.ask("select version from meta.published")
    run_id = airflow.trigger(DAG_ID, {"properties": ["no_such_property"]})
    assert airflow.wait_for(DAG_ID, run_id) == "failed"
    tasks = airflow.api("GET", f"/dags/{DAG_ID}/dagRuns/{run_id}/taskInstances")["task_instances"]
    states = {task["task_id"]: (task["state"], task["try_number"]) for task in tasks}
    assert states["extract"] == ("failed", 1)
    assert states["publish"][0] == "upstream_failed"
    assert module_project.ask("select version from meta.published") == served


def test_no_log_of_airflow_holds_the_token(night, module_sandbox):
    airflow, _, _ = night
    logs = [path for path in airflow.home.rglob("*.log") if path.is_file()]
    assert logs
    assert not [path for path in logs if module_sandbox.token in path.read_text(errors="replace")]


def cursors(project):
    warehouse = project.root / "warehouse.duckdb"
    return project.ask("select stream, cursor_at from raw.cursors order by all", warehouse)


def manifests(project):
    paths = sorted(
        (project.root / "landing").glob("*/manifest.json"), key=lambda p: p.stat().st_mtime
    )
    return [json.loads(path.read_text()) for path in paths]


def rows_of(manifest, stream):
    return sum(file["rows"] for file in manifest["files"] if file["stream"] == stream)


def newest_manifest(project):
    return manifests(project)[-1]
