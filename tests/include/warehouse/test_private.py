"""Others of a machine get what is published; all else is its owner's."""

import os
import stat

import pytest

from include.warehouse.candidate import record_build
from include.warehouse.connection import attached, open_memory, open_warehouse
from include.warehouse.rebuild import rebuild
from include.warehouse.standing import standing
from tests.include.warehouse.marts import build
from tests.include.warehouse.rows import land_and_load, record


@pytest.fixture(autouse=True)
def for_all_to_read():
    """The mask that most machines have."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_the_warehouse_its_log_and_what_it_spills_are_their_owners(tmp_path):
    path = tmp_path / "warehouse.duckdb"
    with open_warehouse(path) as connection:
        connection.execute("set memory_limit = '40MB'; set threads = 1")
        connection.execute("create table stored as select 1 as a")
        connection.execute(
            "create temp table much as "
            "select range as a, hash(range)::varchar as b from range(2000000)"
        )
        there = [path, path.with_name("warehouse.duckdb.wal")]
        spilled = list(path.with_name("warehouse.duckdb.tmp").iterdir())
        assert spilled
        assert {mode(one) for one in (*there, *spilled)} == {0o600}
    assert mode(path) == 0o600
    assert os.umask(0o022) == 0o022


def test_a_log_written_through_another_file_is_its_owners(tmp_path):
    path = tmp_path / "warehouse.duckdb"
    with open_memory() as memory, attached(memory, path, "stored", "read_write"):
        memory.execute("create table stored.t as select 1 as a")
        assert mode(path.with_name("warehouse.duckdb.wal")) == 0o600


def test_a_warehouse_that_all_could_read_is_its_owners_again(files):
    land_and_load(files, 1, 1, tickets=[record("1", 1)])
    files.warehouse.chmod(0o644)
    land_and_load(files, 2, 2, tickets=[record("2", 2)])
    assert mode(files.warehouse) == 0o600
    rebuild(files)
    assert mode(files.warehouse) == 0o600
    build(files, "a")
    record_build(files, standing(files))
    assert mode(files.warehouse) == 0o600
