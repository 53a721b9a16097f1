from __future__ import annotations

import pytest

from tests.include.sandbox.asking import Asker
from tests.include.sandbox.portals import generated_portal


@pytest.fixture(scope="module")
def ask() -> Asker:
    return Asker(generated_portal(40, 1, "2026-06-01T00:00:00Z", limits="off"))


@pytest.mark.parametrize(
    "name", ["ticket", "tickets", "contact", "company", "deal", "product", "line_item", "calls",
             "form", "goal_targets", "leads", "notes"]
)  # fmt: skip
def test_v2_lists_the_properties_of_every_object(ask: Asker, name: str) -> None:
    status, listed = ask("GET", f"/properties/v2/{name}/properties")
    assert status == 200
    assert {"name", "type", "fieldType"} <= set(listed[0])


def test_v2_knows_the_same_properties_as_v3_and_no_odd_object(ask: Asker) -> None:
    v2 = {p["name"] for p in ask("GET", "/properties/v2/ticket/properties")[1]}
    assert v2 == {p["name"] for p in ask("GET", "/crm/v3/properties/tickets")[1]["results"]}
    companies = {p["name"] for p in ask("GET", "/companies/v2/properties")[1]}
    assert companies == {p["name"] for p in ask("GET", "/properties/v2/company/properties")[1]}
    assert ask("GET", "/properties/v2/nonsense/properties")[0] == 404


def test_v4_lists_tickets_as_v3_does(ask: Asker) -> None:
    query = "?limit=7&archived=False&associations=contact&associations=company&properties=subject"
    v4, v3 = (ask("GET", f"/crm/{v}/objects/tickets{query}")[1] for v in ("v4", "v3"))
    assert v4["results"] == v3["results"]
    kinds = {kind for row in v4["results"] for kind in row.get("associations", {})}
    assert kinds == {"contacts", "companies"}
    assert (
        ask("GET", v4["paging"]["next"]["link"].removeprefix("http://portal.test:8089"))[0] == 200
    )


def test_owners_answer_with_a_slash_too(ask: Asker) -> None:
    assert ask("GET", "/crm/v3/owners/") == ask("GET", "/crm/v3/owners")


def test_deal_pipelines_and_schemas_answer(ask: Asker) -> None:
    (pipeline,) = ask("GET", "/deals/v1/pipelines")[1]
    assert {stage["stageId"] for stage in pipeline["stages"]} >= {"closedwon", "closedlost"}
    for path in ("/crm/v3/schemas", "/crm-object-schemas/v3/schemas"):
        assert ask("GET", path) == (200, {"results": []})


def test_a_search_takes_filters_without_groups_and_numbers_as_values(ask: Asker) -> None:
    listed = ask("GET", "/crm/v3/objects/tickets?limit=5")[1]["results"]
    lowest = int(listed[2]["id"])
    moment = 1_262_304_000_000
    filters = [
        {"propertyName": "hs_object_id", "operator": "GTE", "value": lowest},
        {"propertyName": "hs_lastmodifieddate", "operator": "GTE", "value": moment},
    ]
    _, found = ask("POST", "/crm/v3/objects/ticket/search", {"filters": filters, "limit": 200})
    assert found["total"] == 38
