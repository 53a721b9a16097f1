"""A candidate is published only when it was built, to its end, from what is loaded now."""

import pytest

from include.warehouse.candidate import forget_build, record_build, require_build
from include.warehouse.errors import NothingToPublish
from include.warehouse.load import load_pending
from include.warehouse.standing import standing
from tests.include.warehouse.marts import build
from tests.include.warehouse.rows import at, begin, record, run_id


def night(files, number, *, is_whole=True, **proof):
    run = begin(files, number)
    run.write("tickets", [record("1", number)], at(number))
    run.commit(data_as_of=at(number), cursors={}, is_whole=is_whole, **proof)
    load_pending(files)


def test_a_window_moves_the_run_but_not_the_moment_that_marts_speak_of(files):
    night(files, 1, complete_through=at(0))
    night(files, 2, is_whole=False)
    found = standing(files)
    assert (found.run_id, found.data_as_of) == (run_id(2), at(1))
    assert found.complete_through == at(0)


def test_marts_of_windows_alone_would_speak_of_no_moment(files):
    with pytest.raises(NothingToPublish, match="no whole read yet"):
        standing(files)
    night(files, 1, is_whole=False)
    with pytest.raises(NothingToPublish, match="no whole read yet"):
        standing(files)


def test_a_build_that_did_not_end_cannot_be_published(files):
    night(files, 1)
    build(files, "a")
    with pytest.raises(NothingToPublish, match="not built to its end"):
        require_build(files, standing(files))
    record_build(files, standing(files))
    require_build(files, standing(files))
    forget_build(files)
    with pytest.raises(NothingToPublish, match="not built to its end"):
        require_build(files, standing(files))


def test_a_build_from_before_the_newest_load_cannot_be_published(files):
    night(files, 1)
    build(files, "a")
    record_build(files, standing(files))
    night(files, 2)
    with pytest.raises(NothingToPublish, match=f"built from run {run_id(1)}"):
        require_build(files, standing(files))


def test_a_damaged_candidate_is_made_anew(files):
    files.candidate.parent.mkdir(parents=True, exist_ok=True)
    files.candidate.write_bytes(b"not a database" * 1000)
    forget_build(files)
    assert not files.candidate.exists()
