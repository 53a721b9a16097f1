"""What `make demo` starts is found again, and `make down` leaves no child behind."""

import os
import socket
import time

import pytest

from local.airflow import LocalAirflow
from local.processes import (
    StackError,
    is_running,
    require_free,
    require_same_port,
    start,
    stop,
)
from local.sandbox import LocalSandbox


def lives(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_stopping_ends_the_children_too(tmp_path):
    script = f"sleep 300 & echo $! > {tmp_path}/child; wait"
    start("stack", ["bash", "-c", script], dict(os.environ), tmp_path)
    deadline = time.monotonic() + 10
    while not (tmp_path / "child").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    child = int((tmp_path / "child").read_text())
    assert is_running("stack", tmp_path)
    assert stop("stack", tmp_path)
    assert not is_running("stack", tmp_path)
    deadline = time.monotonic() + 5
    while lives(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not lives(child)
    assert not stop("stack", tmp_path)


def test_a_pid_file_of_a_process_that_is_gone_is_no_process(tmp_path):
    (tmp_path / "stack.pid").write_text("999999999 12345")
    assert not is_running("stack", tmp_path)
    assert not stop("stack", tmp_path)


@pytest.mark.parametrize("began", ["12345", ""])
def test_a_process_that_has_the_number_by_now_is_not_ours_to_kill(tmp_path, began):
    pid = start("stack", ["sleep", "60"], dict(os.environ), tmp_path)
    ours = (tmp_path / "stack.pid").read_text()
    assert ours.split()[0] == str(pid)
    try:
        (tmp_path / "stack.pid").write_text(f"{pid} {began}")
        assert not is_running("stack", tmp_path)
        assert not stop("stack", tmp_path)
        assert lives(pid)
    finally:
        (tmp_path / "stack.pid").write_text(ours)
        assert stop("stack", tmp_path)


def test_a_taken_port_names_its_variable():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(StackError, match="AIRFLOW_PORT"):
            require_free(taken.getsockname()[1], "AIRFLOW_PORT")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_sandbox_that_runs_is_used_on_its_port_and_refused_on_another(tmp_path):
    running = LocalSandbox(tmp_path, free_port(), ("--generate", "1"))
    running.start()
    try:
        LocalSandbox(tmp_path, running.port).start()
        other = LocalSandbox(tmp_path, free_port())
        said = rf"on port {running.port} and not on {other.port}.*make down"
        with pytest.raises(StackError, match=said):
            other.start(patience=0)
    finally:
        assert running.stop()


def test_an_airflow_that_runs_is_refused_on_another_port(tmp_path):
    start("airflow", ["sleep", "60"], dict(os.environ), tmp_path, port=1234)
    try:
        LocalAirflow(tmp_path, 1234).require_port()
        with pytest.raises(StackError, match="on port 1234 and not on 1235.*AIRFLOW_PORT=1234"):
            LocalAirflow(tmp_path, 1235).require_port()
    finally:
        assert stop("airflow", tmp_path)


def test_a_port_of_a_process_that_is_gone_is_forgotten(tmp_path):
    start("airflow", ["true"], dict(os.environ), tmp_path, port=1234)
    deadline = time.monotonic() + 10
    while is_running("airflow", tmp_path) and time.monotonic() < deadline:
        time.sleep(0.05)
    require_same_port("airflow", tmp_path, 1235, "AIRFLOW_PORT")
