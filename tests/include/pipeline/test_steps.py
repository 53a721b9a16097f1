"""The steps of a night, one after another or each by itself."""

import pytest

from include.pipeline.connections import Connection
from include.pipeline.requests import RunRequest
from include.pipeline.steps import Night
from tests.conftest import start_sandbox
from tests.faults.nights import Unlimited
from tests.include.pipeline.portals import Synced


@pytest.fixture
def sandbox():
    running = start_sandbox(generate=20, seed=4, limits="off")
    yield running
    running.stop()


def test_a_sweep_counts_what_landed_and_waits_as_there(sandbox, tmp_path, monkeypatch):
    synced = Synced(sandbox, tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setattr("include.pipeline.reading.reading.ThreadLimiter", Unlimited)
    connection = Connection(sandbox.url, sandbox.token)
    Night(synced.portal, connection).run(["extract"], command="a test")
    # as the DAG runs it: a task for each step, of which the first one is extract
    sweep = Night(synced.portal, connection, RunRequest("sweep"))
    proof = sweep.run(["extract"], command="a test")["extract"]["proof"]
    assert proof["live"] == len(synced.tickets()) > 0
    assert proof["missing"] == proof["relinked"] == 0
