from concurrent.futures import ThreadPoolExecutor

import pytest

from include.warehouse import stored
from include.warehouse.connection import open_warehouse
from include.warehouse.errors import WarehouseBusy
from include.warehouse.known import KnownVersions, cursors
from include.warehouse.load import load_pending
from tests.include.warehouse.rows import at, begin, edge, entry, land_and_load, read_of, record


@pytest.fixture
def portal(files):
    land_and_load(
        files,
        1,
        10,
        tickets=[record("1", 5), record("2", 6), record("3", 7, archived=True)],
        contacts=[record("c1", 5)],
        ticket_property_history=[entry("1", "a", 3, "x"), entry("2", "a", 4, "y")],
        ticket_associations=[edge("1", "c1"), edge("1", "c2"), edge("1", "k", "companies")],
        ticket_association_reads=[read_of("1"), read_of("1", "companies")],
        cursors={"tickets": at(8)},
    )
    return files


def test_stale_is_what_is_unknown_older_or_archived(portal):
    with KnownVersions(portal) as known:
        hits = [("9", at(1)), ("1", at(5)), ("2", at(6.001)), ("3", at(7)), ("1", at(4))]
        assert known.stale("tickets", hits) == ["9", "2", "3"]


def test_a_hit_twice_counts_by_its_newest_time_and_is_read_once(portal):
    with KnownVersions(portal) as known:
        assert known.stale("tickets", [("1", at(9)), ("2", at(6)), ("1", at(5))]) == ["1"]


def test_missing_is_what_raw_has_no_version_of(portal):
    with KnownVersions(portal) as known:
        assert known.missing("contacts", ["c9", "c1", "c9", "c2"]) == ["c9", "c2"]
        assert known.missing("tickets", {"3"}) == []


def test_referenced_is_what_a_ticket_is_or_was_linked_to(portal):
    land_and_load(portal, 2, 20, ticket_association_reads=[read_of("1")])
    with KnownVersions(portal) as known:
        assert known.referenced("contacts", ["c3", "c2", "k", "c1", "c2"]) == ["c2", "c1"]
        assert known.referenced("companies", ["k", "c1"]) == ["k"]
        assert known.referenced("deals", ["k"]) == []


def test_it_has_any_of_what_was_ever_stored(portal):
    with KnownVersions(portal) as known:
        assert known.has_any("tickets")
        assert not known.has_any("deals")


def test_what_does_not_fit_in_its_memory_goes_to_disk(portal, monkeypatch):
    monkeypatch.setattr(stored, "AT_MOST", "32MB")
    rows = 3_000_000  # 48 MB at the least, each id in place
    many = f"select (1000000000 + n)::varchar as id from range({rows}) as numbers(n)"
    with KnownVersions(portal) as known:
        assert known._copy("many", many)
        assert known._ask("select count(*) from many where id > '1'") == {rows}
        assert list(portal.candidate.with_name("known.spill").iterdir())
    assert not portal.candidate.with_name("known.spill").exists()


def test_who_asks_without_the_lock_leaves_the_copies_of_a_read_alone(portal, monkeypatch):
    monkeypatch.setattr(stored, "AT_MOST", "32MB")
    rows = 3_000_000
    many = f"select (1000000000 + n)::varchar as id from range({rows}) as numbers(n)"
    with KnownVersions(portal) as reading:
        assert reading._copy("many", many)
        with KnownVersions(portal, may_copy=False) as asking:
            assert asking.count("tickets") == 2
            with pytest.raises(RuntimeError, match="lock"):
                asking.missing("tickets", ["1"])
        assert list(portal.candidate.with_name("known.spill").iterdir())
        assert reading._ask("select count(*) from many where id > '1'") == {rows}


def test_archived_ids(portal):
    undated = {**record("4", 7, archived=True), "archived_at": None}
    land_and_load(portal, 2, 20, tickets=[undated])
    with KnownVersions(portal) as known:
        assert known.archived_ids("tickets", since=at(7)) == ["3"]
        assert known.archived_ids("tickets", since=at(7.1)) == []
        assert known.archived_ids("tickets") == ["3", "4"]
        assert known.archived_ids("contacts") == []


def test_archived_since_a_later_moment_is_not_archived_so(portal):
    undated = {**record("4", 7, archived=True), "archived_at": None}
    land_and_load(portal, 2, 20, tickets=[undated])
    listed = [("1", at(7)), ("3", at(7)), ("4", at(9)), ("9", at(9))]
    with KnownVersions(portal) as known:
        assert known.not_archived_so("tickets", listed) == ["1", "9"]
        assert known.not_archived_so("tickets", [("3", at(7.01)), ("3", None)]) == []
        assert known.not_archived_so("tickets", [("3", at(7.02))]) == ["3"]
        assert known.not_archived_so("deals", [("3", None)]) == ["3"]


def test_count_of_what_stands_and_of_what_was_modified_since(portal):
    part = {**record("4", 9), "is_partial": True}
    land_and_load(portal, 2, 20, tickets=[part])
    with KnownVersions(portal) as known:
        assert known.count("tickets") == 3
        assert known.count("tickets", at(5)) == 2
        assert known.count("tickets", at(5.1)) == 1
        assert known.count("deals") == 0


def test_tickets_are_read_until_the_last_answer_or_the_last_run(portal):
    with KnownVersions(portal) as known:
        assert known.tickets_read_until() == at(10)
    land_and_load(portal, 2, 20, contacts=[record("c2", 5)])
    with KnownVersions(portal) as known:
        assert known.tickets_read_until() == at(20)
    # gone on with after a cut: as of its beginning
    run = begin(portal, 3)
    run.write("tickets", [record("1", 6)], at(50))
    run.commit(data_as_of=at(30), cursors={})
    load_pending(portal)
    with KnownVersions(portal) as known:
        assert known.tickets_read_until() == at(50)


def test_a_property_was_seen_if_it_was_ever_listed(portal):
    def listed(*properties):
        return [{"object_type": "tickets", "name": n, "archived": a} for n, a in properties]

    first = listed(("subject", False), ("binned", True), ("gone", False))
    land_and_load(portal, 2, 20, properties=first)
    land_and_load(portal, 3, 30, properties=first[:2])
    with KnownVersions(portal) as known:
        assert known.property_names("tickets") == {"subject"}
        assert known.property_names_ever("tickets") == {"subject", "binned", "gone"}
        assert known.property_names_ever("contacts") == set()


def test_tickets_changed_between_is_half_open(portal):
    with KnownVersions(portal) as known:
        assert known.tickets_changed_between(at(3), at(4)) == ["1"]
        assert known.tickets_changed_between(at(4), at(5)) == ["2"]
        assert known.tickets_changed_between(at(0), at(3)) == []
        assert known.tickets_changed_between(at(0), at(9)) == ["1", "2"]


def test_without_a_warehouse_nothing_is_known(files):
    with KnownVersions(files) as known:
        assert known.stale("tickets", [("2", at(1)), ("1", at(1)), ("2", at(0))]) == ["2", "1"]
        assert known.missing("tickets", ["2", "1", "2"]) == ["2", "1"]
        assert known.referenced("contacts", ["c1"]) == []
        assert known.archived_ids("tickets") == []
        assert known.tickets_changed_between(at(0), at(9)) == []
        assert known.not_archived_so("tickets", [("1", at(1))]) == ["1"]
        assert known.tickets_read_until() is None
        assert known.count("tickets", at(1)) == 0
    assert cursors(files) == {}
    assert not files.warehouse.exists()


def test_no_hits_are_no_questions(portal):
    with KnownVersions(portal) as known:
        assert known.stale("tickets", []) == []
        assert known.missing("tickets", []) == []
        assert known.referenced("contacts", []) == []


def test_the_warehouse_stays_free_for_a_writer_meanwhile(portal):
    with KnownVersions(portal) as known:
        assert known.stale("tickets", [("1", at(5))]) == []
        with open_warehouse(portal.warehouse) as connection:
            connection.execute("delete from raw.tickets")
        assert known.stale("tickets", [("1", at(5))]) == []


def test_threads_may_ask_at_once(portal):
    with KnownVersions(portal) as known, ThreadPoolExecutor(8) as pool:
        asked = [
            pool.submit(known.stale, "tickets", [("1", at(5)), ("9", at(5))]) for _ in range(64)
        ]
        asked += [pool.submit(known.referenced, "contacts", ["c1", "9"]) for _ in range(64)]
        answers = [one.result() for one in asked]
    assert answers == [["9"]] * 64 + [["c1"]] * 64


def test_a_warehouse_being_written_elsewhere_is_said(portal, writer):
    with writer(portal.warehouse) as pid:
        with pytest.raises(WarehouseBusy, match=str(pid)):
            cursors(portal)
        with KnownVersions(portal) as known, pytest.raises(WarehouseBusy):
            known.stale("tickets", [("1", at(5))])
    assert cursors(portal) == {"tickets": at(8)}


def test_only_object_streams_have_versions(portal):
    with KnownVersions(portal) as known, pytest.raises(ValueError, match="not an object stream"):
        known.stale("owners", [("1", at(5))])


def test_live_is_what_is_stored_and_not_archived(portal):
    with KnownVersions(portal) as known:
        assert known.live("tickets", ["9", "3", "2", "1", "2"]) == ["2", "1"]


def test_open_tickets_stand_in_no_closed_stage(files):
    stages = [
        {"pipeline_id": "0", "id": stage, "is_closed": stage == "4", "archived": False}
        for stage in ("1", "4")
    ]
    tickets = [
        record("1", 5, hs_pipeline_stage="1"),
        record("2", 5, hs_pipeline_stage="4"),
        record("3", 5, hs_pipeline_stage="deleted"),
        record("4", 5, archived=True, hs_pipeline_stage="1"),
    ]
    land_and_load(files, 1, 10, tickets=tickets, stages=stages)
    with KnownVersions(files) as known:
        assert known.open_tickets() == ["1", "3"]
        assert known.stage_ids() == {"1", "4"}
        assert known.records("tickets", ["2", "9"]) == {"2": '{"hs_pipeline_stage":"4"}'}


def test_property_names_are_those_defined_at_the_last_load(files):
    def defined(*names):
        return [
            {"object_type": "tickets", "name": name, "archived": name == "old"} for name in names
        ]

    land_and_load(files, 1, 10, properties=defined("a", "b", "old"))
    land_and_load(files, 2, 20, properties=defined("a", "c", "old"))
    with KnownVersions(files) as known:
        assert known.property_names("tickets") == {"a", "c"}
        assert known.property_names("contacts") == set()


def test_messages_are_asked_about_as_all_else_is(files):
    land_and_load(files, 1, 10, messages=[record("m1", 5), record("m2", 6, archived=True)])
    with KnownVersions(files) as known:
        assert known.stale("messages", [("m1", at(5)), ("m1", at(4)), ("m3", at(1))]) == ["m3"]
        assert known.stale("messages", [("m1", at(6)), ("m2", at(6))]) == ["m1", "m2"]
        assert known.missing("messages", ["m3", "m1"]) == ["m3"]
        assert known.live_ids("messages") == ["m1"]
        assert known.live("messages", ["m1", "m2"]) == ["m1"]
        assert known.archived_ids("messages") == ["m2"]
        assert known.archived_ids("messages", since=at(7)) == []
