import subprocess
import sys

import orjson
import pytest

from include.warehouse.errors import LandingCorrupt, WarehouseBusy, WarehouseUnreadable
from include.warehouse.known import KnownVersions, cursors
from include.warehouse.load import load_pending
from include.warehouse.rebuild import rebuild
from tests.include.warehouse.rows import (
    at,
    begin,
    edge,
    entry,
    land,
    land_and_load,
    minute,
    query,
    raw_tables,
    read_of,
    record,
    run_id,
)

A_RUN = {
    "tickets": [record("1", 5, subject="a"), record("2", 6, subject="b")],
    "ticket_property_history": [entry("1", "subject", 5, "a"), entry("1", "subject", 5, "a", 2)],
    "ticket_associations": [edge("1", "c1")],
    "ticket_association_reads": [read_of("1"), read_of("2")],
    "owners": [{"id": "o1", "email": "o@example.com"}],
}


def test_rows_and_cursors_arrive_together(files):
    land(files, 1, 10, cursors={"tickets": at(8)}, **A_RUN)
    (result,) = load_pending(files)
    assert result.run_id == run_id(1)
    assert result.rows_by_stream == {name: len(rows) for name, rows in A_RUN.items()}
    assert cursors(files) == {"tickets": at(8)}
    loads = query(files, "select run_id, mode, data_as_of, rows from raw.loads")
    assert loads[0][:3] == (run_id(1), "incremental", at(10).replace(tzinfo=None))
    assert orjson.loads(loads[0][3]) == result.rows_by_stream


def test_every_row_says_where_it_came_from(files):
    land_and_load(files, 1, 10, **A_RUN)
    for table in A_RUN:
        columns = "_portal_id, _run_id, _extracted_at, _source_file"
        meta = query(files, f"select distinct {columns} from raw.{table}")
        wanted = f"landing/{run_id(1)}/{table}.parquet"
        assert meta == [(files.portal_id, run_id(1), at(10).replace(tzinfo=None), wanted)]


def test_loading_again_changes_nothing(files):
    land(files, 1, 10, **A_RUN)
    assert len(load_pending(files)) == 1
    before = raw_tables(files)
    assert load_pending(files) == []
    assert raw_tables(files) == before


def test_the_same_rows_in_a_later_run_are_no_new_rows(files):
    land_and_load(files, 1, 10, **A_RUN)
    counts = {table: len(rows) for table, rows in raw_tables(files).items()}
    land_and_load(files, 2, 20, **A_RUN)
    again = {table: len(rows) for table, rows in raw_tables(files).items()}
    assert again == counts | {"loads": 2}


def test_an_older_version_never_wins(files):
    land_and_load(files, 1, 10, tickets=[record("1", 9, subject="new")])
    land_and_load(files, 2, 20, tickets=[record("1", 3, subject="old")])
    assert query(files, "select properties, _run_id from raw.tickets") == [
        ('{"subject":"new"}', run_id(1))
    ]


def test_of_two_answers_of_one_version_the_later_one_wins(files):
    run = begin(files, 1)
    run.write("tickets", [record("1", 9, state="second")], at(20))
    run.write("tickets", [record("1", 9, state="first")], at(10))
    run.commit(data_as_of=at(20), cursors={})
    load_pending(files)
    assert query(files, "select properties from raw.tickets") == [('{"state":"second"}',)]


def test_history_is_never_changed_or_dropped(files):
    land_and_load(files, 1, 10, ticket_property_history=[entry("1", "a", 1, "x")])
    other = {**entry("1", "a", 1, "x"), "source_type": "IMPORT"}
    land_and_load(files, 2, 20, ticket_property_history=[other, entry("1", "a", 2, "")])
    found = query(files, "select value, source_type, _run_id[-1] from raw.ticket_property_history")
    assert sorted(found) == [("", "CRM_UI", "2"), ("x", "CRM_UI", "1")]


def test_what_a_snapshot_lacks_is_kept_as_a_tombstone_until_it_comes_back(files):
    def owners():
        found = query(files, "select id, removed_at from raw.owners order by 1")
        return [(owner, removed and minute(removed)) for owner, removed in found]

    land_and_load(files, 1, 10, owners=[{"id": "a"}, {"id": "b"}])
    land_and_load(files, 2, 20, owners=[{"id": "b"}])
    assert owners() == [("a", 20.0), ("b", None)]
    land_and_load(files, 3, 30, tickets=[])
    land_and_load(files, 4, 40, owners=[{"id": "b"}])
    assert owners() == [("a", 20.0), ("b", None)]
    land_and_load(files, 5, 50, owners=[{"id": "a"}])
    assert owners() == [("a", None), ("b", 50.0)]
    land_and_load(files, 6, 60, owners=[])
    assert owners() == [("a", 60.0), ("b", 50.0)]


def test_a_list_of_ticket_properties_says_nothing_about_contact_properties(files):
    both = [{"object_type": kind, "name": "email"} for kind in ("tickets", "contacts")]
    land_and_load(files, 1, 10, properties=both)
    land_and_load(files, 2, 20, properties=[{"object_type": "tickets", "name": "subject"}])
    removed = query(files, "select object_type, name from raw.properties where removed_at notnull")
    assert removed == [("tickets", "email")]


def test_a_late_run_moves_no_cursor_back(files):
    land(files, 1, 10, cursors={"tickets": at(9), "contacts": at(2)}, tickets=[])
    land(files, 2, 20, cursors={"tickets": at(4), "contacts": at(3)}, tickets=[])
    load_pending(files)
    assert cursors(files) == {"tickets": at(9), "contacts": at(3)}
    land_and_load(files, 3, 30, tickets=[])
    assert cursors(files) == {"tickets": at(9), "contacts": at(3)}


def flip_a_byte(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut_short(path):
    path.write_bytes(path.read_bytes()[:-9])


@pytest.mark.parametrize("damage", [flip_a_byte, cut_short, lambda path: path.unlink()])
def test_a_damaged_landing_stops_the_load_and_changes_nothing(files, damage):
    land_and_load(files, 1, 10, **A_RUN)
    before = raw_tables(files)
    land(files, 2, 20, cursors={"tickets": at(19)}, tickets=[record("3", 15)], owners=[])
    path = files.landing / run_id(2) / "owners.parquet"
    damage(path)
    with pytest.raises(LandingCorrupt) as stopped:
        load_pending(files)
    assert stopped.value.path == path
    assert "nothing of its run was loaded" in str(stopped.value)
    assert raw_tables(files) == before


def test_runs_before_a_damaged_one_are_loaded_and_it_is_once_repaired(files):
    land(files, 1, 10, tickets=[record("1", 5)])
    land(files, 2, 20, tickets=[record("2", 15)])
    land(files, 3, 30, tickets=[record("3", 25)])
    path = files.landing / run_id(2) / "tickets.parquet"
    whole = path.read_bytes()
    flip_a_byte(path)
    with pytest.raises(LandingCorrupt):
        load_pending(files)
    assert query(files, "select run_id from raw.loads") == [(run_id(1),)]
    path.write_bytes(whole)
    assert [result.run_id for result in load_pending(files)] == [run_id(2), run_id(3)]


def test_a_stream_of_a_newer_project_is_named(files):
    land(files, 1, 10, owners=[])
    manifest = files.landing / run_id(1) / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(b'"stream": "owners"', b'"stream": "leads"'))
    with pytest.raises(LandingCorrupt, match="unknown stream leads"):
        load_pending(files)


def test_a_folder_with_a_pattern_in_its_name_is_a_folder(tmp_path, files):
    odd = type(files)(tmp_path / "o'dd [a-c] *", files.portal_id).ensure()
    land_and_load(odd, 1, 10, **A_RUN)
    assert query(odd, "select count(*) from raw.tickets") == [(2,)]


def test_a_warehouse_open_elsewhere_is_said_with_the_process(files, reader):
    land(files, 1, 10, **A_RUN)
    load_pending(files)
    land(files, 2, 20, **A_RUN)
    with reader(files.warehouse) as pid, pytest.raises(WarehouseBusy, match=str(pid)):
        load_pending(files)
    assert len(load_pending(files)) == 1


def test_a_file_that_is_no_warehouse_is_named_with_the_way_out(files):
    land(files, 1, 10, **A_RUN)
    files.warehouse.write_bytes(b"not a database" * 1000)
    with pytest.raises(WarehouseUnreadable, match="`rebuild`"):
        load_pending(files)


def test_nothing_landed_is_nothing_to_load(files):
    assert load_pending(files) == []
    assert not files.warehouse.exists()


DIE_AFTER_COMMIT = """
import os, sys, duckdb
connection = duckdb.connect(sys.argv[1])
connection.execute("update raw.cursors set cursor_at = timestamp '2026-03-01 00:09:00'")
os.kill(os.getpid(), 9)
"""


def test_what_was_committed_before_a_kill_is_known_to_readers_at_once(files):
    land_and_load(files, 1, 10, cursors={"tickets": at(8)}, tickets=[])
    subprocess.run([sys.executable, "-c", DIE_AFTER_COMMIT, str(files.warehouse)], check=False)
    assert files.warehouse.with_name("warehouse.duckdb.wal").exists()
    assert cursors(files) == {"tickets": at(9)}


def test_what_a_killed_load_spilled_is_removed(files):
    land(files, 1, 10, tickets=[record("1", 5)])
    spilled = files.root / "warehouse.duckdb.tmp" / "duckdb_temp_storage-0.tmp"
    spilled.parent.mkdir()
    spilled.write_bytes(b"x")
    load_pending(files)
    assert not spilled.exists()


def partial(ticket, updated, **properties):
    return {**record(ticket, updated, **properties), "is_partial": True}


def test_a_partial_row_is_laid_over_what_is_stored_and_makes_it_no_newer(files):
    land_and_load(files, 1, 10, tickets=[record("1", 5, a="1", b="2", c="3")])
    land_and_load(files, 2, 20, tickets=[partial("1", 15, a="9", b=None)])
    ((properties,),) = query(files, "select properties from raw.tickets")
    assert orjson.loads(properties) == {"a": "9", "c": "3"}
    assert query(files, "select updated_at, is_partial from raw.tickets") == [
        (at(5).replace(tzinfo=None), None)
    ]
    with KnownVersions(files) as known:
        assert known.stale("tickets", [("1", at(15))]) == ["1"]
    before = raw_tables(files)
    rebuild(files)
    assert raw_tables(files) == before


def test_a_record_known_in_part_is_read_whole_by_the_next_run(files):
    land_and_load(files, 1, 10, tickets=[partial("1", 5, a="1")])
    with KnownVersions(files) as known:
        assert known.stale("tickets", [("1", at(5))]) == ["1"]
    land_and_load(files, 2, 20, tickets=[record("1", 5, a="1", b="2")])
    assert query(files, "select properties, is_partial from raw.tickets") == [
        ('{"a":"1","b":"2"}', None)
    ]
    with KnownVersions(files) as known:
        assert known.stale("tickets", [("1", at(5))]) == []
