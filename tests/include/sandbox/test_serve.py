"""The command: options, ports, refusals, state that survives."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from include.sandbox.faults import Faults
from include.sandbox.request_log import RequestLog
from include.sandbox.routes.control import Control
from include.sandbox.serving.service import Service
from include.sandbox.settings import Settings
from tests.conftest import ROOT, sandbox_arguments
from tests.datasets import write_dataset
from tests.include.sandbox.portals import at, generated_portal

UNTIL = "2026-06-01T00:00:00Z"


def serve(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "include.sandbox", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_taken_port_is_one_sentence_that_names_the_variable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = serve(*sandbox_arguments(generate=5, port=taken.getsockname()[1]))
    assert ended.returncode == 1
    assert "SANDBOX_PORT" in ended.stderr
    assert "--port" in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1


def test_a_broken_dataset_is_one_sentence_and_exit_1(tmp_path: Path) -> None:
    folder = write_dataset(
        tmp_path,
        tickets=[(1, at(1))],
        property_changes=[(1, at(1), "hs_pipeline_stage", "nope", "", "")],
    )
    ended = serve(*sandbox_arguments(folder))
    assert ended.returncode == 1
    assert "property_changes.csv.gz, line 2: the stage 'nope' is unknown" in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1
    assert not ended.stdout


@pytest.mark.parametrize(
    "arguments",
    [("--until", "soon"), ("--generate", "-1"), ("--limits", "some"), ("--generate", "x"),
     ("--dataset", "a", "--generate", "5"), ("--association-page-size", "0")],
)  # fmt: skip
def test_a_bad_option_is_a_usage_error(arguments: tuple[str, ...]) -> None:
    assert serve("serve", *arguments).returncode == 2


def test_portal_id_and_token_are_as_told(sandbox) -> None:
    server = sandbox(generate=5, portal_id=123456, token="pat-na1-x")
    assert server.portal_id == "123456"
    assert server.get("/account-info/v3/details")["portalId"] == 123456
    assert server.call("GET", "/crm/v3/objects/tickets", token="sandbox-token")[0] == 401


def test_a_dataset_brings_its_portal_id_and_time_zone(sandbox, tmp_path: Path) -> None:
    folder = write_dataset(tmp_path, portal_id=77, time_zone="Europe/Berlin", tickets=[(1, at(1))])
    server = sandbox(dataset=folder, until="2020-07-01T00:00:00Z")
    assert server.portal_id == "77"
    details = server.get("/account-info/v3/details")
    assert (details["timeZone"], details["utcOffset"]) == ("Europe/Berlin", "+02:00")


def test_state_survives_a_restart_and_a_kill(sandbox, tmp_path: Path) -> None:
    state = tmp_path / "state.jsonl"
    options = {"generate": 120, "seed": 2, "until": UNTIL, "state": state}
    server = sandbox(**options)
    server.control("POST", "advance", {"until": "2026-06-03T00:00:00Z"})
    server.control("POST", "mutate", {"seed": 5, "changes": 5, "archives": 2, "merges": 1,
                                      "links": 3})  # fmt: skip
    server.control("POST", "advance", {"until": "2026-06-05T00:00:00Z"})
    path = "/crm/v3/objects/tickets?limit=50&properties=subject&propertiesWithHistory=subject"
    shown = server.get(path)["results"]  # the link to the next page names the port
    server.process.send_signal(signal.SIGKILL)
    server.process.wait()
    with state.open("a") as file:
        file.write('{"do": "muta')  # the line that the crash cut short
    again = sandbox(**options)
    assert again.get(path)["results"] == shown
    assert again.control("GET", "health")["now"] >= "2026-06-05T00:00:00"
    again.control("POST", "mutate", {"seed": 6, "changes": 1})
    assert len(state.read_text().splitlines()) == 5


def test_a_state_file_of_another_portal_is_refused(sandbox, tmp_path: Path) -> None:
    state = tmp_path / "state.jsonl"
    sandbox(generate=5, seed=1, state=state).stop()
    ended = serve(*sandbox_arguments(generate=5, seed=2, state=state))
    assert ended.returncode == 1
    assert "belongs to another portal" in ended.stderr
    state.write_text("hello\n")
    ended = serve(*sandbox_arguments(generate=5, seed=2, state=state))
    assert ended.returncode == 1
    assert "no state file of this version" in ended.stderr


@pytest.mark.parametrize("content", ["5\n", '{"contents": "generated: 5 tickets, seed 1"}\n'])
def test_what_is_no_state_file_of_this_version_is_refused(tmp_path: Path, content: str) -> None:
    state = tmp_path / "state.jsonl"
    state.write_text(content)
    ended = serve(*sandbox_arguments(generate=5, state=state))
    assert ended.returncode == 1
    assert "no state file of this version" in ended.stderr
    assert state.read_text() == content


def test_a_state_file_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    ended = serve(*sandbox_arguments(generate=5, state=tmp_path))
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert "name a file that can be written with --state" in ended.stderr


def test_the_control_plane_answers_this_machine_only() -> None:
    def status(host: str, *, allow: bool) -> int:
        service = Service(portal, Settings(allow_remote_control=allow), RequestLog(), Faults())
        control = Control(service, None)
        scope = {"method": "GET", "path": "/__sandbox__/health", "headers": [],
                 "client": (host, 1)}  # fmt: skip
        return control(scope, b"").status

    portal = generated_portal(3, 1, UNTIL)
    assert status("127.0.0.1", allow=False) == status("::1", allow=False) == 200
    assert status("192.168.1.20", allow=False) == 400
    assert status("192.168.1.20", allow=True) == 200


@pytest.mark.parametrize(
    "changed",
    [{"no_op_writes": "bump"}, {"createdate_writable": "yes"}, {"validate_deletes": "no"},
     {"portal_id": 5}, {"scopes": "tickets"}, {"token_minutes": 5}],
)  # fmt: skip
def test_a_state_file_is_refused_under_options_that_let_writes_do_something_else(
    sandbox, tmp_path: Path, changed: dict
) -> None:
    state = tmp_path / "state.jsonl"
    sandbox(generate=5, state=state).stop()
    ended = serve(*sandbox_arguments(generate=5, state=state, **changed))
    (name,) = changed
    assert ended.returncode == 1
    assert f"another --{name.replace('_', '-')};" in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1
    sandbox(generate=5, state=state, association_page_size=3).stop()


def test_a_line_of_a_state_file_that_cannot_be_repeated_is_named(sandbox, tmp_path: Path) -> None:
    state = tmp_path / "state.jsonl"
    server = sandbox(generate=5, state=state)
    path = "/crm/v3/objects/tickets"
    body = {"properties": {"subject": "x", "hs_pipeline_stage": "1"}}
    assert server.call("POST", path, body)[0] == 201
    server.stop()
    state.write_text(state.read_text().replace("subject", "no_such_property"))
    ended = serve(*sandbox_arguments(generate=5, state=state))
    assert ended.returncode == 1
    assert "Line 2 of the state file" in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1


def test_a_state_file_knows_every_file_of_its_dataset(sandbox, tmp_path: Path) -> None:
    state = tmp_path / "state.jsonl"
    folder = write_dataset(tmp_path / "set", tickets=[(1, at(1))])
    sandbox(dataset=folder, state=state).stop()
    sandbox(dataset=folder, state=state).stop()
    write_dataset(tmp_path / "set", tickets=[(1, at(1)), (2, at(2))])
    ended = serve(*sandbox_arguments(folder, state=state))
    assert ended.returncode == 1
    assert "belongs to another portal" in ended.stderr


def test_two_processes_never_share_a_state_file(sandbox, tmp_path: Path) -> None:
    state = tmp_path / "state.jsonl"
    server = sandbox(generate=5, state=state)
    ended = serve(*sandbox_arguments(generate=5, state=state))
    assert ended.returncode == 1
    assert "Another sandbox uses the state file" in ended.stderr
    server.control("POST", "reset")
    assert serve(*sandbox_arguments(generate=5, state=state)).returncode == 1


def test_tokens_that_were_handed_out_survive_a_restart_and_no_secret_is_kept(
    sandbox, tmp_path: Path
) -> None:
    options = {"generate": 5, "state": tmp_path / "state.jsonl", "token_minutes": 30}
    server = sandbox(**options)
    form = b"grant_type=refresh_token&client_secret=hush&refresh_token=mine"
    token = server.post("/oauth/v1/token", form)["access_token"]
    server.stop()
    again = sandbox(**options)
    assert again.call("GET", "/crm/v3/objects/tickets", token=token)[0] == 200
    kept = options["state"].read_text()
    assert not [secret for secret in ("hush", "mine", token) if secret in kept]


def test_the_switches_of_limits_and_search_reach_the_portal(sandbox) -> None:
    server = sandbox(generate=5, burst_limit=100, filter_characters=20, epoch_filters="error")
    path = "/crm/v3/objects/tickets"
    assert server.call("GET", path)[1]["x-hubspot-ratelimit-max"] == "100"
    assert server.call("POST", f"{path}/search", {"query": "x" * 21})[0] == 400
    assert serve("serve", "--burst-limit", "150").returncode == 2
