"""Records: every route of every object package of the client."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from tests.contract.client import Called

WHEN = "2026-05-01T10:00:00Z"
NEW: dict[str, dict[str, str]] = {
    "tickets": {"subject": "A", "hs_pipeline_stage": "1"},
    "contacts": {"email": "%s@example.com", "firstname": "A"},
    "companies": {"name": "A", "domain": "%s.example.com"},
    "deals": {"dealname": "A", "dealstage": "closedwon", "pipeline": "default"},
    "notes": {"hs_timestamp": WHEN, "hs_note_body": "A"},
    "emails": {"hs_timestamp": WHEN, "hs_email_direction": "EMAIL", "hs_email_subject": "A"},
    "calls": {"hs_timestamp": WHEN, "hs_call_title": "A"},
    "meetings": {"hs_timestamp": WHEN, "hs_meeting_title": "A"},
    "tasks": {"hs_timestamp": WHEN, "hs_task_subject": "A"},
    "communications": {"hs_timestamp": WHEN, "hs_communication_body": "A"},
}
TEXT = {"tickets": "subject", "contacts": "firstname", "companies": "name", "deals": "dealname",
        "notes": "hs_note_body", "emails": "hs_email_subject", "calls": "hs_call_title",
        "meetings": "hs_meeting_title", "tasks": "hs_task_subject",
        "communications": "hs_communication_body"}  # fmt: skip
CORE = ("tickets", "contacts", "companies", "deals")


def fresh(name: str, key: str) -> dict[str, str]:
    return {n: value.replace("%s", key) for n, value in NEW[name].items()}


def unique_property(client: Any, name: str, key: str = "contract_key") -> str:
    """Define the property that upserts go by."""
    group = client.crm.properties.groups_api.get_all(name).results[0].name
    definition = {"name": key, "label": "Contract key", "type": "string",
                  "fieldType": "text", "groupName": group, "hasUniqueValue": True}  # fmt: skip
    client.crm.properties.core_api.create(name, definition)
    return key


def drive_single(api: Any, name: str) -> str:
    made = api.create({"properties": fresh(name, "one"), "associations": []})
    assert made.created_at == made.updated_at
    text = TEXT[name]
    changed = api.update(made.id, {"properties": {text: "B"}})
    assert changed.properties[text] == "B"
    shown = api.get_by_id(made.id, properties=[text], properties_with_history=[text])
    assert shown.properties[text] == "B"
    assert [entry.value for entry in shown.properties_with_history[text]] == ["B", "A"]
    page = api.get_page(limit=2, properties=[text])
    assert page.results[0].id
    api.archive(made.id)
    assert made.id not in {row.id for row in api.get_page(limit=100).results}
    assert api.get_by_id(made.id, archived=True).archived is True
    return made.id


def drive_batch(api: Any, name: str, key: str) -> list[str]:
    text = TEXT[name]
    rows = [{"properties": fresh(name, f"batch{i}"), "associations": []} for i in range(2)]
    made = api.create({"inputs": rows})
    assert made.status == "COMPLETE"
    ids = [row.id for row in made.results]
    assert len(set(ids)) == 2
    changed = api.update({"inputs": [{"id": i, "properties": {text: "C"}} for i in ids]})
    assert {row.id for row in changed.results} == set(ids)
    asked = {"inputs": [{"id": i} for i in ids], "properties": [text], "propertiesWithHistory": []}
    assert {row.properties[text] for row in api.read(asked).results} == {"C"}
    rows = [{"idProperty": key, "id": f"{name}-1",
             "properties": {**fresh(name, "upsert"), key: f"{name}-1"}}]  # fmt: skip
    assert [row.new for row in api.upsert({"inputs": rows}).results] == [True]
    assert [row.new for row in api.upsert({"inputs": rows}).results] == [False]
    return ids


def drive_search(api: Any, ids: list[str]) -> None:
    wanted = {"propertyName": "hs_object_id", "operator": "IN", "values": ids}
    found = api.do_search(
        {"filterGroups": [{"filters": [wanted]}], "sorts": ["hs_object_id"], "limit": 10,
         "after": "0", "properties": ["hs_object_id"]}
    )  # fmt: skip
    assert found.total == len(ids)
    assert sorted(row.id for row in found.results) == sorted(ids)


@pytest.mark.parametrize("name", list(NEW))
def test_every_route_of_an_object(client: Any, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    place = f"hubspot.crm.{name}" if name in CORE else f"hubspot.crm.objects.{name}"
    called = Called(importlib.import_module(place), monkeypatch)
    apis = getattr(client.crm if name in CORE else client.crm.objects, name)
    key = unique_property(client, name)
    gone = drive_single(apis.basic_api, name)
    ids = drive_batch(apis.batch_api, name, key)
    drive_search(apis.search_api, ids)
    if name in CORE:
        merged = apis.basic_api.merge({"primaryObjectId": ids[0], "objectIdToMerge": ids[1]})
        assert apis.basic_api.get_by_id(ids[1]).id == merged.id
        ids = [merged.id]
    if name == "contacts":
        apis.basic_api.purge({"objectId": gone})
    apis.batch_api.archive({"inputs": [{"id": i} for i in ids]})
    called.assert_all_but()


def test_every_route_of_objects_by_name(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    called = Called(importlib.import_module("hubspot.crm.objects"), monkeypatch)
    apis = client.crm.objects

    class Bound:
        """The generic API with its object's name filled in."""

        def __init__(self, api: Any) -> None:
            self.api = api

        def __getattr__(self, name: str) -> Any:
            return lambda *args, **more: getattr(self.api, name)("0-5", *args, **more)

    key = unique_property(client, "tickets", "contract_other_key")
    drive_single(Bound(apis.basic_api), "tickets")
    ids = drive_batch(Bound(apis.batch_api), "tickets", key)
    drive_search(Bound(apis.search_api), ids)
    Bound(apis.batch_api).archive({"inputs": [{"id": i} for i in ids]})
    called.assert_all_but()
