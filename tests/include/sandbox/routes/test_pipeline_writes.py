"""Pipelines and stages as HubSpot lets apps change them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import RunningSandbox, start_sandbox

V3, D9 = "/crm/v3/pipelines/tickets", "/crm/pipelines/2026-09/tickets"
OPEN, CLOSED = {"ticketState": "OPEN"}, {"ticketState": "CLOSED"}
TICKETS = "/crm/v3/objects/tickets"


@pytest.fixture(scope="module")
def portal() -> Iterator[RunningSandbox]:
    server = start_sandbox(generate=30, seed=3, limits="off")
    yield server
    server.stop()


def stage(label: str, order: int = 0, metadata: Any = OPEN, **more: Any) -> dict[str, Any]:
    return {"label": label, "displayOrder": order, "metadata": metadata} | more


def made(portal: RunningSandbox, label: str, *stages: dict[str, Any], **more: Any) -> dict:
    body = {"label": label, "displayOrder": 5, "stages": list(stages)} | more
    status, _, answer = portal.call("POST", V3, body)
    assert status == 201, answer
    return answer


def ticket_in(portal: RunningSandbox, pipeline: dict[str, Any], at: int = 0) -> dict[str, Any]:
    place = {"hs_pipeline": pipeline["id"], "hs_pipeline_stage": pipeline["stages"][at]["id"]}
    status, _, answer = portal.call("POST", TICKETS, {"properties": place})
    assert status == 201, answer
    return answer


def test_a_new_stage_brings_seven_properties_and_takes_tickets(portal: RunningSandbox) -> None:
    pipeline = made(
        portal, "Repairs", stage("Asked", 1), stage("Done", 2, CLOSED, stageId="r-done")
    )
    asked, done = (one["id"] for one in pipeline["stages"])
    assert asked.isdigit()
    assert done == "r-done"
    assert pipeline["stages"][1]["metadata"] == {"isClosed": "true", "ticketState": "CLOSED"}
    named = {p["name"]: p for p in portal.get("/crm/v3/properties/tickets")["results"]}
    brought = [name for name in named if name.endswith(f"_{asked}")]
    assert len(brought) == 7
    assert all(named[name]["modificationMetadata"]["readOnlyValue"] for name in brought)
    assert asked in {option["value"] for option in named["hs_pipeline_stage"]["options"]}
    ticket = ticket_in(portal, pipeline)
    close = {"properties": {"hs_pipeline_stage": done}}
    portal.call("PATCH", f"{TICKETS}/{ticket['id']}", close)
    names = f"closed_date,hs_v2_date_entered_{done},hs_v2_date_exited_{asked}"
    shown = portal.get(f"{TICKETS}/{ticket['id']}?properties={names}")
    for name in names.split(","):
        assert shown["properties"][name] == shown["updatedAt"]


@pytest.mark.parametrize(
    "body",
    [
        {"displayOrder": 1, "stages": [stage("a")]},
        {"label": "X", "displayOrder": 1},
        {"label": "X", "displayOrder": 1, "stages": []},
        {"label": "X", "displayOrder": "1", "stages": [stage("a")]},
        {"label": "X", "displayOrder": 1, "stages": [stage("a"), stage("A")]},
        {"label": "X", "displayOrder": 1, "stages": [stage("a", metadata={"ticketState": "?"})]},
        {"label": "X", "displayOrder": 1, "stages": [stage("a", stageId="Upper")]},
        {"label": "X", "displayOrder": 1, "stages": [stage(str(i)) for i in range(101)]},
        {"label": "Support Pipeline", "displayOrder": 1, "stages": [stage("a")]},
        {"label": "X", "displayOrder": 1, "pipelineId": "0", "stages": [stage("a")]},
        {"label": "X", "displayOrder": 1, "stages": [stage("a", stageId="1")]},
    ],
)
def test_a_pipeline_that_is_not_valid(portal: RunningSandbox, body: dict[str, Any]) -> None:
    before = portal.get(V3)
    status, _, answer = portal.call("POST", V3, body)
    assert status in (400, 409)
    assert answer["category"] in ("VALIDATION_ERROR", "OBJECT_ALREADY_EXISTS")
    assert portal.get(V3) == before


def test_stages_are_added_changed_and_replaced(portal: RunningSandbox) -> None:
    pipeline = made(portal, "Returns", stage("One", stageId="one"))
    path = f"{V3}/{pipeline['id']}/stages"
    status, _, two = portal.call("POST", path, stage("Two", 1, stageId="two"))
    assert status == 201
    assert portal.call("POST", path, stage("two", 3))[0] == 400
    assert portal.call("PATCH", f"{path}/two", {"label": "Second"})[0] == 400  # needs metadata
    change = {"label": "Second", "metadata": CLOSED}
    status, _, changed = portal.call("PATCH", f"{path}/two", change)
    assert (status, changed["metadata"]["isClosed"], changed["displayOrder"]) == (200, "true", 1)
    assert changed["createdAt"] == two["createdAt"]
    assert portal.call("PUT", f"{path}/two", stage("Last", 0))[2]["label"] == "Last"
    assert portal.call("PATCH", f"{path}/nope", change)[0] == 404
    body = {"label": "Returned", "displayOrder": 9, "stages": [
        stage("Uno", 0, stageId="one"), stage("Tres", 1)]}  # fmt: skip
    status, _, replaced = portal.call("PUT", f"{V3}/{pipeline['id']}", body)
    assert (status, replaced["label"]) == (200, "Returned")
    assert [one["label"] for one in replaced["stages"]] == ["Uno", "Tres"]
    status, _, answer = portal.call("PATCH", f"{V3}/{pipeline['id']}", {"label": "Back"})
    assert (status, answer["label"], len(answer["stages"])) == (200, "Back", 2)


@pytest.mark.parametrize(
    ("family", "query", "refuses"),
    [
        (V3, "", False),
        (V3, "?validateReferencesBeforeDelete=true", True),
        ("/crm/pipelines/2026-03/tickets", "", False),
        (D9, "", True),
        (D9, "?validateReferencesBeforeDelete=false", False),
    ],
)
def test_deleting_a_stage_in_use(
    portal: RunningSandbox, family: str, query: str, refuses: bool
) -> None:
    label = f"P {family} {query}"
    pipeline = made(portal, label, stage("a"), stage("b", 1), stage("c", 2))
    ticket = ticket_in(portal, pipeline)
    first, free = pipeline["stages"][0]["id"], pipeline["stages"][2]["id"]
    path = f"{family}/{pipeline['id']}/stages"
    assert portal.call("DELETE", f"{path}/{free}{query}")[0] == 204
    for gone in (f"{path}/{first}", f"{family}/{pipeline['id']}"):
        status, _, answer = portal.call("DELETE", gone + query)
        assert status == (400 if refuses else 204)
        if refuses:
            assert answer["subCategory"] == "PipelineError.STAGE_ID_IN_USE"
            assert answer["message"] == (
                f"Stage IDs: [{first}] are being referenced by object IDs: [{ticket['id']}]"
            )
    shown = portal.get(f"{TICKETS}/{ticket['id']}")
    assert shown["properties"]["hs_pipeline_stage"] == first  # dangling, when it was deleted
    assert shown["updatedAt"] == ticket["updatedAt"]
    assert portal.call("GET", f"{family}/{pipeline['id']}")[0] == (200 if refuses else 404)


def test_the_switch_of_2026_09(sandbox) -> None:
    server = sandbox(generate=3, validate_deletes="no")
    pipeline = made(server, "P", stage("a"), stage("b", 1))
    ticket_in(server, pipeline)
    gone = f"{D9}/{pipeline['id']}/stages/{pipeline['stages'][0]['id']}"
    assert server.call("DELETE", gone)[0] == 204


def test_the_last_stage_and_a_restored_pipeline(portal: RunningSandbox) -> None:
    pipeline = made(portal, "Alone", stage("only"))
    path = f"{V3}/{pipeline['id']}"
    only = pipeline["stages"][0]["id"]
    assert portal.call("DELETE", f"{path}/stages/{only}")[0] == 400
    assert portal.call("PATCH", path, {"archived": True})[0] == 400
    assert portal.call("DELETE", path)[0] == 204
    archived = portal.get(f"{V3}?archived=true")["results"]
    assert pipeline["id"] in {one["id"] for one in archived if one["archivedAt"]}
    status, _, back = portal.call("PATCH", path, {"archived": False})
    assert (status, back["archived"], len(back["stages"])) == (200, False, 1)


def test_the_audit_tells_what_happened_newest_first(portal: RunningSandbox) -> None:
    pipeline = made(portal, "Audited", stage("a", stageId="au-a"), stage("b", 1, stageId="au-b"))
    path = f"{V3}/{pipeline['id']}"
    portal.call("PATCH", path, {"label": "Audited twice"})
    portal.call("DELETE", f"{path}/stages/au-b")
    portal.call("DELETE", path)
    told = portal.get(f"{path}/audit")["results"]
    assert [entry["action"] for entry in told] == ["DELETE", "UPDATE", "UPDATE", "CREATE"]
    assert json.loads(told[-1]["rawObject"])["label"] == "Audited"
    assert told[0]["portalId"] == int(portal.portal_id)
    portal.call("PATCH", path, {"archived": False})
    told = portal.get(f"{path}/stages/au-b/audit")["results"]
    assert [entry["action"] for entry in told] == ["DELETE", "CREATE"]
    assert portal.get(f"{V3}/0/audit")["results"] == []


def test_generated_ids_survive_a_restart_though_a_call_was_refused(sandbox, tmp_path) -> None:
    flags = {"generate": 3, "until": "2026-06-01T00:00:00Z", "state": tmp_path / "state.jsonl"}
    server = sandbox(**flags)
    body = {"label": "Twins", "stages": [stage("a"), stage("a")]}
    assert server.call("POST", V3, body)[0] == 400
    made(server, "Kept", stage("a"), stage("b", 1))
    before = server.get(V3)
    server.stop()
    assert sandbox(**flags).get(V3) == before


DEALS = "/crm/v3/pipelines/deals"


def test_deals_begin_with_hubspots_sales_pipeline(portal: RunningSandbox) -> None:
    (pipeline,) = portal.get(DEALS)["results"]
    assert (pipeline["id"], pipeline["label"]) == ("default", "Sales Pipeline")
    metadata = {one["id"]: one["metadata"] for one in pipeline["stages"]}
    assert metadata["appointmentscheduled"] == {"isClosed": "false", "probability": "0.2"}
    assert metadata["closedwon"] == {"isClosed": "true", "probability": "1.0"}
    assert metadata["closedlost"] == {"isClosed": "true", "probability": "0.0"}
    assert portal.get("/crm/v3/pipelines/contacts")["results"] == []


def test_a_deals_stages_have_a_probability_and_take_deals(portal: RunningSandbox) -> None:
    steps = [
        stage("Asked", 1, {"probability": "0.3"}, stageId="d-asked"),
        stage("Won", 2, {"probability": 1}, stageId="d-won"),
    ]
    body = {"label": "Partners", "displayOrder": 2, "stages": steps}
    status, headers, made = portal.call("POST", DEALS, body)
    assert status == 201, made
    assert headers["location"] == f"{portal.url}{DEALS}/{made['id']}"
    assert [one["metadata"]["isClosed"] for one in made["stages"]] == ["false", "true"]
    deal = {"dealname": "A", "pipeline": made["id"], "dealstage": "d-asked"}
    objects = "/crm/v3/objects/deals"
    status, _, created = portal.call("POST", objects, {"properties": deal})
    assert status == 201, created
    path = f"{objects}/{created['id']}"
    portal.call("PATCH", path, {"properties": {"dealstage": "d-won"}})
    names = "dealstage,hs_v2_date_exited_d-asked,hs_v2_date_entered_d-won"
    shown = portal.get(f"{path}?properties={names}")["properties"]
    assert shown["dealstage"] == "d-won"
    assert shown["hs_v2_date_exited_d-asked"] == shown["hs_v2_date_entered_d-won"]
    status, _, refused = portal.call("PATCH", path, {"properties": {"dealstage": "contractsent"}})
    assert (status, refused["errors"][0]["code"]) == (400, "INVALID_OPTION")
    validated = f"{DEALS}/{made['id']}?validateReferencesBeforeDelete=true"
    assert portal.call("DELETE", validated)[2]["subCategory"] == "PipelineError.STAGE_ID_IN_USE"


@pytest.mark.parametrize(
    "metadata", [{}, {"probability": "2"}, {"probability": True}, {"probability": "nan"},
                 {"ticketState": "OPEN"}, 5]
)  # fmt: skip
def test_a_deals_stage_without_a_probability_is_refused(
    portal: RunningSandbox, metadata: Any
) -> None:
    body = {"label": "X", "displayOrder": 1, "stages": [stage("Y", 0, metadata)]}
    status, _, answer = portal.call("POST", DEALS, body)
    assert (status, answer["category"]) == (400, "VALIDATION_ERROR")


@pytest.mark.parametrize(
    ("path", "body", "key"),
    [
        (V3, {"label": "L", "displayOrder": 8, "stages": [stage("S")]}, "id"),
        (f"{V3}/0/stages", stage("Located", 7), "id"),
        (TICKETS, {"properties": {"hs_pipeline_stage": "1"}}, "id"),
        ("/crm/properties/2026-09/tickets/groups", {"name": "g1", "label": "G"}, "name"),
        ("/crm/v3/properties/tickets", {"name": "located", "label": "P", "type": "string",
                                        "fieldType": "text", "groupName": "g1"}, "name"),
    ],
)  # fmt: skip
def test_a_creation_says_where_it_stands(
    portal: RunningSandbox, path: str, body: dict[str, Any], key: str
) -> None:
    status, headers, answer = portal.call("POST", path, body)
    assert status == 201, answer
    assert headers["location"] == f"{portal.url}{path}/{answer[key]}"
    assert portal.get(headers["location"].removeprefix(portal.url))[key] == answer[key]
