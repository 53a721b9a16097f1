"""Faults that change the portal, or lose what it said, over HTTP."""

from __future__ import annotations

import pytest

from tests.conftest import RunningSandbox

UNTIL = "2026-06-01T00:00:00Z"
TICKETS = "/crm/v3/objects/tickets"


def armed(server: RunningSandbox, **fault) -> None:
    server.control("POST", "faults", {"faults": [fault]})


def listed(server: RunningSandbox) -> dict:
    (fault,) = server.control("GET", "faults")["faults"]
    return fault


def pages(server: RunningSandbox, path: str) -> list[str]:
    after, ids = "", []
    while True:
        body = server.get(f"{path}{after}")
        ids += [row["id"] for row in body["results"]]
        if "paging" not in body:
            return ids
        after = f"&after={body['paging']['next']['after']}"


def test_records_are_archived_or_changed_between_two_pages_and_the_fault_says_which(
    sandbox, tmp_path
) -> None:
    server = sandbox(generate=60, until=UNTIL, limits="off", state=tmp_path / "state.jsonl")
    armed(server, kind="archive_between_pages", route=TICKETS, records=9, seed=4)
    before = set(pages(server, f"{TICKETS}?limit=100"))
    assert listed(server)["armed"] is True  # one page was enough: nobody read on
    read = set(pages(server, f"{TICKETS}?limit=20"))
    gone = set(listed(server)["did"])
    assert len(gone) == 9
    assert read < before
    assert before - read <= gone
    assert set(pages(server, f"{TICKETS}?limit=100&archived=true")) >= gone
    server.control("DELETE", "faults")
    armed(server, kind="change_between_pages", records=3)
    search = {"sorts": ["hs_lastmodifieddate"], "limit": 20}
    first = server.post(f"{TICKETS}/search", search)
    server.post(f"{TICKETS}/search", search | {"after": first["paging"]["next"]["after"]})
    changed = listed(server)["did"]
    assert len(changed) == 3
    shown = {row["id"]: row["updatedAt"] for row in server.get(f"{TICKETS}?limit=100")["results"]}
    assert sorted(shown, key=shown.get)[-3:] == sorted(changed, key=shown.get)
    server.stop()
    again = sandbox(generate=60, until=UNTIL, limits="off", state=tmp_path / "state.jsonl")
    assert set(pages(again, f"{TICKETS}?limit=100&archived=true")) >= gone


@pytest.mark.parametrize("object_type", ["contacts", "companies", "notes", "emails"])
def test_who_reads_other_records_than_tickets_finds_those_disturbed(
    sandbox, object_type: str
) -> None:
    server = sandbox(generate=60, until=UNTIL, limits="off")
    path = f"/crm/v3/objects/{object_type}"
    updated = {row["id"]: row["updatedAt"] for row in server.get(f"{path}?limit=100")["results"]}
    tickets = pages(server, f"{TICKETS}?limit=100")
    armed(server, kind="archive_between_pages", route=path, records=2)
    pages(server, f"{path}?limit=3")
    gone = set(listed(server)["did"])
    assert len(gone) == 2
    assert gone.isdisjoint(pages(server, f"{path}?limit=100"))
    server.control("DELETE", "faults")
    armed(server, kind="change_between_pages", route=path, records=2)
    pages(server, f"{path}?limit=3")
    for changed in listed(server)["did"]:
        assert server.get(f"{path}/{changed}")["updatedAt"] > updated.get(changed, "")
    assert pages(server, f"{TICKETS}?limit=100") == tickets


def test_a_lost_answer_hides_a_write_that_was_done(sandbox) -> None:
    server = sandbox(generate=5, until=UNTIL, limits="off")
    armed(server, kind="lost_answer")
    before = len(server.get(TICKETS)["results"])
    body = {"properties": {"subject": "twice?", "hs_pipeline_stage": "1"}}
    assert server.call("POST", TICKETS, body)[0] == 504
    assert listed(server)["served"] == 1
    assert len(server.get(TICKETS)["results"]) == before + 1
    assert server.call("POST", TICKETS, body)[0] == 201


def test_cursors_and_tokens_expire_when_told(sandbox) -> None:
    server = sandbox(generate=30, until=UNTIL, limits="off")
    armed(server, kind="expired_cursor", route=f"{TICKETS}*")
    after = server.get(TICKETS)["paging"]["next"]["after"]
    status, _, body = server.call("GET", f"{TICKETS}?after={after}")
    assert (status, body["category"]) == (400, "VALIDATION_ERROR")
    assert server.get(f"{TICKETS}?after={after}")["results"]
    armed(server, kind="expired_token")
    status, _, body = server.call("GET", TICKETS)
    assert (status, body["category"]) == (401, "EXPIRED_AUTHENTICATION")
    assert server.get(TICKETS)["results"]
