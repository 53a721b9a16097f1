from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import RunningSandbox
from tests.datasets import write_dataset
from tests.include.sandbox.portals import at

FAMILIES = ["/crm/v3/objects", "/crm/objects/2026-03", "/crm/objects/2026-09"]


def all_ids(served: RunningSandbox, path: str) -> list[int]:
    ids: list[int] = []
    after = ""
    while True:
        page = served.get(f"{path}{'&' if '?' in path else '?'}limit=100&after={after}")
        ids += [int(row["id"]) for row in page["results"]]
        if "paging" not in page:
            return ids
        after = page["paging"]["next"]["after"]


@pytest.mark.parametrize("family", FAMILIES)
def test_the_list_shows_every_live_record_once_in_the_order_of_ids(
    served: RunningSandbox, family: str
) -> None:
    ids = all_ids(served, f"{family}/tickets?archived=false")
    assert len(ids) == 900
    assert ids == sorted(set(ids))


def test_after_is_the_id_of_the_next_record(served: RunningSandbox) -> None:
    first = served.get("/crm/v3/objects/tickets?limit=5")
    after = first["paging"]["next"]["after"]
    second = served.get(f"/crm/v3/objects/tickets?limit=5&after={after}")
    assert second["results"][0]["id"] == after
    assert int(after) > int(first["results"][-1]["id"])


def test_the_archived_list_shows_only_archived_records(served: RunningSandbox) -> None:
    page = served.get("/crm/v3/objects/tickets?archived=true&limit=100")
    assert len(page["results"]) == 19
    assert all(row["archived"] and row["archivedAt"] for row in page["results"])
    gone = page["results"][0]["id"]
    assert served.call("GET", f"/crm/v3/objects/tickets/{gone}")[0] == 404
    assert served.get(f"/crm/v3/objects/tickets/{gone}?archived=true")["id"] == gone


@pytest.mark.parametrize("object_type", ["tickets", "contacts", "companies", "deals", "0-5"])
def test_every_object_type_is_listed_and_its_default_properties_shown(
    served: RunningSandbox, object_type: str
) -> None:
    row = served.get(f"/crm/v3/objects/{object_type}?limit=1")["results"][0]
    modified = "lastmodifieddate" if object_type == "contacts" else "hs_lastmodifieddate"
    assert row["properties"]["hs_object_id"] == row["id"]
    assert row["properties"][modified] == row["updatedAt"]
    assert row["properties"]["createdate"] == row["createdAt"]
    assert all(value is None or isinstance(value, str) for value in row["properties"].values())


def test_the_default_ticket_properties_are_hubspots(served: RunningSandbox) -> None:
    row = served.get("/crm/v3/objects/tickets?limit=1")["results"][0]
    assert set(row["properties"]) == {
        "content",
        "createdate",
        "hs_lastmodifieddate",
        "hs_object_id",
        "hs_pipeline",
        "hs_pipeline_stage",
        "hs_ticket_category",
        "hs_ticket_priority",
        "subject",
    }


def test_an_undefined_property_is_left_out_and_an_empty_one_is_null(
    served: RunningSandbox,
) -> None:
    path = "/crm/v3/objects/tickets?limit=1&properties=no_such_thing,nps_score,subject"
    properties = served.get(path)["results"][0]["properties"]
    assert "no_such_thing" not in properties
    assert properties["nps_score"] is None
    assert properties["subject"]


@pytest.mark.parametrize(
    "query",
    ["limit=101", "limit=0", "limit=x", "limit=51&propertiesWithHistory=subject", "archived=maybe",
     "after=xyz"],
)  # fmt: skip
def test_a_list_beyond_its_limits_is_refused(served: RunningSandbox, query: str) -> None:
    status, _, body = served.call("GET", f"/crm/v3/objects/tickets?{query}")
    assert (status, body["category"]) == (400, "VALIDATION_ERROR")


def batch(served: RunningSandbox, body: dict[str, Any], family: str = FAMILIES[0]) -> tuple:
    status, _, answer = served.call("POST", f"{family}/tickets/batch/read", body)
    return status, answer


@pytest.mark.parametrize("family", FAMILIES)
def test_a_batch_read_shows_properties_and_history(served: RunningSandbox, family: str) -> None:
    rows = served.get("/crm/v3/objects/tickets?limit=50")["results"]
    body = {
        "inputs": [{"id": row["id"]} for row in rows],
        "properties": ["subject", "hs_pipeline_stage"],
        "propertiesWithHistory": ["hs_pipeline_stage", "nps_score"],
    }
    status, answer = batch(served, body, family)
    assert status == 200
    assert answer["status"] == "COMPLETE"
    assert [r["id"] for r in answer["results"]] == [r["id"] for r in rows]
    for row in answer["results"]:
        history = row["propertiesWithHistory"]["hs_pipeline_stage"]
        assert history[0]["value"] == row["properties"]["hs_pipeline_stage"]
        moments = [entry["timestamp"] for entry in history]
        assert moments == sorted(moments, reverse=True)
        assert row["propertiesWithHistory"]["nps_score"] == []


def test_missing_ids_make_a_207_that_names_them_and_keeps_the_rest(
    served: RunningSandbox,
) -> None:
    known = served.get("/crm/v3/objects/tickets?limit=1")["results"][0]["id"]
    gone = served.get("/crm/v3/objects/tickets?limit=1&archived=true")["results"][0]["id"]
    status, answer = batch(served, {"inputs": [{"id": known}, {"id": "5"}, {"id": gone}]})
    assert status == 207
    assert [row["id"] for row in answer["results"]] == [known]
    assert answer["numErrors"] == 1
    error = answer["errors"][0]
    assert error["category"] == "OBJECT_NOT_FOUND"
    assert error["context"]["ids"] == ["5", gone]


def test_a_merged_id_shows_the_survivor(served: RunningSandbox) -> None:
    found = served.post(
        "/crm/v3/objects/tickets/search",
        {
            "filters": [{"propertyName": "hs_merged_object_ids", "operator": "HAS_PROPERTY"}],
            "properties": ["hs_merged_object_ids"],
        },
    )
    survivors = found["results"]
    assert len(survivors) == 10
    old = survivors[0]["properties"]["hs_merged_object_ids"].split(";")
    assert served.get(f"/crm/v3/objects/tickets/{old[0]}")["id"] == survivors[0]["id"]
    status, answer = batch(served, {"inputs": [{"id": i} for i in old]})
    assert status == 200
    assert [row["id"] for row in answer["results"]] == [survivors[0]["id"]]
    assert served.call("GET", f"/crm/v3/objects/tickets/{old[0]}?archived=true")[0] == 404


def test_records_are_read_by_a_unique_property(served: RunningSandbox) -> None:
    path = "/crm/v3/objects/tickets?limit=1&properties=external_ticket_key"
    row = served.get(path)["results"][0]
    key = row["properties"]["external_ticket_key"]
    path = f"/crm/v3/objects/tickets/{key}?idProperty=external_ticket_key"
    assert served.get(path)["id"] == row["id"]
    body = {"idProperty": "external_ticket_key", "inputs": [{"id": key}, {"id": "K-none"}]}
    status, answer = batch(served, body)
    assert (status, [r["id"] for r in answer["results"]]) == (207, [row["id"]])
    assert served.call("GET", f"/crm/v3/objects/tickets/{key}?idProperty=subject")[0] == 400


@pytest.mark.parametrize(
    "body",
    [
        {"inputs": [{"id": "1"}] * 101},
        {"inputs": [{"id": "1"}] * 51, "propertiesWithHistory": ["subject"]},
        {"inputs": {}},
        {"inputs": ["1"]},
        {"inputs": [{"id": None}]},
        {"inputs": [{"id": True}]},
        {"inputs": [{"id": "1"}], "properties": "subject"},
        {"inputs": [{"id": "1"}], "properties": [1]},
        {"inputs": [{"id": "1"}], "idProperty": 3},
        {},
        [],
        b"{not json",
        b"",
    ],
)
def test_a_batch_beyond_its_limits_or_malformed_is_refused(
    served: RunningSandbox, body: Any
) -> None:
    status, answer = batch(served, body)
    assert (status, answer["category"]) == (400, "VALIDATION_ERROR")


def test_inline_associations_have_v3s_quirks(sandbox, tmp_path) -> None:
    contacts = [{"id": i} for i in range(1, 131)]
    links = [("tickets", 500, "contacts", i, 16, "", at(1), "") for i in range(1, 131)]
    links.append(("tickets", 500, "companies", 900, 26, "Primary", at(1), ""))
    folder = write_dataset(
        tmp_path,
        tickets=[(500, at(1)), (501, at(1))],
        contacts=contacts,
        companies=[{"id": 900, "name": "x"}],
        associations=links,
    )
    server = sandbox(dataset=folder)
    page = server.get("/crm/v3/objects/tickets?associations=contacts,companies,deals")
    first, second = page["results"]
    assert "associations" not in second
    assert len(first["associations"]["contacts"]["results"]) == 100
    assert first["associations"]["contacts"]["paging"]["next"]["after"] == "101"
    assert first["associations"]["companies"]["results"] == [
        {"id": "900", "type": "ticket_to_company"},
        {"id": "900", "type": "ticket_to_company_unlabeled"},
    ]
    assert "deals" not in first["associations"]


def test_a_history_cap_cuts_the_oldest_entries(sandbox, tmp_path) -> None:
    changes = [(1, at(day), "subject", f"v{day}", "API", "") for day in range(2, 28)]
    folder = write_dataset(tmp_path, tickets=[(1, at(1))], property_changes=changes)
    server = sandbox(dataset=folder, history_cap=20)
    row = server.get("/crm/v3/objects/tickets/1?propertiesWithHistory=subject")
    values = [entry["value"] for entry in row["propertiesWithHistory"]["subject"]]
    assert values == [f"v{day}" for day in range(27, 7, -1)]


def test_2026_09_answers_200_with_errors_unless_told_otherwise(
    served: RunningSandbox, sandbox
) -> None:
    status, answer = batch(served, {"inputs": [{"id": "5"}]}, FAMILIES[2])
    assert (status, answer["numErrors"], answer["results"]) == (200, 1, [])
    assert batch(served, {"inputs": [{"id": "5"}]}, FAMILIES[1])[0] == 207
    other = sandbox(generate=5, partial_status=207)
    assert batch(other, {"inputs": [{"id": "5"}]}, FAMILIES[2])[0] == 207
