"""Writes to single records and batches, as HubSpot answers them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import RunningSandbox, start_sandbox

V3 = "/crm/v3/objects"
FAMILIES = [V3, "/crm/objects/2026-03", "/crm/objects/2026-09"]
STAGED = {"subject": "Door", "hs_pipeline_stage": "1"}


@pytest.fixture(scope="module")
def portal() -> Iterator[RunningSandbox]:
    server = start_sandbox(generate=60, seed=3, until="2026-06-01T00:00:00Z", limits="off")
    yield server
    server.stop()


def created(portal: RunningSandbox, object_type: str = "tickets", **values: Any) -> dict[str, Any]:
    body = {"properties": (STAGED if object_type == "tickets" else {}) | values}
    status, _, answer = portal.call("POST", f"{V3}/{object_type}", body)
    assert status == 201, answer
    return answer


def read(portal: RunningSandbox, record_id: str, *names: str) -> dict[str, Any]:
    names_ = ",".join(names)
    query = f"properties={names_}&propertiesWithHistory={names_}"
    return portal.get(f"{V3}/tickets/{record_id}?{query}")


def codes(answer: dict[str, Any]) -> list[str]:
    return [error["code"] for error in answer["errors"]]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_ticket_is_created_changed_archived(portal: RunningSandbox, family: str) -> None:
    status, _, made = portal.call("POST", f"{family}/tickets", {"properties": STAGED})
    assert status == 201
    assert made["properties"]["hs_pipeline"] == "0"
    assert made["properties"]["hs_object_source"] == "API"
    assert made["properties"]["hs_ticket_id"] == made["id"]
    assert made["url"].endswith(f"/record/0-5/{made['id']}")
    path = f"{family}/tickets/{made['id']}"
    time.sleep(0.005)  # two writes within a millisecond share their moment
    status, _, changed = portal.call("PATCH", path, {"properties": {"subject": "Window"}})
    assert status == 200
    assert changed["properties"]["subject"] == "Window"
    assert changed["updatedAt"] > made["updatedAt"]
    assert portal.call("DELETE", path)[0] == 204
    assert portal.call("GET", path)[0] == 404
    assert portal.call("PATCH", path, {"properties": {"subject": "a"}})[0] == 404
    gone = portal.get(f"{path}?archived=true")
    assert gone["archived"] is True
    assert gone["updatedAt"] == changed["updatedAt"]  # archiving moves no modified time
    assert portal.call("DELETE", f"{family}/tickets/999")[0] == 204


def test_a_write_stands_in_the_history_newest_first_and_in_searchs_index(
    portal: RunningSandbox,
) -> None:
    made = created(portal)
    path = f"{V3}/tickets/{made['id']}"
    portal.call("PATCH", path, {"properties": {"subject": "Roof", "hs_pipeline_stage": "4"}})
    body = read(portal, made["id"], "subject", "closed_date", "hs_is_closed", "time_to_close")
    history = body["propertiesWithHistory"]["subject"]
    assert [entry["value"] for entry in history] == ["Roof", "Door"]
    assert {entry["sourceType"] for entry in history} == {"API"}
    assert body["properties"]["closed_date"] == body["updatedAt"]
    assert body["properties"]["hs_is_closed"] == "true"
    assert int(body["properties"]["time_to_close"]) >= 0
    found = portal.post(
        f"{V3}/tickets/search",
        {"filters": [{"propertyName": "subject", "operator": "EQ", "value": "Roof"}]},
    )
    assert [row["id"] for row in found["results"]] == [made["id"]]


def test_writing_the_value_at_hand_changes_nothing_unless_told_to(sandbox, portal) -> None:
    for server, moves in ((portal, False), (sandbox(generate=2, no_op_writes="bump"), True)):
        made = created(server)
        path = f"{V3}/tickets/{made['id']}"
        time.sleep(0.005)
        _, _, again = server.call("PATCH", path, {"properties": {"subject": "Door"}})
        assert (again["updatedAt"] > made["updatedAt"]) == moves
        assert len(read(server, made["id"], "subject")["propertiesWithHistory"]["subject"]) == 1


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"nope": "x"}, "PROPERTY_DOESNT_EXIST"),
        ({"legacy_code": "x"}, "PROPERTY_DOESNT_EXIST"),  # archived
        ({"hs_lastmodifieddate": "2026-01-01"}, "READ_ONLY_VALUE"),
        ({"hs_v2_date_entered_1": "2026-01-01"}, "READ_ONLY_VALUE"),
        ({"hs_time_to_close_sla_status": "1"}, "READ_ONLY_VALUE"),
        ({"createdate": "2026-01-01"}, "READ_ONLY_VALUE"),
        ({"closed_date": "2026-01-01"}, "READ_ONLY_VALUE"),
        ({"hs_ticket_priority": "high"}, "INVALID_OPTION"),
        ({"hs_ticket_category": "BILLING_ISSUE;NOPE"}, "INVALID_OPTION"),
        ({"hs_pipeline": "7"}, "INVALID_OPTION"),
        ({"hs_pipeline_stage": "148010001"}, "INVALID_OPTION"),  # another pipeline's
        ({"hubspot_owner_id": "1"}, "INVALID_OPTION"),
        ({"is_vip": "maybe"}, "INVALID_OPTION"),
        ({"downtime_minutes": "1,000"}, "INVALID_INTEGER"),
        ({"downtime_minutes": "nan"}, "INVALID_INTEGER"),
        ({"callback_at": "soon"}, "INVALID_DATE"),
        ({"visit_date": "1767225601000"}, "INVALID_DATE"),  # not midnight
        ({"content": "x" * 65_537}, "VALUE_TOO_LONG"),
    ],
)
def test_a_value_that_a_property_does_not_take(
    portal: RunningSandbox, values: dict[str, str], code: str
) -> None:
    made = created(portal)
    for method, path in (("POST", ""), ("PATCH", f"/{made['id']}")):
        body = {"properties": STAGED | values | {"content": values.get("content", "more")}}
        status, _, answer = portal.call(method, f"{V3}/tickets{path}", body)
        assert status == 400
        assert answer["category"] == "VALIDATION_ERROR"
        assert codes(answer) == [code]
        assert answer["message"].startswith('Property values were not valid: [{"isValid":false')
        assert answer["errors"][0]["context"]["propertyName"] == [next(iter(values))]
    assert read(portal, made["id"], "content")["properties"]["content"] is None


def test_values_are_kept_as_hubspot_keeps_them(portal: RunningSandbox) -> None:
    made = created(
        portal,
        callback_at="1767225601000",
        visit_date="2026-01-02T00:00:00Z",
        is_vip=True,
        downtime_minutes=15,
        hs_ticket_category="BILLING_ISSUE",
    )
    shown = made["properties"]
    assert shown["callback_at"] == "2026-01-01T00:00:01.000Z"
    assert shown["visit_date"] == "2026-01-02"
    assert shown["is_vip"] == "true"
    assert shown["downtime_minutes"] == "15"
    path = f"{V3}/tickets/{made['id']}"
    appended = {"hs_ticket_category": ";PRODUCT_ISSUE", "is_vip": "", "callback_at": None}
    _, _, changed = portal.call("PATCH", path, {"properties": appended})
    assert changed["properties"]["hs_ticket_category"] == "BILLING_ISSUE;PRODUCT_ISSUE"
    assert changed["properties"]["is_vip"] == changed["properties"]["callback_at"] == ""


@pytest.mark.parametrize(
    ("object_type", "missing"),
    [
        ("tickets", "hs_pipeline_stage"),
        ("notes", "hs_timestamp"),
        ("emails", "hs_timestamp, hs_email_direction"),
        ("calls", "hs_timestamp"),
        ("meetings", "hs_timestamp"),
        ("tasks", "hs_timestamp"),
        ("communications", "hs_timestamp"),
    ],
)
def test_what_a_new_record_needs(portal: RunningSandbox, object_type: str, missing: str) -> None:
    status, _, answer = portal.call("POST", f"{V3}/{object_type}", {"properties": {}})
    assert status == 400
    kind = object_type.upper().removesuffix("S")
    assert answer["message"] == (
        f"Cannot create object with type: {kind}. The following required properties were"
        f" missing: {missing}"
    )


def test_createdate_and_closed_date_are_writable_where_the_portal_says_so(sandbox) -> None:
    server = sandbox(generate=2, createdate_writable="yes")
    meta = server.get("/crm/v3/properties/tickets/createdate")["modificationMetadata"]
    assert meta["readOnlyValue"] is False
    born, closed = "2020-02-03T04:05:06.007Z", "2020-03-01T00:00:00.000Z"
    made = created(server, createdate=born, closed_date=closed, hs_pipeline_stage="4")
    body = read(server, made["id"], "createdate", "closed_date")
    assert body["createdAt"] == body["properties"]["createdate"] == born
    assert body["properties"]["closed_date"] == closed
    for stage, expected in (("1", lambda _: ""), ("4", lambda body: body["updatedAt"])):
        path = f"{V3}/tickets/{made['id']}"
        server.call("PATCH", path, {"properties": {"hs_pipeline_stage": stage}})
        body = read(server, made["id"], "closed_date")
        assert body["properties"]["closed_date"] == expected(body)


def test_a_unique_value_is_held_by_one_record(portal: RunningSandbox) -> None:
    made = created(portal, external_ticket_key="Key-1")
    body = {"properties": STAGED | {"external_ticket_key": "KEY-1"}}
    status, _, answer = portal.call("POST", f"{V3}/tickets", body)
    assert (status, answer["category"]) == (409, "CONFLICT")
    assert answer["message"].endswith(f"Existing ID: {made['id']}")
    status, _, answer = portal.call("POST", f"{V3}/tickets/batch/create", {"inputs": [body, body]})
    assert status == 409
    other = created(portal)
    status, _, _ = portal.call("PATCH", f"{V3}/tickets/{other['id']}", body)
    assert status == 409
    path = f"{V3}/tickets/key-1?idProperty=external_ticket_key"
    assert portal.get(path)["id"] == made["id"]
    freed = {"properties": {"external_ticket_key": ""}}
    portal.call("PATCH", path, freed)
    assert portal.call("PATCH", f"{V3}/tickets/{other['id']}", body)[0] == 200


def test_a_contacts_email_is_unique_in_hubspots_words(portal: RunningSandbox) -> None:
    made = created(portal, "contacts", email="New.Person@Example.com")
    assert made["properties"]["email"] == "new.person@example.com"
    body = {"properties": {"email": "new.person@example.COM"}}
    status, _, answer = portal.call("POST", f"{V3}/contacts", body)
    assert status == 409
    assert answer["message"] == f"Contact already exists. Existing ID: {made['id']}"


def test_a_record_is_born_with_its_links(portal: RunningSandbox) -> None:
    contact = portal.get(f"{V3}/contacts?limit=1")["results"][0]["id"]
    before = portal.get(f"{V3}/contacts/{contact}")["updatedAt"]
    links = [{"to": {"id": int(contact)}, "types": [
        {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 16},
        {"associationCategory": "USER_DEFINED", "associationTypeId": 37}]}]  # fmt: skip
    body = {"properties": STAGED, "associations": links}
    _, _, made = portal.call("POST", f"{V3}/tickets", body)
    answer = portal.post(
        "/crm/v4/associations/tickets/contacts/batch/read", {"inputs": [{"id": made["id"]}]}
    )
    (link,) = answer["results"][0]["to"]
    assert [kind["typeId"] for kind in link["associationTypes"]] == [16, 37]
    assert portal.get(f"{V3}/contacts/{contact}")["updatedAt"] == before
    links[0]["to"]["id"] = "99"
    status, _, _ = portal.call("POST", f"{V3}/tickets", body)
    assert status == 400


def test_a_task_is_completed(portal: RunningSandbox) -> None:
    task = created(portal, "tasks", hs_timestamp="2026-01-01", hs_task_status="NOT_STARTED")
    names = "properties=hs_task_is_completed,hs_task_completion_date"
    path = f"{V3}/tasks/{task['id']}"
    assert portal.get(f"{path}?{names}")["properties"]["hs_task_is_completed"] == "0"
    portal.call("PATCH", path, {"properties": {"hs_task_status": "COMPLETED"}})
    shown = portal.get(f"{path}?{names}")
    assert shown["properties"]["hs_task_is_completed"] == "1"
    assert shown["properties"]["hs_task_completion_date"] == shown["updatedAt"]


@pytest.mark.parametrize("family", FAMILIES)
def test_without_trace_ids_one_bad_row_fails_the_batch(portal: RunningSandbox, family: str) -> None:
    before = portal.control("GET", "health")["tickets"]
    inputs = [{"properties": STAGED}, {"properties": {"subject": "no stage"}}]
    status, _, answer = portal.call("POST", f"{family}/tickets/batch/create", {"inputs": inputs})
    assert (status, answer["category"]) == (400, "VALIDATION_ERROR")
    inputs[0]["objectWriteTraceId"] = "only one of them"
    assert portal.call("POST", f"{family}/tickets/batch/create", {"inputs": inputs})[0] == 400
    assert portal.control("GET", "health")["tickets"] == before


@pytest.mark.parametrize(("family", "partial"), list(zip(FAMILIES, (207, 207, 201), strict=True)))
def test_with_trace_ids_the_good_rows_are_written(
    portal: RunningSandbox, family: str, partial: int
) -> None:
    inputs = [
        {"properties": STAGED, "objectWriteTraceId": "good"},
        {"properties": {"subject": "no stage"}, "objectWriteTraceId": "bad"},
    ]
    path = f"{family}/tickets/batch/create"
    status, _, answer = portal.call("POST", path, {"inputs": inputs})
    assert status == partial
    assert [row["objectWriteTraceId"] for row in answer["results"]] == ["good"]
    assert answer["numErrors"] == 1
    assert answer["errors"][0]["context"] == {"objectWriteTraceId": ["bad"]}
    status, _, answer = portal.call("POST", path, {"inputs": inputs[:1]})
    assert (status, "errors" in answer) == (201, False)


def test_batch_update_tells_what_is_missing_and_refuses_twins(portal: RunningSandbox) -> None:
    one, other = created(portal), created(portal)
    change = {"subject": "batch"}
    inputs = [{"id": i, "properties": change} for i in (one["id"], "12", int(other["id"]))]
    status, _, answer = portal.call("POST", f"{V3}/tickets/batch/update", {"inputs": inputs})
    assert status == 207
    assert {row["id"] for row in answer["results"]} == {one["id"], other["id"]}
    assert answer["errors"][0]["category"] == "OBJECT_NOT_FOUND"
    assert answer["errors"][0]["context"] == {"ids": ["12"]}
    inputs = [{"id": one["id"], "properties": change}] * 2
    assert portal.call("POST", f"{V3}/tickets/batch/update", {"inputs": inputs})[0] == 400
    assert portal.call("POST", f"{V3}/tickets/batch/update", {"inputs": inputs * 51})[0] == 400


def test_upsert_creates_once_and_changes_afterwards(portal: RunningSandbox) -> None:
    key = {"idProperty": "external_ticket_key"}
    inputs = [key | {"id": f"up-{i}", "properties": STAGED} for i in range(100)]
    first = portal.post(f"{V3}/tickets/batch/upsert", {"inputs": inputs})["results"]
    again = portal.post(f"{V3}/tickets/batch/upsert", {"inputs": inputs})["results"]
    assert {row["new"] for row in first} == {True}
    assert {row["new"] for row in again} == {False}
    assert [row["id"] for row in first] == [row["id"] for row in again]
    assert {row["properties"]["external_ticket_key"] for row in first} == {
        f"up-{i}" for i in range(100)
    }
    for bad in (key | {"id": "up-1"}, {"id": first[0]["id"], "idProperty": "hs_object_id"},
                {"id": "up-1"}, {"id": "x", "idProperty": "subject"}):  # fmt: skip
        twice = {"inputs": [bad | {"properties": STAGED}] * 2}
        assert portal.call("POST", f"{V3}/tickets/batch/upsert", twice)[0] == 400


def test_batch_archive_and_the_restore_that_only_people_can_do(portal: RunningSandbox) -> None:
    one, other = created(portal, external_ticket_key="back"), created(portal)
    gone = {"inputs": [{"id": one["id"]}, {"id": "5"}, {"id": other["id"]}]}
    assert portal.call("POST", f"{V3}/tickets/batch/archive", gone)[0] == 204
    assert portal.call("GET", f"{V3}/tickets/{one['id']}")[0] == 404
    done = portal.control("POST", "restore", {"ids": [one["id"], "5"]})
    assert done == {"restored": [one["id"]], "not_restored": ["5"]}
    assert portal.get(f"{V3}/tickets/{one['id']}")["updatedAt"] == one["updatedAt"]
    by_key = f"{V3}/tickets/back?idProperty=external_ticket_key"
    assert portal.get(by_key)["id"] == one["id"]


def test_a_merge_makes_a_new_record_that_the_old_ids_mean(portal: RunningSandbox) -> None:
    one, other = created(portal, subject="One"), created(portal, subject="Other")
    body = {"primaryObjectId": one["id"], "objectIdToMerge": int(other["id"])}
    status, _, merged = portal.call("POST", f"{V3}/tickets/merge", body)
    assert status == 200
    assert merged["id"] not in (one["id"], other["id"])
    assert merged["properties"]["subject"] == "One"
    for old in (one["id"], other["id"]):
        path = f"{V3}/tickets/{old}"
        assert portal.get(path)["id"] == merged["id"]
        status, _, changed = portal.call("PATCH", path, {"properties": {"content": old}})
        assert (status, changed["id"]) == (200, merged["id"])
        inputs = {"inputs": [{"id": old, "properties": {"content": "no"}}]}
        status, _, answer = portal.call("POST", f"{V3}/tickets/batch/update", inputs)
        assert (status, answer["results"]) == (207, [])
    again = read(portal, merged["id"], "hs_merged_object_ids", "subject")
    assert again["properties"]["hs_merged_object_ids"] == f"{one['id']};{other['id']}"
    values = [entry["value"] for entry in again["propertiesWithHistory"]["subject"]]
    assert {"One", "Other"} == set(values)
    assert portal.call("POST", f"{V3}/tickets/merge", body)[0] == 400  # one record now
    body["objectIdToMerge"] = "12"
    assert portal.call("POST", f"{V3}/tickets/merge", body)[0] == 404


def test_a_record_takes_part_in_250_merges_and_not_one_more(portal: RunningSandbox) -> None:
    inputs = {"inputs": [{"properties": STAGED}] * 100}
    made = [
        row["id"]
        for _ in range(3)
        for row in portal.call("POST", f"{V3}/tickets/batch/create", inputs)[2]["results"]
    ]
    survivor, merged = made[0], []
    for other in made[1:]:
        body = {"primaryObjectId": survivor, "objectIdToMerge": other}
        status, _, answer = portal.call("POST", f"{V3}/tickets/merge", body)
        if status != 200:
            break
        survivor = answer["id"]
        merged.append(other)
    assert (status, answer["message"]) == (414, "Cannot have more than 250 identities on a profile")
    assert len(merged) == 250


def test_2026_09_enforces_what_the_portal_demands(sandbox) -> None:
    server = sandbox(generate=2)
    rule = {"property": "hs_resolution", "when": "hs_pipeline_stage", "values": ["4"]}
    server.control("POST", "require", {"create": ["content"], "conditional": [rule]})
    dated, legacy = "/crm/objects/2026-09/tickets", f"{V3}/tickets"
    assert server.call("POST", legacy, {"properties": STAGED})[0] == 201
    status, _, answer = server.call("POST", dated, {"properties": STAGED})
    assert (status, codes(answer)) == (400, ["MISSING_REQUIRED_PROPERTY"])
    made = created(server, content="c")
    close = {"properties": {"hs_pipeline_stage": "4"}}
    status, _, answer = server.call("PATCH", f"{dated}/{made['id']}", close)
    assert (status, codes(answer)) == (400, ["MISSING_CONDITIONAL_REQUIRED_PROPERTY"])
    close["properties"]["hs_resolution"] = "ISSUE_FIXED"
    assert server.call("PATCH", f"{dated}/{made['id']}", close)[0] == 200


def test_writing_needs_the_scope_of_writing(sandbox) -> None:
    server = sandbox(generate=2, scopes="crm.objects.contacts.read")
    status, _, answer = server.call("POST", f"{V3}/contacts", {"properties": {"firstname": "A"}})
    assert (status, answer["category"]) == (403, "MISSING_SCOPES")
    needed = answer["errors"][0]["context"]["requiredGranularScopes"]
    assert needed == ["crm.objects.contacts.write"]


def test_the_recycle_bin_is_emptied_after_90_days_of_the_portals_clock(sandbox) -> None:
    server = sandbox(generate=20, until="2026-06-01T00:00:00Z")
    made = created(server)
    path = f"{V3}/tickets/{made['id']}"
    server.call("DELETE", path)
    server.control("POST", "advance", {"until": "2026-08-29T00:00:00Z"})
    assert server.get(f"{path}?archived=true")["id"] == made["id"]
    server.control("POST", "advance", {"until": "2026-08-31T00:00:00Z"})
    assert server.call("GET", f"{path}?archived=true")[0] == 404
    assert server.control("POST", "restore", {"ids": [made["id"]]})["restored"] == []


def test_every_write_survives_a_restart(sandbox, tmp_path) -> None:
    flags = {"generate": 20, "until": "2026-06-01T00:00:00Z", "state": tmp_path / "state.jsonl"}
    server = sandbox(**flags)
    one, other, third = created(server, external_ticket_key="k"), created(server), created(server)
    server.call("PATCH", f"{V3}/tickets/{one['id']}", {"properties": {"subject": "Später 🕰"}})
    server.call("POST", f"{V3}/tickets/merge",
                {"primaryObjectId": one["id"], "objectIdToMerge": other["id"]})  # fmt: skip
    server.call("DELETE", f"{V3}/tickets/{third['id']}")
    server.control("POST", "mutate", {"seed": 1, "changes": 3, "archives": 2})
    server.control("POST", "restore", {"ids": [third["id"]]})
    created(server, "notes", hs_timestamp="2026-01-01", hs_note_body="kept")
    pages = [f"{V3}/tickets?limit=100&archived={a}&properties=subject" for a in ("false", "true")]
    pages.append(f"{V3}/notes?limit=100&properties=hs_note_body")
    before = [server.get(page) for page in pages]
    server.stop()
    again = sandbox(**flags)
    assert [_without_links(again.get(page)) for page in pages] == [
        _without_links(page) for page in before
    ]


def _without_links(page: dict[str, Any]) -> dict[str, Any]:
    """Two servers have two ports."""
    return {name: value for name, value in page.items() if name != "paging"}


def test_the_bodies_of_emails_need_a_scope_of_their_own(sandbox) -> None:
    scopes = "crm.objects.contacts.read,crm.objects.contacts.write"
    values = {"hs_timestamp": "2026-01-01", "hs_email_direction": "EMAIL", "hs_email_text": "x"}
    for granted, sees in ((scopes, False), (f"{scopes},sales-email-read", True)):
        server = sandbox(generate=5, scopes=granted)
        made = created(server, "emails", **values)
        names = "properties=hs_email_text,hs_email_direction"
        shown = server.get(f"{V3}/emails/{made['id']}?{names}")["properties"]
        assert shown["hs_email_direction"] == "EMAIL"
        assert ("hs_email_text" in shown) == sees
