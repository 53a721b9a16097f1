import os
import signal
import subprocess
import sys
import threading

import pytest

from include.warehouse.errors import PortalLocked
from include.warehouse.lock import lock_holder, portal_lock

HOLD = """
import sys, time
from pathlib import Path
from include.warehouse.files import PortalFiles
from include.warehouse.lock import portal_lock
with portal_lock(PortalFiles(Path(sys.argv[1]), sys.argv[2]), "sync --portal other"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def other(files):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(files.data_dir), files.portal_id],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()


def test_the_second_command_is_told_who_holds_the_portal(files, other):
    with pytest.raises(PortalLocked) as refused, portal_lock(files, "build"):
        pytest.fail("held by two")
    assert refused.value.holder["pid"] == other.pid
    assert refused.value.holder["command"] == "sync --portal other"
    assert refused.value.holder["host"]
    assert refused.value.holder["since"].endswith("Z")
    assert "nothing was changed" in str(refused.value)
    assert lock_holder(files)["pid"] == other.pid


def test_a_holder_that_is_killed_frees_the_portal(files, other):
    os.kill(other.pid, signal.SIGKILL)
    other.wait()
    assert lock_holder(files) is None
    with portal_lock(files, "build"):
        assert lock_holder(files)["command"] == "build"
    assert lock_holder(files) is None


def test_who_waits_gets_the_portal_when_it_is_free(files, other):
    threading.Timer(0.4, other.kill).start()
    with portal_lock(files, "build", wait=True):
        assert other.wait(10) == -signal.SIGKILL


def test_two_threads_of_one_process_do_not_share_it(files):
    with (
        portal_lock(files, "first"),
        pytest.raises(PortalLocked, match="`first`"),
        portal_lock(files, "second"),
    ):
        pytest.fail("held by two")


def test_looking_who_holds_it_does_not_get_in_the_way(files):
    stop = threading.Event()

    def look():
        while not stop.is_set():
            lock_holder(files)

    looker = threading.Thread(target=look)
    looker.start()
    try:
        for number in range(50):
            with portal_lock(files, f"command {number}"):
                pass
    finally:
        stop.set()
        looker.join()


def test_a_portal_is_free_again_after_an_error(files):
    with pytest.raises(RuntimeError), portal_lock(files, "sync"):
        raise RuntimeError
    with portal_lock(files, "sync"):
        pass


def test_portals_do_not_share_a_lock(files, tmp_path):
    neighbour = type(files)(tmp_path / "data", "5")
    with portal_lock(files, "sync"), portal_lock(neighbour, "sync"):
        assert lock_holder(neighbour)
