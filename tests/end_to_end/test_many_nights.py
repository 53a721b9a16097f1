"""Nights that a build may not go on from, and nights in which everything happens."""

import os
import signal
import time

import pytest

from tests.end_to_end.test_nights import SYNC, differences_from_a_full_refresh, mutate

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]
# What dbt's log says of each model that is built.
MODEL_DONE = "Finished running node model."


def test_a_build_that_was_killed_is_not_gone_on_from(sandbox, project_for):
    portal = sandbox(generate=60)
    project = project_for(portal)
    project.result(*SYNC)
    mutate(portal, 4, changes=20)
    project.result(*SYNC, "--until-step", "load")
    _killed_in_the_middle(project)
    assert project.result(*SYNC)["build"]["is_full"]
    mutate(portal, 5, changes=10)
    assert not project.result(*SYNC)["build"]["is_full"]
    assert differences_from_a_full_refresh(project, project) == []


def _killed_in_the_middle(project):
    """Start a build and kill it, dbt too, when some models are new and others are not."""
    log = project.root / "dbt/logs/dbt.log"
    before = log.read_text("utf-8").count(MODEL_DONE)
    build = project.start("build", "--portal", "test")
    deadline = time.monotonic() + 600
    while log.read_text("utf-8").count(MODEL_DONE) < before + 60:
        assert build.poll() is None, build.stderr.read()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.killpg(build.pid, signal.SIGKILL)
    build.wait()


def test_nights_of_every_change_equal_one_full_refresh(sandbox, project_for):
    portal = sandbox(generate=60)
    project = project_for(portal)
    project.result(*SYNC)
    for night in (1, 2, 3):
        mutate(portal, night, changes=20, archives=2, merges=2, links=5)
        assert not project.result(*SYNC)["build"]["is_full"]
    assert differences_from_a_full_refresh(project, project) == []
