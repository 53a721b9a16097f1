import random

import duckdb
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.warehouse.errors import LandingCorrupt, WarehouseError
from include.warehouse.files import PortalFiles
from include.warehouse.known import cursors
from include.warehouse.load import load_pending
from include.warehouse.rebuild import rebuild
from tests.include.warehouse.model import Model
from tests.include.warehouse.rows import (
    PORTAL_ID,
    at,
    begin,
    edge,
    entry,
    land,
    minute,
    query,
    raw_tables,
    read_of,
    record,
    run_id,
)

TICKETS = ("1", "2")
KINDS = ("contacts", "companies")


def land_at_random(files: PortalFiles, model: Model, number: int, dice: random.Random) -> None:
    """One run of random answers, told to the model as well. Clocks stand still, and go back."""
    run = begin(files, number)
    now = begun = max(0, number * 2 + dice.choice((-5, -2, -2, 0, 0, 0)))
    told = []
    for _ in range(dice.randrange(9)):
        now += dice.choice((0, 0, 1))
        told.append((now, len(told), *answer(run, dice, now)))
    for extracted, _, kind, *what in sorted(told, key=lambda one: one[:2]):
        if kind == "version":
            model.version(what[0], what[1], extracted, what[2])
        else:
            model.entry(what[0], number)
    for group, moment, members in land_sets(run, dice, begun):
        model.read(group, moment, members)
    if dice.random() < 0.5:
        owners = {owner for owner in "abc" if dice.random() < 0.6}
        run.write("owners", [{"id": owner} for owner in sorted(owners)], at(now))
        model.snapshot(owners, now)
    moved = now - dice.choice((0, 3))
    model.move(moved)
    run.commit(data_as_of=at(now), cursors={"tickets": at(moved)})


def answer(run, dice, now):
    ticket, updated = dice.choice(TICKETS), now - dice.choice((0, 0, 1, 4))
    if dice.random() < 0.6:
        value = str(dice.randrange(1000))
        run.write("tickets", [record(ticket, updated, v=value)], at(now))
        return "version", ticket, updated, value
    key = (ticket, dice.choice("ab"), updated, dice.choice(("x", "")), dice.choice((1, 2)))
    run.write("ticket_property_history", [entry(*key)], at(now))
    return "entry", key


def land_sets(run, dice, now):
    """Sets of links, each with its own read; several of one ticket in one run now and then."""
    told = []
    for _ in range(dice.randrange(4)):
        now += dice.choice((0, 1))
        groups = {(dice.choice(TICKETS), dice.choice(KINDS)) for _ in range(3)}
        for group in groups - {told_group for told_group, moment, _ in told if moment == now}:
            members = {m: dice.choice(("", "cc")) for m in "xyz" if dice.random() < 0.5}
            ticket, kind = group
            rows = [edge(ticket, m, kind, label) for m, label in members.items()]
            if rows:
                run.write("ticket_associations", rows, at(now))
            run.write("ticket_association_reads", [read_of(*group)], at(now))
            told.append((group, now, members))
    return told


def stored(files: PortalFiles) -> Model:
    """Read raw into the model's form."""
    found = Model()
    for ticket, updated, extracted, properties in query(
        files, "select id, updated_at, _extracted_at, properties from raw.tickets"
    ):
        value = orjson.loads(properties)["v"]
        found.tickets[ticket] = (minute(updated), minute(extracted), value)
    for *key, changed, value, occurrence, run in query(
        files,
        "select ticket_id, property_name, changed_at, value, occurrence, "
        "('0x' || _run_id[-6:])::int from raw.ticket_property_history",
    ):
        found.history[(*key, minute(changed), value, occurrence)] = run
    for *key, seen, gone, first, label in query(
        files,
        "select ticket_id, object_type, object_id, observed_at, gone_at, is_first_read, "
        "coalesce(types ->> '$[0].label', '') from raw.ticket_associations order by observed_at",
    ):
        span = [minute(seen), None if gone is None else minute(gone), first, label]
        found.windows[tuple(key)].append(span)
    for *group, first, last in query(
        files,
        "select ticket_id, object_type, first_read_at, last_read_at "
        "from raw.ticket_association_reads",
    ):
        found.reads[tuple(group)] = (minute(first), minute(last))
    for owner, removed in query(files, "select id, removed_at from raw.owners"):
        found.owners[owner] = None if removed is None else minute(removed)
    moved = cursors(files).get("tickets")
    found.cursor = None if moved is None else minute(moved)
    return found


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 9))
def test_any_sequence_of_runs_leaves_what_the_rules_say_and_a_rebuild_the_same(
    tmp_path_factory, seed, runs
):
    check_runs(tmp_path_factory.mktemp("data"), seed, runs)


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 15))
def test_any_long_sequence_of_runs_leaves_what_the_rules_say_and_a_rebuild_the_same(
    tmp_path_factory, seed, runs
):
    check_runs(tmp_path_factory.mktemp("data"), seed, runs)


def check_runs(folder, seed, runs):
    files = PortalFiles(folder, PORTAL_ID).ensure()
    dice, model = random.Random(seed), Model()
    for number in range(1, runs + 1):
        land_at_random(files, model, number, dice)
        if dice.random() < 0.7:
            load_pending(files)
            load_pending(files)
    load_pending(files)
    assert stored(files) == model
    one_by_one = raw_tables(files)
    assert len(rebuild(files).runs) == runs
    assert raw_tables(files) == one_by_one


def test_a_rebuild_needs_no_warehouse_and_leaves_nothing_beside_it(files):
    land(files, 1, 10, tickets=[record("1", 5)])
    land(files, 2, 20, tickets=[record("1", 15), record("2", 15)])
    result = rebuild(files)
    assert result.runs == (run_id(1), run_id(2))
    assert result.rows_by_stream == {"tickets": 3}
    assert query(files, "select id from raw.tickets order by 1") == [("1",), ("2",)]
    assert load_pending(files) == []
    assert not list(files.root.glob("warehouse.rebuilding*"))


def test_a_damaged_landing_leaves_the_earlier_warehouse(files):
    land(files, 1, 10, tickets=[record("1", 5)])
    load_pending(files)
    before = raw_tables(files)
    path = files.landing / run_id(1) / "tickets.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(LandingCorrupt):
        rebuild(files)
    assert raw_tables(files) == before
    assert not list(files.root.glob("warehouse.rebuilding*"))


def test_a_rebuild_replaces_a_warehouse_that_cannot_be_read_with_its_log(files):
    land(files, 1, 10, tickets=[record("1", 5)])
    files.warehouse.write_bytes(b"x" * 5000)
    files.warehouse.with_name("warehouse.duckdb.wal").write_bytes(b"y" * 500)
    rebuild(files)
    assert query(files, "select id from raw.tickets") == [("1",)]


def test_without_landing_files_the_warehouse_is_left_alone(files):
    with duckdb.connect(str(files.warehouse)) as connection:
        connection.execute("create table precious as select 1 as x")
    with pytest.raises(WarehouseError, match="has no landing files"):
        rebuild(files)
    assert query(files, "select x from precious") == [(1,)]
