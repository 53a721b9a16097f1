from include.warehouse.load import load_pending
from tests.include.warehouse.rows import (
    at,
    begin,
    edge,
    land_and_load,
    query,
    read_of,
    windows,
)


def see(files, number, minute, *members, ticket="1", kind="contacts"):
    """Load one run that read the complete set of one ticket."""
    links = [edge(ticket, member, kind) for member in members]
    rows = {"ticket_associations": links} if links else {}
    land_and_load(files, number, minute, **rows, ticket_association_reads=[read_of(ticket, kind)])


def spans(files):
    return [(other, *window) for _, _, other, *window in windows(files)]


def test_links_of_the_first_read_have_an_inferred_start_later_ones_do_not(files):
    see(files, 1, 10, "a")
    see(files, 2, 20, "a", "b")
    assert spans(files) == [("a", 10, None, True), ("b", 20, None, False)]


def test_a_first_read_without_links_is_a_first_read(files):
    see(files, 1, 10)
    see(files, 2, 20, "a")
    assert spans(files) == [("a", 20, None, False)]


def test_a_link_that_comes_back_opens_a_new_window(files):
    see(files, 1, 10, "a")
    see(files, 2, 20)
    see(files, 3, 30)
    see(files, 4, 40, "a")
    assert spans(files) == [("a", 10, 20, True), ("a", 40, None, False)]


def test_a_ticket_that_was_not_read_keeps_its_links(files):
    see(files, 1, 10, "a")
    see(files, 2, 20, "b", ticket="2")
    see(files, 3, 30, "k", kind="companies")
    assert spans(files) == [("k", 30, None, True), ("a", 10, None, True), ("b", 20, None, True)]


def test_several_reads_in_one_run_are_diffed_one_after_the_other(files):
    run = begin(files, 1)
    for minute, members in ((10, "ab"), (20, "b"), (30, "ac")):
        links = [edge("1", member) for member in members]
        run.write("ticket_associations", links, at(minute))
        run.write("ticket_association_reads", [read_of("1")], at(minute))
    run.commit(data_as_of=at(30), cursors={})
    load_pending(files)
    assert spans(files) == [
        ("a", 10, 20, True),
        ("a", 30, None, False),
        ("b", 10, 30, True),
        ("c", 30, None, False),
    ]


def test_a_late_read_of_the_past_closes_nothing(files):
    see(files, 1, 20, "a")
    see(files, 2, 10, "b")
    assert spans(files) == [("a", 20, None, True)]
    reads = query(files, "select count(*), max(last_read_at) from raw.ticket_association_reads")
    assert reads == [(1, at(20).replace(tzinfo=None))]


def test_a_link_gone_and_back_within_one_tick_of_the_clock_never_went(files):
    see(files, 1, 10, "a")
    see(files, 2, 20)
    see(files, 3, 20, "a")
    assert spans(files) == [("a", 10, None, True)]


def test_a_changed_label_updates_the_open_window_only(files):
    see(files, 1, 10, "a")
    see(files, 2, 20)
    see(files, 3, 30, "a")
    land_and_load(
        files,
        4,
        40,
        ticket_association_reads=[read_of("1")],
        ticket_associations=[edge("1", "a", label="requester")],
    )
    found = query(
        files, "select types ->> '$[0].label', _run_id[-1] from raw.ticket_associations order by 2"
    )
    assert found == [(None, "2"), ("requester", "4")]
    assert spans(files) == [("a", 10, 20, True), ("a", 30, None, False)]


def test_a_window_that_did_not_change_is_not_touched(files):
    see(files, 1, 10, "a", "b")
    see(files, 2, 20, "a")
    found = query(files, "select object_id, _run_id[-1] from raw.ticket_associations order by 1")
    assert found == [("a", "1"), ("b", "2")]
