"""Keyset paging over an index that moves, and over the sandbox."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.hubspot import keyset
from include.hubspot.answers import Answer
from include.hubspot.errors import MalformedAnswer, PagingStuck
from include.hubspot.objects import list_records
from include.hubspot.search import all_ids, changed_since, modified_property
from tests.include.hubspot.search_index import BEGIN, SearchIndex, moment

SINCE = moment(BEGIN)


def ids(pages):
    return [int(hit.id) for page in pages for hit in page]


@pytest.fixture
def small_pages(monkeypatch):
    monkeypatch.setattr(keyset, "PAGE", 3)


@settings(max_examples=150, deadline=None)
@given(
    times=st.lists(st.integers(-3, 5), max_size=60),
    seed=st.integers(0, 2**32),
    changes=st.integers(0, 4),
    lagging=st.booleans(),
)
def test_every_record_that_matched_throughout_is_found_once(times, seed, changes, lagging):
    """Times tie on purpose: nine different ones for up to sixty records, pages of three."""
    draw = random.Random(seed)
    rows = {100 + 7 * number: BEGIN + each for number, each in enumerate(times)}
    gone = set()

    def between(index):
        for record_id in draw.sample(sorted(index.indexed), min(changes, len(index.indexed))):
            newer = max(index.true[record_id], BEGIN) + draw.randint(1, 5)
            index.true[record_id] = newer
            if not lagging:
                index.indexed[record_id] = newer
        if index.indexed and draw.random() < 0.1:
            gone.add(draw.choice(sorted(index.indexed)))
            index.indexed.pop(max(gone), None)

    index = SearchIndex(rows, between)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keyset, "PAGE", 3)
        found = ids(changed_since(index, "tickets", SINCE))
    assert len(found) == len(set(found))
    assert {i for i, each in rows.items() if each >= BEGIN} - gone <= set(found)
    assert len(index.posts) <= len(rows) // 3 + changes + 2


def test_a_row_filled_after_the_match_hides_no_other(small_pages):
    """The last row of the first page changes between match and answer.

    Going on from its shown time would skip the three rows between its old and its new place.
    """
    rows = {number: BEGIN + number for number in range(1, 10)}
    index = SearchIndex(rows)
    index.true[3] = BEGIN + 7
    assert ids(changed_since(index, "tickets", SINCE)) == list(range(1, 10))


def test_more_ties_than_the_cap_are_read_without_an_offset():
    index = SearchIndex(dict.fromkeys(range(1, 10_452), BEGIN))
    assert len(ids(changed_since(index, "tickets", SINCE))) == 10_451
    assert len(index.posts) == 53
    assert all("after" not in post for post in index.posts)


def test_a_window_leaves_out_what_lies_outside_but_keeps_what_changed_meanwhile():
    index = SearchIndex({1: BEGIN - 1, 2: BEGIN, 3: BEGIN + 10, 4: BEGIN + 11, 5: BEGIN + 5})
    index.true[5] = BEGIN + 99
    found = changed_since(index, "tickets", SINCE, moment(BEGIN + 10))
    assert ids(found) == [2, 3, 5]


def test_a_hit_shown_as_older_than_the_window_is_dropped():
    index = SearchIndex({1: BEGIN, 2: BEGIN})
    index.true[1] = BEGIN - 1
    assert ids(changed_since(index, "tickets", SINCE)) == [2]


def test_nothing_found_is_no_page():
    assert list(changed_since(SearchIndex({}), "tickets", SINCE)) == []


def test_the_beginning_of_time_is_not_asked_for():
    index = SearchIndex({})
    list(changed_since(index, "tickets", datetime(1970, 1, 1, tzinfo=UTC)))
    assert index.posts[0]["filterGroups"][0]["filters"][0]["value"] == "1136073600000"


def test_a_window_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="ends before it begins"):
        next(changed_since(SearchIndex({}), "tickets", SINCE, SINCE - timedelta(seconds=1)))


def test_contacts_have_a_modified_time_of_another_name():
    assert modified_property("contacts") == "lastmodifieddate"
    assert modified_property("tickets") == "hs_lastmodifieddate"


class SameAnswer(SearchIndex):
    """Gives one page, whatever is asked: a server that ignores the filter or the order."""

    def __init__(self, *rows, total=1000):
        super().__init__({})
        self.answer = Answer(200, {"total": total, "results": list(rows)}, moment(BEGIN))

    def post(self, path, body):
        return self.answer


def row(record_id, at="2026-01-01T00:00:00Z"):
    return {"id": record_id, "properties": {"hs_lastmodifieddate": at}}


@pytest.mark.parametrize("rows", [[row("5")], [row("5"), row("4")], [row("5"), row("5")]])
def test_pages_that_do_not_go_forward_stop_the_read(rows):
    with pytest.raises(PagingStuck, match="ids that do not rise"):
        list(all_ids(SameAnswer(*rows), "tickets"))


@pytest.mark.parametrize(
    "bad", [{"id": "x", "properties": {}}, {"properties": {}}, row("1", "soon"), {"id": "1"}]
)
def test_a_row_without_id_or_time_is_a_clear_error(bad):
    with pytest.raises(MalformedAnswer, match="without a numeric id or a modified time"):
        list(all_ids(SameAnswer(bad), "tickets"))


def iso(hit):
    return hit.modified_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def test_the_sandbox_finds_each_ticket_once_at_its_time(session):
    found = [hit for page in all_ids(session, "tickets") for hit in page]
    ids = [hit.id for hit in found]
    records = {
        record["id"]: record
        for rows, _ in list_records(session, "tickets", ["hs_lastmodifieddate"])
        for record in rows
    }
    assert ids == list(records)
    assert [iso(hit) for hit in found] == [records[each]["updatedAt"] for each in ids]


@pytest.mark.parametrize("object_type", ["tickets", "contacts", "companies", "deals"])
def test_the_sandbox_finds_what_lies_in_a_window(session, object_type):
    everything = sorted(
        (hit.modified_at, hit.id) for page in all_ids(session, object_type) for hit in page
    )
    low, high = everything[len(everything) // 4][0], everything[len(everything) // 2][0]
    for until in (high, None):
        found = [hit for page in changed_since(session, object_type, low, until) for hit in page]
        expected = [
            each for each in everything if each[0] >= low and (not until or each[0] <= until)
        ]
        assert sorted((hit.modified_at, hit.id) for hit in found) == expected


def test_a_change_is_found_by_the_next_read(portal, session):
    before = {hit.id: hit.modified_at for page in all_ids(session, "tickets") for hit in page}
    since = max(before.values()) + timedelta(milliseconds=1)
    assert ids(changed_since(session, "tickets", since)) == []
    nothing = {"archives": 0, "merges": 0, "links": 0}
    portal.control("POST", "mutate", {"seed": 1, "changes": 5, **nothing})
    found = [hit for page in changed_since(session, "tickets", since) for hit in page]
    assert found
    assert all(hit.modified_at > before[hit.id] for hit in found)
    assert session.calls[session.paths.search("tickets"), "POST", 200] == 3


def test_a_contact_search_asks_for_its_own_modified_time(session):
    assert ids(changed_since(session, "contacts", datetime(2006, 1, 1, tzinfo=UTC)))
