import pytest

from include.warehouse.lock import portal_lock
from include.warehouse.publish import approve, publish, stage
from include.warehouse.status import status
from tests.include.warehouse.marts import build
from tests.include.warehouse.rows import at, begin, land, land_and_load, record, run_id


@pytest.fixture
def portal(files):
    land_and_load(files, 1, 10, cursors={"tickets": at(8)}, tickets=[record("1", 5)])
    build(files, "a")
    stage(files, run_id(1), data_as_of=at(10), complete_through=None)
    approve(files)
    publish(files)
    land(files, 2, 20, tickets=[])
    begin(files, 3)
    return files


def test_it_says_how_far_the_portal_is(portal):
    found = status(portal)
    assert found["portal_id"] == portal.portal_id
    assert found["locked_by"] is None
    assert found["warehouse"] == {"state": "ready", "why": None}
    assert found["cursors"] == {"tickets": at(8)}
    assert [load["run_id"] for load in found["loads"]] == [run_id(1)]
    assert found["loads"][0]["data_as_of"] == at(10)
    assert found["loads"][0]["rows"] == {"tickets": 1}
    assert (found["landed_runs"], found["pending_runs"]) == (2, [run_id(2)])
    assert found["unfinished_runs"] == [run_id(3)]
    assert (found["published"]["version"], found["published"]["data_as_of"]) == (1, at(10))
    assert [kept["version"] for kept in found["generations"]] == [1]


def test_it_answers_while_another_process_writes(portal, writer):
    with writer(portal.warehouse) as pid:
        found = status(portal)
    assert found["warehouse"]["state"] == "busy"
    assert str(pid) in found["warehouse"]["why"]
    assert found["cursors"] is found["loads"] is found["pending_runs"] is None
    assert found["published"]["version"] == 1


def test_it_says_that_the_warehouse_cannot_be_read(portal):
    portal.warehouse.write_bytes(b"x" * 5000)
    found = status(portal)
    assert found["warehouse"]["state"] == "unreadable"
    assert "`rebuild`" in found["warehouse"]["why"]
    assert found["landed_runs"] == 2


def test_it_names_the_command_at_work(portal):
    with portal_lock(portal, "sync --portal sandbox"):
        assert status(portal)["locked_by"]["command"] == "sync --portal sandbox"


def test_a_portal_that_never_ran_has_a_status_and_gets_no_files(tmp_path, files):
    fresh = type(files)(tmp_path / "elsewhere", "5")
    found = status(fresh)
    assert found["warehouse"]["state"] == "absent"
    assert (found["cursors"], found["loads"], found["published"]) == ({}, [], None)
    assert not (tmp_path / "elsewhere").exists()
