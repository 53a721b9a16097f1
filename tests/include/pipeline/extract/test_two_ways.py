"""Engagements by batch read and search at a time: the same rows, each way under its limit."""

import threading

import pytest

from include.pipeline.extract import pieces as pieces_module
from include.pipeline.extract import two_ways
from include.pipeline.extract.pieces import Pieces
from include.pipeline.reading.ids import Ids
from tests.conftest import start_sandbox
from tests.include.pipeline.portals import Synced

KINDS = ("notes", "emails", "calls", "meetings", "tasks")
HELD = "select id, updated_at, archived, properties::json from raw.{} order by all"
WITH_WHOM = "select * exclude (types) from raw.engagement_association_reads order by all"


@pytest.fixture(scope="module")
def portal():
    sandbox = start_sandbox(generate=60, seed=5, limits="off")
    yield sandbox
    sandbox.stop()


class SearchFirst(Pieces):
    """Batch read begins when search has taken all that it wants, whatever the machine does."""

    def __init__(self, waiting):
        super().__init__(waiting)
        self.is_searched = threading.Event()
        if sum(map(len, waiting.values())) < two_ways.MANY:
            self.is_searched.set()

    def first(self):
        piece = super().first()
        if piece is None:
            self.is_searched.set()
        return piece

    def last(self):
        assert self.is_searched.wait(60)
        return super().last()


@pytest.fixture
def few_are_many(monkeypatch):
    monkeypatch.setattr(two_ways, "MANY", 10)
    monkeypatch.setattr(two_ways, "Pieces", SearchFirst)
    monkeypatch.setattr(pieces_module, "SHOWN", 20)
    monkeypatch.setattr(pieces_module, "LIMIT", 10)


def searches(sandbox) -> dict[str, int]:
    counted = sandbox.control("GET", "requests")["requests"]
    ends = {f"/crm/v3/objects/{kind}/search": kind for kind in KINDS}
    return {ends[row["route"]]: row["count"] for row in counted if row["route"] in ends}


def held(synced) -> dict[str, list]:
    return {kind: synced.ask(HELD.format(kind)) for kind in KINDS}


def test_both_ways_together_read_what_batch_read_alone_reads(portal, tmp_path, few_are_many):
    both = Synced(portal, tmp_path)
    portal.control("DELETE", "requests")
    both.sync()
    assert set(searches(portal)) == set(KINDS)
    for kind in KINDS:
        assert both.ids(f"select id from raw.{kind}") == both.standing(kind) != set()
    alone = Synced(portal, tmp_path / "alone")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(two_ways, "MANY", 10**9)
        patched.setattr(two_ways, "Pieces", Pieces)
        alone.sync()
    assert held(both) == held(alone)
    people = "select engagement_id, object_id from raw.engagement_associations order by all"
    assert both.ask(people) == alone.ask(people)


def test_a_kind_that_search_tells_otherwise_is_read_by_batch(
    portal, tmp_path, monkeypatch, few_are_many
):
    whole = two_ways.read_span

    def cut_off(session, kind, ids, properties):
        read = whole(session, kind, ids, properties)
        for record in read.records:
            if kind == "notes":
                body = record["properties"]["hs_note_body"] or ""
                record["properties"]["hs_note_body"] = body[:5]
        return read

    monkeypatch.setattr(two_ways, "read_span", cut_off)
    synced = Synced(portal, tmp_path)
    synced.sync()
    assert "notes are read without search: it shows other values than batch read" in synced.said
    shortest = "select min(length(properties ->> 'hs_note_body')) from raw.notes"
    assert synced.ask(shortest)[0][0] > 5
    assert synced.ids("select id from raw.notes") == synced.standing("notes")


def test_a_kind_that_search_is_overloaded_by_is_read_by_batch(portal, tmp_path, few_are_many):
    fault = {"route": "/crm/v3/objects/notes/search", "kind": "502", "method": "*", "count": 1_000}
    portal.control("POST", "faults", {"faults": [fault]})
    try:
        synced = Synced(portal, tmp_path)
        synced.sync()
    finally:
        portal.control("DELETE", "faults")
    assert any(line.startswith("notes are read without search: ") for line in synced.said)
    assert synced.ids("select id from raw.notes") == synced.standing("notes") != set()
    assert synced.ids("select id from raw.emails") == synced.standing("emails") != set()


def pieces(**ids: int) -> Pieces:
    return Pieces({kind: Ids(map(str, range(count))) for kind, count in ids.items()})


def test_search_takes_from_the_front_and_batch_read_from_the_back():
    waiting = pieces(notes=500)
    assert waiting.first() == ("notes", [str(n) for n in range(200)])
    assert waiting.last() == ("notes", [str(n) for n in range(400, 500)])
    assert waiting.first() == ("notes", [str(n) for n in range(200, 400)])
    assert waiting.first() is waiting.last() is None


def test_what_searches_did_not_show_is_left_to_batch_read_in_full_batches():
    waiting = pieces(notes=400)
    for few in (["8"], ["300", "7"]):
        assert waiting.first() is not None
        waiting.give_back("notes", few)
    assert waiting.first() is waiting.last() is None
    waiting.take_back()
    assert waiting.last() == ("notes", ["7", "8", "300"])
    assert waiting.last() is None


def test_a_kind_most_of_which_belongs_to_no_ticket_is_searched_no_more():
    waiting = pieces(notes=1_000, calls=200)
    for _ in range(3):
        waiting.first()
        waiting.count("notes", brought=20)
    assert waiting.first() == ("calls", [str(n) for n in range(200)])
    assert waiting.first() is None
    assert waiting.last()[0] == waiting.last()[0] == "notes"
