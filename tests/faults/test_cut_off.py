"""A read that is cut off is gone on with: nothing read twice, nothing missing, nothing too new."""

import os
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta

import orjson
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from include.hubspot.spans import READERS
from include.pipeline.reading.reading import CALLS_IN_FLIGHT
from include.pipeline.requests import RunRequest
from tests.conftest import start_sandbox
from tests.faults.nights import CutOff, cut_off_after, night_of, tear

IN_FLIGHT = CALLS_IN_FLIGHT + READERS  # the workers, and the readers of searches
EVERY_RUN = 1  # whose token is this, and what time is it
# An example is a night: no smaller one is looked for, the cut that failed says enough.
QUICK = settings(
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
)


class Undisturbed:
    """Calls of a read that nothing disturbs, and what the warehouse holds after it."""

    def __init__(self, calls, tables) -> None:
        self.calls, self.tables = calls, tables


@pytest.fixture(scope="module")
def portal():
    # Pages of 200, 50 and 1,000 are one each: links of one record come two at a time.
    running = start_sandbox(generate=30, seed=4, limits="off", association_page_size=2)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def undisturbed(portal, tmp_path_factory):
    night = night_of(portal, tmp_path_factory.mktemp("undisturbed"))
    calls = sum(night.read().calls.values())
    return Undisturbed(calls, night.load())


def go_on(portal, folder, cuts):
    """Read with a cut after so many answers each, and then to the end; returns calls and night."""
    night = night_of(portal, folder)
    portal.control("DELETE", "requests")
    for answers, lost in cuts:
        with cut_off_after(answers), pytest.raises(CutOff):
            night.read()
        tear(night.journals[0], lost)
    night.read()
    return sum(row["count"] for row in portal.control("GET", "requests")["requests"]), night


def check_same(told, expected):
    wrong = [table for table, rows in expected.items() if told[table] != rows]
    assert not wrong, f"{wrong} differ"


def check_cuts(portal, undisturbed, folder, cuts):
    made, night = go_on(portal, folder, cuts)
    check_same(night.load(), undisturbed.tables)
    torn = sum(1 for _, lost in cuts if lost)
    assert made <= undisturbed.calls + len(cuts) * (EVERY_RUN + IN_FLIGHT) + torn
    assert len(night.manifests) == 1
    assert night.journals == []


def cuts(most):
    # few enough answers that every read is cut; torn by less than an answer
    return st.lists(st.tuples(st.integers(1, 20), st.integers(0, 60)), min_size=1, max_size=most)


def test_a_killed_process_leaves_what_the_next_one_goes_on_from(
    portal, undisturbed, project_for, tmp_path
):
    project = project_for(portal)
    killed = (
        "import os, signal, sys\n"
        "from itertools import count\n"
        "from include.warehouse.journal import Journal\n"
        "numbers, keep = count(1), Journal.keep\n"
        "def keep_or_die(*entry):\n"
        "    keep(*entry)\n"
        "    if next(numbers) == 25: os.kill(os.getpid(), signal.SIGKILL)\n"
        "Journal.keep = keep_or_die\n"
        "from include.pipeline.command_line import main\n"
        "sys.argv = ['include', 'sync', '--portal', 'test', '--until-step', 'load']\n"
        "main()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", killed], env=project.environment, check=False, capture_output=True
    )
    assert ended.returncode == -signal.SIGKILL
    portal.control("DELETE", "requests")
    finished = project.run("sync", "--portal", "test", "--until-step", "load")
    assert finished.returncode == 0, finished.stderr
    assert "going on with run" in finished.stderr
    made = sum(row["count"] for row in portal.control("GET", "requests")["requests"])
    assert made <= undisturbed.calls - 25 + EVERY_RUN + IN_FLIGHT
    night = night_of(portal, project.folder / "data")
    check_same(night.load(), undisturbed.tables)


@settings(QUICK, max_examples=3)
@given(cuts(1))
def test_a_read_cut_off_anywhere_ends_like_one_undisturbed(
    portal, undisturbed, tmp_path_factory, cuts
):
    check_cuts(portal, undisturbed, tmp_path_factory.mktemp("cut"), cuts)


@pytest.mark.slow
@settings(QUICK, max_examples=60)
@given(cuts(3))
def test_a_read_cut_off_again_and_again_ends_like_one_undisturbed(
    portal, undisturbed, tmp_path_factory, cuts
):
    check_cuts(portal, undisturbed, tmp_path_factory.mktemp("cut"), cuts)


@pytest.mark.slow
def test_what_changed_between_the_two_runs_is_the_next_nights(sandbox, tmp_path):
    portal = sandbox(generate=80, limits="off")
    night = night_of(portal, tmp_path / "cut")
    with cut_off_after(22), pytest.raises(CutOff):
        night.read()
    began = orjson.loads(night.journals[0].with_name("begun.json").read_bytes())["began"]
    time.sleep(1.1)  # HubSpot tells its time in whole seconds
    portal.control("POST", "mutate", {"seed": 3, "changes": 30, "archives": 3, "links": 5})
    manifest = night.read()
    assert any("going on with run" in line for line in night.said)
    began = datetime.fromisoformat(began)
    assert manifest.data_as_of - began < timedelta(seconds=1)
    assert set(manifest.cursors.values()) == {began - timedelta(minutes=60)}
    night.load()
    night.read()
    night.load()
    night.read(RunRequest(mode="sweep"))
    fresh = night_of(portal, tmp_path / "fresh")
    fresh.read()
    told, expected = night.load(), fresh.load()
    assert {row[0] for row in told["tickets"]} == {row[0] for row in expected["tickets"]}
    assert told["ticket_property_history"] == expected["ticket_property_history"]
    assert told["tickets"] == expected["tickets"]


def test_a_full_read_is_gone_on_with_by_the_night(portal, undisturbed, tmp_path):
    night = night_of(portal, tmp_path)
    with cut_off_after(25), pytest.raises(CutOff):
        night.read(RunRequest(mode="full"))
    # a DAG's form names what is read, a command leaves it out: the same is meant
    named = RunRequest(associations=night.portal.associations)
    assert night.read(named).mode == "full"
    check_same(night.load(), undisturbed.tables)


@pytest.mark.parametrize(
    ("asked", "idle", "kept"),
    [
        (RunRequest(associations=("contacts",)), timedelta(0), False),
        (RunRequest(), timedelta(hours=1), True),
        (RunRequest(), timedelta(hours=3), False),
    ],
    ids=["another request", "an hour ago", "short and hours ago"],
)
def test_only_the_same_read_is_gone_on_with_and_only_while_it_is_young(
    portal, tmp_path, asked, idle, kept
):
    night = night_of(portal, tmp_path)
    with cut_off_after(20), pytest.raises(CutOff):
        night.read()
    (journal,) = night.journals
    at = time.time() - idle.total_seconds()
    os.utime(journal, (at, at))
    manifest = night.read(asked)
    assert (manifest.run_id == journal.parent.name) is kept
    assert any(("going on" if kept else "discarded") in line for line in night.said)
    assert len(list(night.landing.iterdir())) == 1


def test_a_read_is_not_gone_on_with_once_another_has_landed(portal, tmp_path):
    night = night_of(portal, tmp_path)
    with cut_off_after(20), pytest.raises(CutOff):
        night.read(RunRequest(mode="full"))
    (cut_off,) = night.journals
    night.read(RunRequest(associations=("contacts",)))
    assert cut_off.parent.name not in {path.parent.name for path in night.manifests}
    assert night.read(RunRequest(mode="full")).run_id != cut_off.parent.name
