"""Processes that use one token keep one limit: real processes, real files, the real sandbox."""

import subprocess
import sys
import time
from contextlib import closing

import pytest

from include.hubspot.limits import ROLLING, SEARCH, ThreadLimiter
from include.hubspot.shared_windows import SharedWindows
from tests.conftest import start_sandbox

ASKING = """
import sys
from contextlib import closing
from pathlib import Path
from include.hubspot.limits import ThreadLimiter
from include.hubspot.session import HubSpotSession
from include.hubspot.shared_windows import SharedWindows

url, folder = sys.argv[1:]
with (
    closing(SharedWindows(Path(folder))) as windows,
    HubSpotSession(url, "sandbox-token", limiter=ThreadLimiter(windows)) as session,
):
    for _ in range(7):
        session.post("/crm/v3/objects/tickets/search", {"filterGroups": [], "limit": 1})
    assert session.calls.total() == 7, session.calls
"""

DYING = """
import os, sys
from pathlib import Path
from include.hubspot.limits import SEARCH, ThreadLimiter
from include.hubspot.shared_windows import SharedWindows

limiter = ThreadLimiter(SharedWindows(Path(sys.argv[1])))
for _ in range(5):
    limiter.acquire(SEARCH)
os.kill(os.getpid(), 9)
"""


@pytest.fixture
def limited_portal():
    server = start_sandbox(generate=5, limits="hubspot")
    yield server
    server.stop()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "limits"


@pytest.fixture
def limiter_of():
    opened = []

    def make(folder):
        opened.append(SharedWindows(folder))
        return ThreadLimiter(opened[-1])

    yield make
    for windows in opened:
        windows.close()


def run(script, *arguments):
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def test_three_processes_at_once_are_never_refused(limited_portal, folder):
    asking = [run(ASKING, limited_portal.url, folder) for _ in range(3)]
    assert [process.communicate(timeout=60)[1] for process in asking] == [""] * 3
    assert not list(folder.glob("*.alive"))


def test_what_one_process_sent_another_one_waits_for(limiter_of, folder):
    one, two, now = SharedWindows(folder), SharedWindows(folder), time.monotonic()
    with closing(one), closing(two):
        with one.open(now) as windows:
            for _ in range(5):
                windows[SEARCH].answered(windows[SEARCH].take(now, one.owner), now + 0.1)
        with two.open(now + 0.2) as windows:
            assert windows[SEARCH].wait(now + 0.2) > 0.8


def test_what_one_process_learnt_another_one_knows(limiter_of, folder):
    one = limiter_of(folder)
    told = {"X-HubSpot-RateLimit-Max": "2", "X-HubSpot-RateLimit-Remaining": "1"}
    one.release(one.acquire(ROLLING), told)
    with limiter_of(folder)._windows.open(time.monotonic()) as windows:
        assert windows[ROLLING].capacity == 2


def test_calls_of_a_killed_process_hold_nobody_up(limiter_of, folder):
    process = run(DYING, folder)
    assert process.wait(30) == -9
    permit = limiter_of(folder).acquire(SEARCH)
    assert 0.5 < permit.waited < 20  # a minute, if it counted as living
    assert len(list(folder.glob("*.alive"))) == 1


def test_calls_of_a_process_that_lives_are_waited_for(limiter_of, folder):
    one, two = limiter_of(folder), SharedWindows(folder)
    for _ in range(5):
        one.acquire(SEARCH)
    later = time.monotonic() + 100
    with closing(two), two.open(later) as windows:
        assert windows[SEARCH].wait(later) > 0


def test_a_refusal_of_one_process_stops_the_others(limiter_of, folder):
    began, two = time.monotonic(), SharedWindows(folder)
    limiter_of(folder).refused(SEARCH, 0.4)
    with closing(two), two.open(began) as windows:
        assert windows[SEARCH].wait(began) > 0.3


@pytest.mark.parametrize("text", ["{", "[]", '{"search": 1}', "\0" * 40])
def test_a_spoilt_file_closes_one_interval_and_is_mended(limiter_of, folder, text):
    folder.mkdir()
    (folder / "windows.json").write_text(text)
    limiter = limiter_of(folder)
    assert limiter.acquire(SEARCH).waited > 0.9
    with limiter._windows.open(time.monotonic()) as windows:
        assert windows[SEARCH].owners() == {limiter._windows.owner}


def test_a_clock_that_began_anew_closes_nothing(limiter_of, folder):
    before = SharedWindows(folder)
    with closing(before), before.open(time.monotonic() + 1e6) as windows:
        for _ in range(5):
            windows[SEARCH].answered(windows[SEARCH].take(1e9), time.monotonic() + 1e6)
        windows[ROLLING].close_until(time.monotonic() + 1e6)
    limiter = limiter_of(folder)
    assert limiter.acquire(SEARCH).waited < 0.5
    with limiter._windows.open(now := time.monotonic()) as windows:
        assert windows[ROLLING].wait(now) <= 10


def test_who_left_is_no_longer_asked_about(folder):
    with closing(SharedWindows(folder)):
        pass
    assert not list(folder.glob("*.alive"))
