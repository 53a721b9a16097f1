from include.warehouse.load import load_pending
from include.warehouse.owed import owed
from tests.include.warehouse.rows import at, begin


def run(files, number, *, skipped=(), mode="incremental", is_whole=True, read=("notes", "calls")):
    choices = {"associations": list(read), "skipped": dict.fromkeys(skipped, "no scope")}
    landing = begin(files, number, mode)
    landing.commit(data_as_of=at(number), cursors={}, choices=choices, is_whole=is_whole)
    load_pending(files)


def test_nothing_is_owed_before_the_first_load(files):
    assert owed(files) == frozenset()


def test_what_was_skipped_is_owed_until_a_whole_run_read_it(files):
    run(files, 1, skipped=["notes", "files"])
    assert owed(files) == {"notes", "files"}
    run(files, 2, skipped=["files"])
    assert owed(files) == {"files"}
    run(files, 3)
    assert owed(files) == frozenset()


def test_runs_count_in_the_order_in_which_they_were_loaded_whatever_a_clock_said(files):
    run(files, 2)
    run(files, 1, skipped=["files"])  # its id is of an earlier second
    assert owed(files) == {"files"}
    run(files, 0)
    assert owed(files) == frozenset()


def test_a_run_that_read_a_part_settles_nothing(files):
    run(files, 1, skipped=["notes"])
    run(files, 2, is_whole=False)
    run(files, 3, mode="sweep")
    run(files, 4, read=["calls"])
    assert owed(files) == {"notes"}


def test_a_sweep_and_a_window_can_owe_too(files):
    run(files, 1, skipped=["notes"], mode="sweep")
    run(files, 2, skipped=["calls"], mode="window", is_whole=False)
    assert owed(files) == {"notes", "calls"}
