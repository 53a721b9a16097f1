"""Lean portals: tickets made when asked for, the same every time, and kept once they change."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.sandbox import lean
from include.sandbox.generate.lean import FIRST_ID, generate_lean
from include.sandbox.lean_index import Pairs
from include.sandbox.moments import DAY, from_person
from include.sandbox.mutation import mutate
from include.sandbox.portal import Portal
from tests.conftest import RunningSandbox, start_sandbox
from tests.include.sandbox.portals import portal_of, record

REFERENCE = "2026-06-01T00:00:00Z"
MOMENT = from_person(REFERENCE)


def lean_portal(count: int = 400, seed: int = 3) -> Portal:
    return portal_of(generate_lean(count, seed, MOMENT, portal_id=1), REFERENCE)


@pytest.fixture(scope="module")
def served() -> Iterator[RunningSandbox]:
    server = start_sandbox(generate=3_000, seed=3, until=REFERENCE, limits="off", lean=True)
    yield server
    server.stop()


def test_a_ticket_is_the_same_whenever_it_is_made() -> None:
    one, again, other = lean_portal(), lean_portal(), lean_portal(seed=4)
    ids = list(one.stores["tickets"].live)
    forwards = [record(one, i) for i in ids]
    backwards = [record(again, i) for i in reversed(ids)][::-1]
    assert forwards == backwards
    assert forwards != [record(other, i) for i in other.stores["tickets"].live]


def test_the_index_knows_what_the_lives_will_be() -> None:
    portal = lean_portal()
    store, index = portal.stores["tickets"], portal.indexes["tickets"]
    expected = []
    for ticket_id in store.live:
        made = store.records[ticket_id]
        assert index.entries[ticket_id] == (made.modified, made.created)
        assert made.created < made.modified <= MOMENT
        moments = list(made.log[0::4])
        assert moments == sorted(moments)
        assert moments[-1] == made.modified
        expected.append((made.modified, ticket_id))
    assert list(index.by_modified) == sorted(expected)
    assert list(index.by_id) == sorted(index.by_id)
    assert [i for _, i in index.by_created] == list(index.by_id)


def test_both_ends_of_a_link_say_the_same() -> None:
    portal = lean_portal()
    links = portal.associations
    for other in ("contacts", "companies"):
        here = {
            (ticket, end) for ticket in portal.stores["tickets"].live
            for end in links.of("tickets", other, ticket)
        }  # fmt: skip
        there = {
            (ticket, end) for end in portal.stores[other].live
            for ticket in links.of(other, "tickets", end)
        }  # fmt: skip
        assert here == there
        assert 0 < len(here) < 400


def test_what_changes_is_kept_when_everything_else_is_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lean, "_REMEMBERED", 2)
    portal = lean_portal()
    before = list(portal.stores["tickets"].live)
    wanted = {"seed": 1, "changes": 20, "archives": 5, "merges": 3, "links": 10, "creates": 4}
    done = mutate(portal, wanted, MOMENT)
    store, index = portal.stores["tickets"], portal.indexes["tickets"]
    assert len(store.live) == 400 - 5 - 6 + 3 + 4
    assert list(store.live) == sorted(store.live) == list(index.by_id)
    for ticket_id in set(done["changed"]) & {str(i) for i in store.live}:
        assert store.records[int(ticket_id)].modified == MOMENT
    assert {int(i) for i in done["archived"]} == set(store.archived)
    for merge in done["merged"]:
        assert store.resolve(int(merge["primary"])).id == int(merge["survivor"])
    assert len(list(index.by_modified)) == len(index.by_created) == len(store.live)
    assert set(before) - set(store.live) == set(store.archived) | {
        int(merge[key]) for merge in done["merged"] for key in ("primary", "secondary")
    }
    portal.advance(MOMENT + 91 * DAY)
    assert store.archived == []
    assert all(store.records.get(int(i)) is None for i in done["archived"])


def test_list_search_batch_read_and_links_work_over_http(served: RunningSandbox) -> None:
    ids, after = [], ""
    while True:
        page = served.get(f"/crm/v3/objects/tickets?limit=100&after={after}")
        ids += [row["id"] for row in page["results"]]
        if "paging" not in page:
            break
        after = page["paging"]["next"]["after"]
    assert len(ids) == len(set(ids)) == 3_000
    found, last = [], "0"
    while True:  # the extractor's keyset
        filters = [
            {"propertyName": "hs_object_id", "operator": "GT", "value": last},
            {"propertyName": "hs_lastmodifieddate", "operator": "GT", "value": "0"},
        ]
        sorts = [{"propertyName": "hs_object_id", "direction": "ASCENDING"}]
        body = {"filterGroups": [{"filters": filters}], "sorts": sorts, "limit": 200}
        rows = served.post("/crm/v3/objects/tickets/search", body)["results"]
        found += [row["id"] for row in rows]
        if not rows:
            break
        last = rows[-1]["id"]
    assert found == ids
    body = {"inputs": [{"id": i} for i in ids[:50]], "properties": ["subject"],
            "propertiesWithHistory": ["hs_pipeline_stage"]}  # fmt: skip
    read = served.post("/crm/v3/objects/tickets/batch/read", body)["results"]
    assert all(row["propertiesWithHistory"]["hs_pipeline_stage"] for row in read)
    path = "/crm/v4/associations/tickets/contacts/batch/read"
    status, _, linked = served.call("POST", path, {"inputs": [{"id": i} for i in ids[:1000]]})
    assert (status, len(linked["results"]), linked["numErrors"]) == (207, 950, 50)
    assert served.call("GET", "/crm/v3/objects/tickets/1000000001")[0] == 404


def test_writes_survive_a_restart(sandbox, tmp_path) -> None:
    flags = {"generate": 300, "until": REFERENCE, "lean": True, "state": tmp_path / "state.jsonl"}
    server = sandbox(**flags)
    first = server.get("/crm/v3/objects/tickets?limit=1")["results"][0]["id"]
    server.call("PATCH", f"/crm/v3/objects/tickets/{first}", {"properties": {"subject": "new"}})
    server.control("POST", "mutate", {"seed": 1, "changes": 9, "archives": 2, "merges": 1})
    path = "/crm/v3/objects/tickets?limit=100&propertiesWithHistory="
    before = server.get(path)["results"]
    server.stop()
    assert sandbox(**flags).get(path)["results"] == before


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(-(6 * 10**10), 6 * 10**10), st.integers(0, 2**26 - 1))))
def test_packed_pairs_sort_as_pairs_do(offsets: list[tuple[int, int]]) -> None:
    given_pairs = [(MOMENT + moment, FIRST_ID + place) for moment, place in offsets]
    pairs = Pairs(MOMENT, array("q"))
    ordered = sorted(given_pairs, key=pairs.key)
    for at, pair in enumerate(ordered):
        pairs.insert(at, pair)
    assert list(pairs) == ordered == sorted(given_pairs)
    assert list(pairs[1:3]) == ordered[1:3]
    assert list(pairs[::-1]) == ordered[::-1]
