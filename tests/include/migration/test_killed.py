"""Killed before and after every line of the ledger, and run again: as if nothing had happened."""

import multiprocessing
import os
import signal
from itertools import count

import pytest

from include.migration.ledger import Ledger
from tests.include.migration.end_state import end_state
from tests.include.migration.portal_state import snapshot

LINES = ("begin", "intend", "settle", "note_state")
LEAST_MOMENTS = 100  # of the full plan: two for each line
PARTS = 8
SAMPLE = (21, 72)
LEAST_MOMENTS_OF_UNDO = 20
SAMPLE_OF_UNDO = (12,)


def killed_at(do, files, plan_hash, moment):
    """Write or undo in a process of its own that dies at a moment: before a line, or after it."""
    passed = count(1)

    def deadly(method):
        def call(self, *arguments):
            if next(passed) == moment:
                os.kill(os.getpid(), signal.SIGKILL)
            result = method(self, *arguments)
            if next(passed) == moment:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return call

    for name in LINES:
        setattr(Ledger, name, deadly(getattr(Ledger, name)))
    do(files, plan_hash)


def run_until(do, files, plan_hash, moment):
    """Returns whether the moment came before the end."""
    context = multiprocessing.get_context("fork")
    process = context.Process(target=killed_at, args=(do, files, plan_hash, moment))
    process.start()
    process.join()  # a slow machine is no end: pytest's own limit stands
    assert process.exitcode in {0, -signal.SIGKILL}
    return process.exitcode == -signal.SIGKILL


@pytest.mark.parametrize("moment", SAMPLE)
def test_a_killed_migration_ends_as_an_undisturbed_one(tmp_path, portals, migrated, moment):
    files, seal = portals.full_plan().save(tmp_path)
    assert run_until(portals.write, files, seal.plan_hash, moment)
    assert portals.write(files, seal.plan_hash).failed == 0
    assert end_state(portals.target) == migrated


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_killed_at_every_line_of_the_ledger(tmp_path, portals, migrated, part):
    for moment in count(1 + part, PARTS):
        folder = tmp_path / str(moment)
        folder.mkdir()
        files, seal = portals.full_plan().save(folder)
        if not run_until(portals.write, files, seal.plan_hash, moment):
            break
        assert portals.write(files, seal.plan_hash).failed == 0
        assert end_state(portals.target) == migrated, f"killed at {moment}"
        portals.target.control("POST", "reset")
    assert moment > LEAST_MOMENTS


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS // 2))
def test_undo_takes_back_what_a_killed_migration_left(tmp_path, portals, untouched, part):
    for moment in count(1 + part, PARTS):
        folder = tmp_path / str(moment)
        folder.mkdir()
        files, seal = portals.full_plan().save(folder)
        if not run_until(portals.write, files, seal.plan_hash, moment):
            break
        if files.ledger.exists() and _is_begun(files, seal.plan_hash):
            assert portals.undo(files, seal.plan_hash).failures == []
        assert snapshot(portals.target) == untouched, f"killed at {moment}"
        portals.target.control("POST", "reset")
    assert moment > LEAST_MOMENTS


def undone_after_a_kill(portals, folder, moment):
    """Write, undo until a moment, undo again; returns whether the moment came before the end."""
    folder.mkdir()
    files, seal = portals.full_plan().save(folder)
    assert portals.write(files, seal.plan_hash).failed == 0
    was_killed = run_until(portals.undo, files, seal.plan_hash, moment)
    assert portals.undo(files, seal.plan_hash).failures == []
    return was_killed


@pytest.mark.parametrize("moment", SAMPLE_OF_UNDO)
def test_an_undo_that_was_killed_is_run_again(tmp_path, portals, untouched, moment):
    assert undone_after_a_kill(portals, tmp_path / "one", moment)
    assert snapshot(portals.target) == untouched


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS // 2))
def test_undo_killed_at_every_line_of_the_ledger(tmp_path, portals, untouched, part):
    for moment in count(1 + part, PARTS // 2):
        was_killed = undone_after_a_kill(portals, tmp_path / str(moment), moment)
        assert snapshot(portals.target) == untouched, f"killed at {moment}"
        portals.target.control("POST", "reset")
        if not was_killed:
            break
    assert moment > LEAST_MOMENTS_OF_UNDO


def _is_begun(files, plan_hash):
    with Ledger(files.ledger) as ledger:
        return ledger.of_plan(plan_hash) is not None
