"""Somebody keeps changing the portal while it is read, and the truth of it can be asked for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from include.sandbox import mutator
from include.sandbox.clock import Clock
from include.sandbox.errors import ControlRefused
from include.sandbox.mutation_checks import read_mutation
from tests.conftest import RunningSandbox

UNTIL = "2026-06-01T00:00:00Z"
TICKETS = "/crm/v3/objects/tickets"
WRITTEN = "subject,hs_pipeline,hs_ticket_priority,hs_pipeline_stage,hubspot_owner_id"
ALL = {"seed": 5, "changes": 3, "archives": 1, "merges": 1, "links": 2, "creates": 1}


def listed(server: RunningSandbox, *, archived: bool = False) -> dict[str, dict]:
    rows, after = {}, ""
    while True:
        query = f"limit=20&properties={WRITTEN}&archived={str(archived).lower()}{after}"
        page = server.get(f"{TICKETS}?{query}")
        rows |= {row["id"]: row for row in page["results"]}
        if "paging" not in page:
            return rows
        after = f"&after={page['paging']['next']['after']}"


def searched(server: RunningSandbox) -> dict[str, dict]:
    """Read by keyset: the next page begins behind the greatest id of the one before."""
    rows, last = {}, "0"
    while True:
        behind = {"propertyName": "hs_object_id", "operator": "GT", "value": last}
        page = server.post(
            f"{TICKETS}/search",
            {"filters": [behind], "sorts": ["hs_object_id"], "limit": 20},
        )["results"]
        if not page:
            return rows
        rows |= {row["id"]: row for row in page}
        last = page[-1]["id"]


def batch_read(server: RunningSandbox, ids: list[str]) -> dict[str, dict]:
    rows = {}
    for start in range(0, len(ids), 20):
        inputs = [{"id": i} for i in ids[start : start + 20]]
        status, _, answer = server.call("POST", f"{TICKETS}/batch/read", {"inputs": inputs})
        assert status in (200, 207)  # some may be gone by now
        rows |= {row["id"]: row for row in answer["results"]}
    return rows


def timeless(truth: dict) -> dict:
    return truth | {"done": [{**row, "when": ""} for row in truth["done"]]}


def reading(server: RunningSandbox) -> dict:
    server.control("POST", "mutator", {"every_requests": 2, **ALL})
    ids = sorted(listed(server))
    searched(server)
    batch_read(server, ids[:60])
    server.call("GET", "/no/such/route")
    return server.control("DELETE", "mutator")


def newest(truth: dict) -> dict[tuple[str, str], dict]:
    """What the truth says was last written into each property of each ticket."""
    rows = [row for row in truth["done"] if row["kind"] in ("change", "create")]
    return {(row["id"], row["property"]): row for row in rows}


def parents(truth: dict) -> set[str]:
    merges = [row for row in truth["done"] if row["kind"] == "merge"]
    return {row[role] for row in merges for role in ("primary", "secondary")}


def test_a_mutator_stops_before_its_truth_fills_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mutator, "MOST", 5)
    clock = Clock(0)
    steady = mutator.start_mutator(
        mutator.Mutator(), {"every_requests": 1, "seed": 1, "archives": 2}
    )
    done = {"created": [], "values": [], "merged": [], "linked": [], "archived": [1, 2]}
    for _ in range(10):
        mutator.hold_strike(steady, clock, lambda *_: done)
    body = steady.body()
    assert (body["full"], body["running"], body["strikes"]) == (True, False, 3)
    assert len(body["done"]) == 6


@pytest.mark.parametrize("lag", [0, 60_000])
def test_the_same_seed_under_the_same_requests_does_the_same(sandbox, lag: int) -> None:
    first, second = (
        reading(sandbox(generate=120, until=UNTIL, limits="off", index_lag_ms=lag))
        for _ in range(2)
    )
    assert first["strikes"] == first["requests"] // 2 >= 8
    assert {row["kind"] for row in first["done"]} == {
        "change",
        "archive",
        "merge",
        "link",
        "create",
    }
    assert timeless(first) == timeless(second)
    other = sandbox(generate=120, until=UNTIL, limits="off", index_lag_ms=lag)
    other.control("POST", "mutator", {"every_requests": 2, **ALL, "seed": 6})
    listed(other)
    assert timeless(other.control("GET", "mutator"))["done"][:3] != timeless(first)["done"][:3]


@pytest.mark.parametrize("lag", [0, 60_000])
def test_the_portal_shows_what_the_truth_says(sandbox, lag: int) -> None:
    server = sandbox(generate=120, until=UNTIL, limits="off", index_lag_ms=lag)
    before = listed(server)
    truth = reading(server)
    live, archived = listed(server), listed(server, archived=True)
    gone = {row["id"] for row in truth["done"] if row["kind"] == "archive"}
    survivors = {row["survivor"] for row in truth["done"] if row["kind"] == "merge"}
    created = {row["id"] for row in truth["done"] if row["kind"] == "create"}
    assert gone <= set(archived)
    assert set(live) == (set(before) | created | survivors) - gone - parents(truth)
    written = [row for key, row in newest(truth).items() if key[0] in live]
    assert len(written) >= 10
    for row in written:
        assert live[row["id"]]["properties"][row["property"]] == row["value"]
    moments = {
        row["id"]: row["when"] for row in truth["done"] if row["kind"] in ("change", "create")
    }
    assert {i: live[i]["updatedAt"] for i in set(moments) & set(live)} == {
        i: when for i, when in moments.items() if i in live
    }
    assert all(
        live[i]["updatedAt"] == before[i]["updatedAt"]
        for i in set(live) & set(before) - set(moments)
    )


def test_links_are_as_the_truth_says(sandbox) -> None:
    server = sandbox(generate=80, until=UNTIL, limits="off")
    server.control("POST", "mutator", {"every_requests": 1, "seed": 2, "links": 4})
    listed(server)
    truth = server.control("DELETE", "mutator")["done"]
    last = {(row["id"], row["object_id"]): row["action"] for row in truth}
    assert set(last.values()) == {"added", "removed"}
    for (ticket, contact), action in last.items():
        path = f"/crm/v4/objects/tickets/{ticket}/associations/contacts?limit=500"
        linked = {str(row["toObjectId"]) for row in server.get(path)["results"]}
        assert (contact in linked) == (action == "added")


@pytest.mark.parametrize(
    "read",
    [listed, searched, lambda server: batch_read(server, sorted(server.ids))],
    ids=["list", "keyset search", "batch read"],
)
def test_every_kind_of_reader_is_disturbed_while_it_reads(
    sandbox, read: Callable[[RunningSandbox], dict[str, dict]]
) -> None:
    server = sandbox(generate=100, until=UNTIL, limits="off")
    still = listed(server)
    server.ids = list(still)
    server.control(
        "POST", "mutator", {"every_requests": 2, "seed": 1, "changes": 30, "archives": 5}
    )
    moving = read(server)
    truth = server.control("DELETE", "mutator")
    after = listed(server)
    assert truth["strikes"] >= 2
    stale = [i for i in moving if i in after and moving[i]["updatedAt"] != after[i]["updatedAt"]]
    fresh = [i for i in moving if moving[i]["updatedAt"] != still[i]["updatedAt"]]
    assert stale  # read before it changed
    assert fresh  # read after it changed
    assert set(moving) - set(after)  # read before it was archived
    assert set(still) - set(moving)  # archived before it was read


def test_it_stops_when_told_and_its_truth_stays_until_the_next(sandbox) -> None:
    server = sandbox(generate=30, until=UNTIL, limits="off")
    nothing = {"running": False, "requests": 0, "strikes": 0, "full": False, "done": []}
    assert server.control("GET", "mutator") == nothing
    begun = {"every_requests": 3, "seed": 1, "changes": 2}
    assert server.control("POST", "mutator", begun) == nothing | {"running": True}
    for _ in range(7):
        server.call("GET", TICKETS)
        server.control("GET", "health")  # the control plane's own calls do not count
    truth = server.control("GET", "mutator")
    assert (truth["running"], truth["requests"], truth["strikes"]) == (True, 7, 2)
    assert {row["n"] for row in truth["done"]} == {1, 2}
    assert "runs already" in server.call("POST", "/__sandbox__/mutator", begun)[2]["error"]
    assert server.control("DELETE", "mutator") == truth | {"running": False}
    before = server.get(TICKETS)
    assert server.get(TICKETS) == before
    assert server.control("GET", "mutator") == truth | {"running": False}
    server.control("POST", "mutator", begun)
    server.control("POST", "reset")
    assert server.control("GET", "mutator") == nothing


def test_what_it_did_is_there_again_after_a_restart(sandbox, tmp_path) -> None:
    options = {"generate": 60, "until": UNTIL, "limits": "off", "state": tmp_path / "state.jsonl"}
    server = sandbox(**options)
    reading(server)
    before = listed(server), listed(server, archived=True)
    server.stop()
    again = sandbox(**options)
    assert (listed(again), listed(again, archived=True)) == before
    assert again.control("GET", "mutator")["running"] is False


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"changes": 1},
        {"every_requests": 0, "changes": 1},
        {"every_requests": True, "changes": 1},
        {"every_requests": "2", "changes": 1},
        {"every_requests": 2},
        {"every_requests": 2, "changes": -1},
        {"every_requests": 2, "chances": 1},
    ],
)
def test_a_mutator_that_makes_no_sense_is_refused(served: RunningSandbox, body: dict) -> None:
    status, _, answer = served.call("POST", "/__sandbox__/mutator", body)
    assert status == 400
    assert answer["error"].endswith(".")
    assert served.control("GET", "mutator")["running"] is False


def test_strikes_find_a_portal_that_was_emptied(sandbox) -> None:
    server = sandbox(generate=4, until=UNTIL, limits="off")
    server.control(
        "POST", "mutator", {"every_requests": 1, "archives": 3, "changes": 3, "merges": 2}
    )
    assert [server.call("GET", TICKETS)[0] for _ in range(5)] == [200] * 5
    assert server.get(TICKETS)["results"] == []


def test_a_lean_portal_moves_too(sandbox) -> None:
    server = sandbox(generate=300, lean=True, until=UNTIL, limits="off", index_lag_ms=2_000)
    truth = reading(server)
    live = listed(server)
    written = [row for key, row in newest(truth).items() if key[0] in live]
    assert len(written) >= 10
    for row in written:
        assert live[row["id"]]["properties"][row["property"]] == row["value"]


def test_records_of_another_type_are_changed_and_archived_and_told(sandbox, tmp_path) -> None:
    flags = {"generate": 30, "until": UNTIL, "limits": "off", "state": tmp_path / "state.jsonl"}
    server = sandbox(**flags)
    wanted = {"seed": 3, "every_requests": 2, "changes": 2, "archives": 1}
    server.control("POST", "mutator", wanted | {"object_type": "contact"})
    for _ in range(6):
        server.get(TICKETS)
    truth = server.control("DELETE", "mutator")["done"]
    assert {row["object_type"] for row in truth} == {"contacts"}
    contacts = "/crm/v3/objects/contacts"
    gone = {row["id"] for row in truth if row["kind"] == "archive"}
    last = {row["id"]: row for row in truth if row["kind"] == "change" and row["id"] not in gone}
    assert len(gone) == 3
    server.stop()
    again = sandbox(**flags)
    for contact, row in last.items():
        shown = again.get(f"{contacts}/{contact}?properties={row['property']}")["properties"]
        assert shown[row["property"]] == row["value"]
    for contact in gone:
        assert again.call("GET", f"{contacts}/{contact}")[0] == 404


@pytest.mark.parametrize(
    "wanted",
    [
        {"object_type": "unicorns", "changes": 1},
        {"object_type": 5, "changes": 1},
        {"object_type": "contacts", "merges": 1},
        {"object_type": "notes", "creates": 1, "changes": 1},
    ],
)
def test_what_cannot_be_done_to_records_of_a_type_is_refused(wanted: dict) -> None:
    with pytest.raises(ControlRefused):
        read_mutation(wanted)
