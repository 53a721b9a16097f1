"""What `make demo` starts is found again, and `make down` leaves no child behind."""

import os
import socket
import time

import pytest

from local.processes import StackError, is_running, require_free, start, stop


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
