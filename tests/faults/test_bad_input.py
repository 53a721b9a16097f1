"""Each bad input is one clear sentence, and nothing is lost or half published."""

import json
import os
import signal
import socket
import subprocess
import sys
import time

import pytest

SYNC = ("sync", "--portal", "test")
SETTINGS = (
    "HOLD_BACK_MINUTES",
    "GENERATIONS_KEPT",
    "THREADS_LISTED_NIGHTLY",
    "LINK_CALLS_NIGHTLY",
)


def connection(url, token):
    return json.dumps({"conn_type": "http", "host": url, "password": token})


def fault(portal, route, kind, **more):
    armed = {"route": route, "kind": kind, "method": "*", "count": 1000} | more
    portal.control("POST", "faults", {"faults": [armed]})


def served(portal):
    """Count the faults that were really met: a fault that nobody met proves nothing."""
    return sum(row["served"] for row in portal.control("GET", "faults")["faults"])


@pytest.fixture
def portal(sandbox):
    return sandbox(generate=80)


@pytest.fixture
def project(portal, project_for):
    return project_for(portal)


def test_a_wrong_token_is_named_and_never_printed(portal, project):
    said = project.refusal(*SYNC, AIRFLOW_CONN_HUBSPOT_TEST=connection(portal.url, "pat-wrong-1"))
    assert "token" in said
    assert "401" in said or "accept" in said
    assert "portal 'test', connection 'hubspot_test'" in said
    finished = project.run(*SYNC, AIRFLOW_CONN_HUBSPOT_TEST=connection(portal.url, "pat-wrong-1"))
    assert "pat-wrong-1" not in finished.stdout + finished.stderr
    assert not project.published.exists()


def test_the_token_of_another_portal_reads_nothing(portal, project, sandbox):
    other = sandbox(generate=5, portal_id="777")
    said = project.refusal(*SYNC, AIRFLOW_CONN_HUBSPOT_TEST=connection(other.url, other.token))
    assert "portal 777" in said
    assert f"portal {project.portal_id}" in said
    asked = {row["route"] for row in other.control("GET", "requests")["requests"]}
    assert all("account-info" in route for route in asked)


def test_a_missing_scope_is_named(sandbox, project_for):
    portal = sandbox(generate=5, scopes="tickets,crm.objects.contacts.read")
    said = project_for(portal).refusal(*SYNC)
    assert "scope" in said
    assert "crm.objects" in said


def test_hubspot_down_leaves_yesterdays_marts_and_the_next_night_heals(portal, project):
    project.first_night(portal)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{closed.getsockname()[1]}"
        said = project.refusal(*SYNC, AIRFLOW_CONN_HUBSPOT_TEST=connection(nowhere, "t"))
    assert "safe to run again" in said
    assert project.ask("select version from meta.published") == [(1,)]
    assert len(project.result(*SYNC, "--until-step", "load")["load"]["loaded"]) == 1


@pytest.mark.parametrize("kind", ["html", "truncated", "500", "reset"])
def test_a_few_bad_answers_are_survived_and_none_is_lost(portal, project, kind):
    fault(portal, "/crm/v3/objects/tickets/batch/read", kind, count=2, skip=1)
    project.result(*SYNC, "--until-step", "load")
    assert served(portal) == 2
    query = "select count(*) from raw.tickets where not archived"
    assert project.ask(query, project.root / "warehouse.duckdb") == [(80,)]


def test_an_answer_that_stays_html_stops_the_run_and_the_next_one_completes_it(portal, project):
    fault(portal, "/crm/v3/objects/tickets/search", "html")
    said = project.refusal(*SYNC)
    assert "safe to run again" in said
    assert served(portal) > 1
    assert not project.published.exists()
    assert list((project.root / "landing").glob("*/manifest.json")) == []
    portal.control("DELETE", "faults")
    again = project.result(*SYNC, "--until-step", "load")
    assert again["extract"]["rows"]["tickets"] >= 80


def test_the_daily_limit_stops_cleanly(portal, project):
    fault(portal, "/crm/v3/objects/tickets/batch/read", "429", policy="DAILY")
    said = project.refusal(*SYNC)
    assert "daily" in said.lower()
    assert served(portal) <= 8


def test_a_second_sync_names_the_first_one_and_waits_when_told_to(portal, project):
    fault(portal, "/crm/v3/owners", "slow", ms=4000, count=1)
    first = project.start(*SYNC, "--until-step", "load")
    lock = project.root / "lock"
    deadline = time.monotonic() + 30
    while not (lock.exists() and lock.read_text().strip()) and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(first.pid, signal.SIGSTOP)  # it keeps the portal, however long the second one takes
    said = project.refusal(*SYNC)
    os.killpg(first.pid, signal.SIGCONT)
    assert "sync --portal test" in said
    assert str(first.pid) in said
    waited = project.result(*SYNC, "--until-step", "load", "--wait")
    assert first.wait() == 0
    assert len(waited["load"]["loaded"]) == 1


def test_a_policy_that_names_no_calendar_publishes_nothing(portal, project_for, tmp_path):
    policies = tmp_path / "policies"
    policies.mkdir()
    header = (
        "portal_id,pipeline_id,priority,ticket_type,metric,target_minutes,calendar,"
        "pause_categories,stop_category,reopen,due_soon_minutes,valid_from,valid_to\n"
    )
    row = "*,*,*,*,resolution,60,nowhere,,closed,resume,10,,\n"
    (policies / "sla_policies.csv").write_text(header + row)
    project = project_for(portal, policies=str(policies))
    said = project.refusal(*SYNC)
    assert "sla_policies.csv, row 2: calendar 'nowhere'" in said
    assert not project.published.exists()
    (policies / "sla_policies.csv").write_text(header + row.replace("nowhere", "always"))
    assert project.result(*SYNC)["publish"]["version"] == 1


def test_an_unreadable_registry_is_named(project):
    registry = project.folder / "portals.yaml"
    registry.write_text("portals: [")
    assert "portals.yaml" in project.refusal(*SYNC)
    assert "no portal 'test'" in _with_registry(project, '{"portals": {"a": %s}}')


def _with_registry(project, text):
    entry = {"portal_id": 1, "connection": "c", "schedule": "0 2 * * *"}
    (project.folder / "portals.yaml").write_text(text % json.dumps(entry))
    return project.refusal(*SYNC)


def test_a_token_that_is_none_names_the_connection(portal, project):
    said = project.refusal(*SYNC, AIRFLOW_CONN_HUBSPOT_TEST=connection(portal.url, "to\u00adken"))
    assert "portal 'test', connection 'hubspot_test'" in said
    assert portal.control("GET", "requests")["requests"] == []


def test_a_missing_connection_is_named(project):
    assert "AIRFLOW_CONN_HUBSPOT_TEST" in project.refusal(*SYNC, AIRFLOW_CONN_HUBSPOT_TEST="")


def test_kill_9_at_any_moment_and_the_next_run_goes_on(portal, project):
    project.first_night(portal)
    changes = {"seed": 5, "changes": 30, "archives": 2, "merges": 1, "links": 3}
    portal.control("POST", "mutate", changes)
    # Starting, reading or loading, building: a night cut off in each. Of the steps after it,
    # tests/include/warehouse/test_kill.py kills publishing.
    for seconds in (0.8, 3.0, 8.0):
        cut = project.start(*SYNC)
        time.sleep(seconds)
        os.killpg(cut.pid, signal.SIGKILL)
        cut.communicate()
        [(version, tickets)] = project.ask(
            "select max(version), (select count(*) from marts.tickets) from meta.published"
        )
        assert (version, tickets >= 80) in {(1, True), (2, True)}
    project.result(*SYNC)
    [(open_tickets,)] = project.ask(
        "select count(*) from marts.tickets "
        "where archived_at is null and merged_into_ticket_id is null"
    )
    # Two were archived, and of two merged ones a new one came.
    assert open_tickets == 80 - 2 - 1


def test_a_data_folder_that_cannot_be_made_is_one_sentence(portal, project):
    blocked = project.folder / "file"
    blocked.write_text("no folder")
    said = project.refusal(*SYNC, DATA_DIR=str(blocked / "data"))
    assert "DATA_DIR" in said
    assert "safe to run again" in said


@pytest.mark.parametrize("setting", SETTINGS)
def test_settings_that_make_no_sense_are_refused_before_anything_is_read(portal, project, setting):
    said = project.refusal(*SYNC, **{setting: "soon"})
    assert setting in said
    assert portal.control("GET", "requests")["requests"] == []


def test_no_disk_space_while_building_is_one_sentence_and_keeps_what_is_served(portal, project):
    project.first_night(portal)
    limit = 'ulimit -f 2000; exec "$@"'
    command = [sys.executable, "-m", "include", "build", "--portal", "test"]
    finished = subprocess.run(
        ["bash", "-c", limit, "_", *command],
        env=project.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 1
    assert "Traceback" not in finished.stderr
    assert "space" in finished.stderr.splitlines()[-1].lower()
    assert project.ask("select version from meta.published") == [(1,)]
    project.result("build", "--portal", "test")
    assert project.result("publish", "--portal", "test")["publish"]["version"] == 2


def test_a_killed_parent_keeps_the_portal_locked_until_its_dbt_has_ended(portal, project):
    project.result(*SYNC, "--until-step", "load")
    building = project.start("build", "--portal", "test")
    log = project.root / "dbt" / "logs" / "dbt.log"
    deadline = time.monotonic() + 60
    while not log.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    os.kill(building.pid, signal.SIGKILL)
    assert "is held by" in project.refusal("build", "--portal", "test")
    assert project.result("build", "--portal", "test", "--wait")["nodes"]["success"] > 20
