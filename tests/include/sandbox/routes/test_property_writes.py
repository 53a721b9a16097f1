"""Properties, groups, pipelines and stages as HubSpot lets apps change them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import RunningSandbox, start_sandbox
from tests.include.sandbox.asking import Asker
from tests.include.sandbox.portals import generated_portal

PROPERTIES = "/crm/v3/properties/tickets"
TICKETS = "/crm/v3/objects/tickets"
TEXT = {
    "name": "source_key",
    "label": "Source key",
    "type": "string",
    "fieldType": "text",
    "groupName": "ticketinformation",
}


@pytest.fixture(scope="module")
def portal() -> Iterator[RunningSandbox]:
    server = start_sandbox(generate=30, seed=3, limits="off")
    yield server
    server.stop()


def defined(portal: RunningSandbox, **fields: Any) -> dict[str, Any]:
    status, _, answer = portal.call("POST", PROPERTIES, TEXT | fields)
    assert status == 201, answer
    return answer


def refused(portal: RunningSandbox, method: str, path: str, body: Any = None) -> dict[str, Any]:
    status, _, answer = portal.call(method, path, body)
    assert status in (400, 404, 409), answer
    return answer | {"http": status}


def ticket(portal: RunningSandbox, **values: Any) -> dict[str, Any]:
    body = {"properties": {"subject": "s", "hs_pipeline_stage": "1"} | values}
    status, _, answer = portal.call("POST", TICKETS, body)
    assert status == 201, answer
    return answer


def test_a_property_is_defined_written_changed_archived_and_brought_back(
    portal: RunningSandbox,
) -> None:
    listed = [{"label": "Gold", "value": "g"}, {"label": "Iron", "value": "i"}]
    kind = {"type": "enumeration", "fieldType": "select"}
    made = defined(portal, name="tier", description="d", options=listed, **kind)
    assert made["modificationMetadata"]["readOnlyValue"] is False
    assert [o["displayOrder"] for o in made["options"]] == [0, 1]
    mine = ticket(portal, tier="g")
    options = {"options": [{"label": "Silver", "value": "s"}]}
    status, _, changed = portal.call("PATCH", f"{PROPERTIES}/tier", options)
    assert (status, [o["value"] for o in changed["options"]]) == (200, ["s"])
    body = {"properties": {"tier": "g"}}
    other = ticket(portal)
    assert portal.call("PATCH", f"{TICKETS}/{other['id']}", body)[0] == 400  # no option any more
    shown = portal.get(f"{TICKETS}/{mine['id']}?properties=tier")
    assert shown["properties"]["tier"] == "g"
    assert shown["updatedAt"] == mine["updatedAt"]
    assert portal.call("DELETE", f"{PROPERTIES}/tier")[0] == 204
    assert portal.call("GET", f"{PROPERTIES}/tier")[0] == 404
    assert portal.get(f"{PROPERTIES}/tier?archived=true")["archived"] is True
    assert "tier" not in portal.get(f"{TICKETS}/{mine['id']}?properties=tier")["properties"]
    assert refused(portal, "POST", TICKETS, body)["http"] == 400
    back = defined(portal, name="tier")  # whatever is asked for, it comes back as it was
    assert (back["type"], back["description"]) == ("enumeration", "d")
    assert portal.get(f"{TICKETS}/{mine['id']}?properties=tier")["properties"]["tier"] == "g"


def test_a_name_that_is_taken(portal: RunningSandbox) -> None:
    defined(portal, name="taken")
    answer = refused(portal, "POST", PROPERTIES, TEXT | {"name": "taken"})
    assert answer["http"] == 409
    assert answer["category"] == "OBJECT_ALREADY_EXISTS"
    assert answer["subCategory"] == "Properties.PROPERTY_WITH_NAME_EXISTS"
    assert answer["message"] == "A property named 'taken' already exists."


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "Upper"},
        {"name": "two words"},
        {"name": "hs_mine"},
        {"name": ""},
        {"label": ""},
        {"type": "json"},
        {"fieldType": "date"},
        {"groupName": "nowhere"},
        {"options": [{"label": "a", "value": "1"}, {"label": "b", "value": "1"}]},
        {"options": "a;b"},
        {"displayOrder": "first"},
        {"dataSensitivity": "a little"},
    ],
)
def test_a_definition_that_is_not_valid(portal: RunningSandbox, fields: dict[str, Any]) -> None:
    answer = refused(portal, "POST", PROPERTIES, TEXT | {"name": "never"} | fields)
    assert (answer["http"], answer["category"]) == (400, "VALIDATION_ERROR")
    assert portal.call("GET", f"{PROPERTIES}/never")[0] == 404


def test_what_hubspot_defines_is_not_changed_or_archived(portal: RunningSandbox) -> None:
    assert refused(portal, "DELETE", f"{PROPERTIES}/subject")["http"] == 400
    assert refused(portal, "PATCH", f"{PROPERTIES}/subject", {"label": "Title"})["http"] == 400
    options = {"options": [{"label": "Very high", "value": "VERY_HIGH"}]}
    status, _, answer = portal.call("PATCH", f"{PROPERTIES}/hs_resolution", options)
    assert (status, len(answer["options"])) == (200, 1)


@pytest.mark.parametrize(
    "name", ["hs_pipeline", "hs_pipeline_stage", "hubspot_owner_id", "hs_time_to_close_sla_status"]
)
def test_options_that_come_from_elsewhere_are_not_written(
    portal: RunningSandbox, name: str
) -> None:
    before = portal.get(f"{PROPERTIES}/{name}")
    assert before["modificationMetadata"]["readOnlyOptions"] is True
    options = {"options": [{"label": "Low", "value": "LOW"}]}
    answer = refused(portal, "PATCH", f"{PROPERTIES}/{name}", options)
    assert (answer["http"], answer["category"]) == (400, "VALIDATION_ERROR")
    assert portal.get(f"{PROPERTIES}/{name}")["options"] == before["options"]


def test_only_lists_of_options_say_whether_they_may_be_written(portal: RunningSandbox) -> None:
    listed = {row["name"]: row["modificationMetadata"] for row in portal.get(PROPERTIES)["results"]}
    assert listed["hs_ticket_priority"]["readOnlyOptions"] is False
    assert "readOnlyOptions" not in listed["subject"]


def test_ten_unique_properties_and_not_one_more(sandbox) -> None:
    server = sandbox(generate=2)  # which has one already
    for i in range(9):
        defined(server, name=f"key_{i}", hasUniqueValue=True)
    body = TEXT | {"name": "key_9", "hasUniqueValue": True}
    assert refused(server, "POST", PROPERTIES, body)["http"] == 400
    change = {"hasUniqueValue": False}
    assert refused(server, "PATCH", f"{PROPERTIES}/key_1", change)["http"] == 400


@pytest.mark.parametrize(
    ("path", "whole", "partial"),
    [
        (f"{PROPERTIES}/batch/create", 201, 207),
        ("/crm/properties/2026-03/tickets/batch/create", 201, 207),
        ("/crm/properties/2026-09/tickets/batch/create", 200, 200),
    ],
)
def test_batches_of_properties(portal: RunningSandbox, path: str, whole: int, partial: int) -> None:
    stem = f"batch_{path.count('-')}_{path.count('3')}"
    inputs = [TEXT | {"name": f"{stem}_{i}"} for i in range(3)]
    status, _, answer = portal.call("POST", path, {"inputs": inputs})
    assert (status, len(answer["results"])) == (whole, 3)
    inputs.append(TEXT | {"name": f"{stem}_3"})
    status, _, answer = portal.call("POST", path, {"inputs": inputs})
    assert status == partial
    assert [row["name"] for row in answer["results"]] == [f"{stem}_3"]
    assert answer["numErrors"] == 3
    gone = {"inputs": [{"name": f"{stem}_{i}"} for i in range(4)]}
    archive = path.replace("create", "archive")
    assert portal.call("POST", archive, gone)[0] == 204
    assert portal.call("POST", archive, {"inputs": [{"name": "subject"}]})[0] == 400
    archived = {row["name"] for row in portal.get(f"{PROPERTIES}?archived=true")["results"]}
    assert {f"{stem}_{i}" for i in range(4)} <= archived


def test_a_batch_of_properties_is_archived_whole_or_not_at_all(sandbox) -> None:
    server = sandbox(generate=5)
    for name in ("free", "needed"):
        defined(server, name=name)
    server.control("POST", "require", {"create": ["needed"]})
    both = {"inputs": [{"name": "free"}, {"name": "needed"}]}
    assert server.call("POST", f"{PROPERTIES}/batch/archive", both)[0] == 400
    assert server.call("GET", f"{PROPERTIES}/free")[0] == 200


def test_an_archived_property_is_gone_after_90_days(sandbox) -> None:
    server = sandbox(generate=5, until="2026-06-01T00:00:00Z")
    defined(server)
    mine = ticket(server, source_key="1")
    server.call("DELETE", f"{PROPERTIES}/source_key")
    server.control("POST", "advance", {"until": "2026-09-01T00:00:00Z"})
    assert server.call("GET", f"{PROPERTIES}/source_key?archived=true")[0] == 404
    assert defined(server, label="Anew")["label"] == "Anew"
    shown = server.get(f"{TICKETS}/{mine['id']}?properties=source_key")
    assert shown["properties"]["source_key"] is None


def test_sensitive_properties_are_hidden_unless_asked_for_with_the_scope(sandbox) -> None:
    for scopes, sees in (("tickets", False), ("tickets,tickets.sensitive.v2", True)):
        server = sandbox(generate=2, scopes=scopes)
        defined(server, name="diagnosis", dataSensitivity="sensitive")
        named = {row["name"] for row in server.get(PROPERTIES)["results"]}
        asked = server.get(f"{PROPERTIES}?dataSensitivity=sensitive")["results"]
        assert "diagnosis" not in named
        assert [row["name"] for row in asked] == (["diagnosis"] if sees else [])
        path = f"{PROPERTIES}/diagnosis"
        assert server.call("GET", path)[0] == 404
        assert server.call("GET", f"{path}?dataSensitivity=sensitive")[0] == (200 if sees else 404)
        body = {"properties": {"hs_pipeline_stage": "1", "diagnosis": "flu"}}
        assert server.call("POST", TICKETS, body)[0] == (201 if sees else 400)
        assert server.call("PATCH", path, {"label": "D"})[0] == (200 if sees else 404)


def test_search_does_not_tell_what_the_token_may_not_see() -> None:
    portal = generated_portal(40, 1, "2026-06-01T00:00:00Z", limits="off")
    portal.stores["tickets"].definitions.secret_names = frozenset({"subject"})
    ask = Asker(portal)
    has = {"filters": [{"propertyName": "subject", "operator": "HAS_PROPERTY"}]}
    assert ask("POST", f"{TICKETS}/search", has)[1]["total"] == 0


def test_groups(portal: RunningSandbox) -> None:
    group = {"name": "migration", "label": "Migration", "displayOrder": 7}
    groups = f"{PROPERTIES}/groups"
    status, _, made = portal.call("POST", groups, group)
    assert (status, made) == (201, group | {"archived": False})
    assert refused(portal, "POST", groups, group)["http"] == 409
    status, _, changed = portal.call("PATCH", f"{groups}/migration", {"label": "Moved"})
    assert (status, changed["label"], changed["displayOrder"]) == (200, "Moved", 7)
    defined(portal, name="held", groupName="migration")
    answer = refused(portal, "DELETE", f"{groups}/migration")
    assert answer["subCategory"] == "PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES"
    portal.call("DELETE", f"{PROPERTIES}/held")
    assert portal.call("DELETE", f"{groups}/migration")[0] == 204
    assert refused(portal, "DELETE", f"{groups}/migration")["http"] == 404
    assert refused(portal, "PATCH", f"{groups}/migration", {})["http"] == 404
