"""How the demo waits for Airflow, held against a server that answers as Airflow's API does."""

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from local import demo
from local.airflow import HIGHEST_PORT, LOGS_OF_TASKS, LOGS_OF_TRIGGERS, LocalAirflow
from local.processes import StackError

RUNS = "/api/v2/dags/d/dagRuns"


@pytest.fixture
def answers():
    """Answers by method and path: each a list, of which the last one stays."""
    return {("POST", "/auth/token"): ['{"access_token": "t"}']}


@pytest.fixture
def airflow(answers, tmp_path):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            left = answers.get((self.command, self.path.partition("?")[0]))
            said = (left.pop(0) if len(left) > 1 else left[0]) if left else None
            if said == "break off":
                self.close_connection = True
                return
            self.send_response(200 if said else 404)
            self.end_headers()
            self.wfile.write((said or "").encode())

        do_POST = do_GET  # noqa: N815 - http.server's name

        def log_message(self, *_):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    passwords = tmp_path / "simple_auth_manager_passwords.json.generated"
    passwords.write_text('{"admin": "secret"}')
    yield LocalAirflow(tmp_path, server.server_port)
    server.shutdown()
    server.server_close()


def run(name, state):
    return {"dag_run_id": name, "state": state}


@pytest.mark.parametrize(
    ("state", "found"), [("failed", "another"), ("running", "night"), ("success", "night")]
)
def test_a_first_night_that_failed_is_not_waited_for_again(airflow, answers, state, found):
    answers["GET", RUNS] = [json.dumps({"dag_runs": [run("night", state)]})]
    answers["POST", RUNS] = [json.dumps(run("another", "queued"))]
    assert airflow.first_run("d") == found


@pytest.mark.parametrize("said", ["break off", "<html>", "{}", ""])
def test_a_question_without_an_answer_is_asked_again(airflow, answers, said):
    answers["GET", f"{RUNS}/night"] = [said, json.dumps(run("night", "success"))]
    assert airflow.wait_for("d", "night") == "success"


@pytest.mark.parametrize("said", ["break off", "<html>", "{}"])
def test_an_airflow_that_answers_nothing_is_one_sentence(airflow, answers, said):
    answers["POST", "/auth/token"] = [said]
    with pytest.raises(StackError, match=r"did not answer GET /dags.*airflow\.log"):
        airflow.api("GET", "/dags")
    with pytest.raises(StackError, match="did not answer"):
        airflow.wait_for("d", "night", patience=0.1)


def test_an_airflow_without_a_password_yet_is_one_sentence(airflow):
    (airflow.home / "simple_auth_manager_passwords.json.generated").unlink()
    with pytest.raises(StackError, match="FileNotFoundError"):
        airflow.api("GET", "/dags")


NEEDED = (0, LOGS_OF_TASKS, LOGS_OF_TRIGGERS)


def is_free(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.mark.parametrize("beside", NEEDED)
def test_a_port_that_airflow_needs_and_something_has_is_named(tmp_path, beside):
    # below the ports that a system gives away by itself, to other tests too
    base = next(p for p in range(20_000, 30_000) if all(is_free(p + more) for more in NEEDED))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", base + beside))
        taken.listen()
        with pytest.raises(StackError, match=rf"port {base + beside}\b.*AIRFLOW_PORT"):
            LocalAirflow(tmp_path, base).require_port()


def test_a_port_that_leaves_none_for_the_logs_is_refused(monkeypatch):
    monkeypatch.setenv("AIRFLOW_PORT", str(HIGHEST_PORT + 1))
    with pytest.raises(StackError, match=f"AIRFLOW_PORT.*between 1 and {HIGHEST_PORT}"):
        demo.up()
