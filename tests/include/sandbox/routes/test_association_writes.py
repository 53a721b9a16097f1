from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from include.sandbox.association_types import INVERSE
from tests.datasets import write_dataset
from tests.include.sandbox.asking import Asker
from tests.include.sandbox.portals import at, dataset_portal, shown

VERSIONS = ("v4", "2026-03", "2026-09")


@pytest.fixture
def ask(tmp_path) -> Asker:
    folder = write_dataset(
        tmp_path,
        tickets=[(1, at(1)), (2, at(1)), {"ticket_id": 3, "created_at": at(1),
                                          "archived_at": at(2)}],
        contacts=[{"id": i} for i in range(50, 58)],
        companies=[{"id": 8}, {"id": 9}],
        associations=[("tickets", 1, "contacts", 50, 37, "Requester", at(1), ""),
                      ("tickets", 2, "contacts", 50, 39, "CC", at(1), "")],
    )  # fmt: skip
    return Asker(dataset_portal(folder, at(5), limits="off"))


def batch(version: str, pair: str, action: str) -> str:
    root = "/crm/v4/associations" if version == "v4" else f"/crm/associations/{version}"
    return f"{root}/{pair}/batch/{action}"


def pair(start: int, end: int, *types: int, category: str = "HUBSPOT_DEFINED") -> dict[str, Any]:
    kinds = [{"associationCategory": category, "associationTypeId": kind} for kind in types]
    return {"from": {"id": str(start)}, "to": {"id": str(end)}, "types": kinds}


def links(ask: Asker, start: int, pair: str = "tickets/contacts") -> dict[int, list[int]]:
    here, there = pair.split("/")
    _, body = ask("GET", f"/crm/v4/objects/{here}/{start}/associations/{there}")
    return {
        edge["toObjectId"]: [kind["typeId"] for kind in edge["associationTypes"]]
        for edge in body["results"]
    }


@pytest.mark.parametrize(
    ("version", "created", "archived"),
    [("v4", 201, 204), ("2026-03", 201, 200), ("2026-09", 200, 200)],
)
def test_each_version_answers_writes_with_its_own_status(
    ask: Asker, version: str, created: int, archived: int
) -> None:
    inputs = {"inputs": [pair(1, 51, 16)]}
    status, body = ask("POST", batch(version, "tickets/contacts", "create"), inputs)
    assert (status, body["status"], "numErrors" in body) == (created, "COMPLETE", False)
    assert body["results"][0]["fromObjectTypeId"] == "0-5"
    gone = {"inputs": [{"from": {"id": "1"}, "to": [{"id": "51"}]}]}
    status, body = ask("POST", batch(version, "tickets/contacts", "archive"), gone)
    assert status == archived
    assert body is None if archived == 204 else body["status"] == "COMPLETE"
    status, _ = ask("POST", batch(version, "tickets/contacts", "labels/archive"), inputs)
    assert status == archived


def test_a_label_set_replaces_those_it_does_not_repeat_and_is_idempotent(ask: Asker) -> None:
    path = batch("v4", "tickets/contacts", "create")
    for _ in range(2):
        ask("POST", path, {"inputs": [pair(1, 50, 39, category="USER_DEFINED")]})
        assert links(ask, 1) == {50: [16, 39]}
    assert links(ask, 50, "contacts/tickets")[1] == [15, 39]


def test_the_default_association_leaves_labels_and_answers_both_ways(ask: Asker) -> None:
    inputs = {"inputs": [{"from": {"id": 1}, "to": {"id": 50}}]}
    status, body = ask("POST", batch("v4", "tickets/contacts", "associate/default"), inputs)
    assert status == 200
    assert [r["associationSpec"]["associationTypeId"] for r in body["results"]] == [16, 15]
    assert links(ask, 1) == {50: [16, 37]}


def test_removing_the_unlabelled_type_takes_the_labels_with_it(ask: Asker) -> None:
    path = batch("v4", "tickets/contacts", "labels/archive")
    ask("POST", path, {"inputs": [pair(1, 50, 37, category="USER_DEFINED")]})
    assert links(ask, 1) == {50: [16]}
    ask("PUT", "/crm/v4/objects/tickets/1/associations/contacts/50",
        pair(1, 50, 37, category="USER_DEFINED")["types"])  # fmt: skip
    ask("POST", path, {"inputs": [pair(1, 50, 16)]})
    assert links(ask, 1) == links(ask, 50, "contacts/tickets").get(1, {}) == {}


def test_a_ticket_has_one_primary_company(ask: Asker) -> None:
    path = batch("v4", "tickets/companies", "create")
    ask("POST", path, {"inputs": [pair(1, 8, 26), pair(1, 9, 26), pair(2, 9, 26)]})
    assert links(ask, 1, "tickets/companies") == {8: [339], 9: [26, 339]}
    assert links(ask, 9, "companies/tickets") == {1: [25, 340], 2: [25, 340]}
    ask("POST", batch("v4", "companies/tickets", "create"), {"inputs": [pair(8, 1, 25)]})
    assert links(ask, 1, "tickets/companies") == {8: [26, 339], 9: [339]}


@pytest.mark.parametrize(("version", "status"), [("v4", 207), ("2026-03", 207), ("2026-09", 200)])
def test_an_absent_record_is_an_error_beside_the_others(
    ask: Asker, version: str, status: int
) -> None:
    inputs = [pair(1, 51, 16), pair(3, 51, 16), pair(1, 999, 16)]
    answered = ask("POST", batch(version, "tickets/contacts", "create"), {"inputs": inputs})
    assert answered[0] == status
    assert [e["subCategory"].rpartition(".")[2] for e in answered[1]["errors"]] == [
        "FROM_OBJECT_NOT_FOUND",
        "TO_OBJECT_NOT_FOUND",
    ]
    assert answered[1]["numErrors"] == 2
    assert len(answered[1]["results"]) == 1
    assert 51 in links(ask, 1)


@pytest.mark.parametrize(
    "item",
    [pair(1, 51, 15), pair(1, 51, 4711), pair(1, 51, 37), pair(1, 51), {"from": {"id": "x"}}, {},
     {**pair(1, 51, 16), "to": {"id": None}}],
)  # fmt: skip
def test_a_malformed_input_refuses_the_whole_batch_and_changes_nothing(
    ask: Asker, item: dict
) -> None:
    before = shown(ask.portal)["links"]
    inputs = {"inputs": [pair(1, 52, 16), item]}
    status, body = ask("POST", batch("v4", "tickets/contacts", "create"), inputs)
    assert (status, body["category"]) == (400, "VALIDATION_ERROR")
    assert shown(ask.portal)["links"] == before


def test_more_than_2000_inputs_are_refused(ask: Asker) -> None:
    path = batch("v4", "tickets/contacts", "create")
    assert ask("POST", path, {"inputs": [pair(1, 51, 16)] * 2000})[0] == 201
    assert ask("POST", path, {"inputs": [pair(1, 51, 16)] * 2001})[0] == 400


def test_a_single_pair_is_put_shown_and_deleted(ask: Asker) -> None:
    one = "/crm/v4/objects/tickets/1/associations"
    types = pair(1, 51, 37, category="USER_DEFINED")["types"]
    status, body = ask("PUT", f"{one}/contacts/51", types)
    assert status == 201
    assert body == {"fromObjectTypeId": "0-5", "fromObjectId": 1, "toObjectTypeId": "0-1",
                    "toObjectId": 51, "labels": ["Requester"]}  # fmt: skip
    status, body = ask("PUT", f"{one}/default/contacts/52")
    assert (status, len(body["results"])) == (200, 2)
    assert links(ask, 1) == {50: [16, 37], 51: [16, 37], 52: [16]}
    assert ask("DELETE", f"{one}/contacts/51") == (204, None)
    assert ask("DELETE", f"{one}/contacts/51") == (204, None)
    assert links(ask, 1) == {50: [16, 37], 52: [16]}
    status, body = ask("PUT", f"{one}/default/contacts/999")
    assert (status, body["category"]) == (404, "OBJECT_NOT_FOUND")


def test_no_link_change_moves_a_tickets_modified_time(ask: Asker) -> None:
    def times() -> list:
        return [r["updatedAt"] for r in shown(ask.portal)["tickets"]["records"].values()]

    before = times()
    ask("POST", batch("v4", "tickets/contacts", "create"), {"inputs": [pair(1, 51, 16)]})
    ask("DELETE", "/crm/v4/objects/tickets/1/associations/contacts/50")
    assert times() == before


def test_links_are_paged_by_limit(ask: Asker) -> None:
    inputs = [pair(1, i, 16) for i in range(50, 58)]
    ask("POST", batch("v4", "tickets/contacts", "create"), {"inputs": inputs})
    path, seen = "/crm/v4/objects/tickets/1/associations/contacts?limit=3", []
    while path:
        _, body = ask("GET", path)
        seen += [edge["toObjectId"] for edge in body["results"]]
        link = body.get("paging", {}).get("next", {}).get("link", "")
        assert not link or link.startswith("http://portal.test:8089/crm/v4/objects/tickets/1/")
        path = link.removeprefix("http://portal.test:8089")
    assert seen == list(range(50, 58))
    assert ask("GET", "/crm/v4/objects/tickets/1/associations/contacts?limit=501")[0] == 400


ids = st.sampled_from([1, 2, 50, 51, 52])
kinds = st.sampled_from([(16, "HUBSPOT_DEFINED"), (37, "USER_DEFINED"), (39, "USER_DEFINED")])
steps = st.lists(
    st.tuples(
        st.sampled_from(["create", "associate/default", "archive", "labels/archive"]),
        st.sampled_from([1, 2]),
        st.sampled_from([50, 51, 52]),
        kinds,
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(steps)
def test_after_any_writes_both_sides_say_the_same(ask: Asker, steps: list) -> None:
    for action, ticket, contact, (kind, category) in steps:
        item: dict[str, Any] = pair(ticket, contact, kind, category=category)
        if action == "archive":
            item["to"] = [item["to"]]
        status, _ = ask("POST", batch("v4", "tickets/contacts", action), {"inputs": [item]})
        assert status in (200, 201, 204)
    for ticket in (1, 2):
        for contact, types in links(ask, ticket).items():
            back = links(ask, contact, "contacts/tickets")[ticket]
            assert back == [INVERSE.get(kind, kind) for kind in types]
            assert 16 in types
    edges = ask.portal.associations.edges
    there = {(t, c) for t, ends in edges[("tickets", "contacts")].items() for c in ends}
    assert there == {(t, c) for c, ends in edges[("contacts", "tickets")].items() for t in ends}
