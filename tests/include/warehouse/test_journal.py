"""What a run was told is found again, entry by entry, up to the last whole one."""

import inspect
import runpy
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.warehouse.journal import KEY_BYTES, Journal

ENTRIES = st.lists(st.tuples(st.sampled_from([b"a" * 16, b"b" * 16]), st.binary(max_size=200)))


def open_at(path):
    return Journal(path)


def keep_all(path, entries):
    """Keep entries; returns the file's size after each, with that of none."""
    sizes = [0]
    journal = open_at(path)
    for key, content in entries:
        journal.keep(key, content)
        sizes.append(path.stat().st_size)
    journal.close()
    return sizes


def found_in(path):
    journal = open_at(path)
    found = {}
    for key in (b"a" * 16, b"b" * 16):
        while (content := journal.find(key)) is not None:
            found.setdefault(key, []).append(content)
    journal.close()
    return found


def grouped(entries):
    found = {}
    for key, content in entries:
        found.setdefault(key, []).append(content)
    return found


@settings(max_examples=40, deadline=None)
@given(ENTRIES, st.integers(0, 400))
def test_what_was_whole_before_the_end_was_cut_off_is_found_once_and_in_order(
    tmp_path_factory, entries, lost
):
    path = tmp_path_factory.mktemp("journal") / "answers"
    sizes = keep_all(path, entries)
    left = max(0, sizes[-1] - lost)
    with path.open("r+b") as file:
        file.truncate(left)
    whole = max(n for n, size in enumerate(sizes) if size <= left)
    assert found_in(path) == grouped(entries[:whole])
    # and it goes on from there
    keep_all(path, [(b"b" * 16, b"more")])
    assert found_in(path) == grouped([*entries[:whole], (b"b" * 16, b"more")])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_damaged_entry_ends_the_journal(tmp_path_factory, at, flipped):
    path = tmp_path_factory.mktemp("journal") / "answers"
    entries = [(b"a" * 16, bytes([n]) * 50) for n in range(5)]
    sizes = keep_all(path, entries)
    damaged = bytearray(path.read_bytes())
    at %= len(damaged)
    damaged[at] ^= flipped
    path.write_bytes(damaged)
    before = max(n for n, size in enumerate(sizes) if size <= at)
    assert found_in(path) == grouped(entries[:before])


@pytest.mark.parametrize("garbage", [b"\xff" * 7, b"\xff" * 64, bytes(64)])
def test_garbage_is_no_entry(tmp_path, garbage):
    path = tmp_path / "answers"
    path.write_bytes(garbage)
    assert found_in(path) == {}
    assert path.stat().st_size == 0


def test_many_threads_keep_and_find(tmp_path):
    keys = [n.to_bytes(KEY_BYTES, "big") for n in range(200)]
    journal = open_at(tmp_path / "answers")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: journal.keep(key, key * 100), keys))
    journal.close()
    journal = open_at(tmp_path / "answers")
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(journal.find, keys)) == [key * 100 for key in keys]
    assert len(journal) == 0
    journal.close()


def test_it_keeps_where_the_system_syncs_whole_files_only(tmp_path, monkeypatch):
    monkeypatch.delattr("os.fdatasync")  # as on macOS
    module = runpy.run_path(inspect.getfile(Journal))
    journal = module["Journal"](tmp_path / "journal")
    journal.keep(b"a" * 16, b"told")
    journal.close()
    assert found_in(tmp_path / "journal") == {b"a" * 16: [b"told"]}
