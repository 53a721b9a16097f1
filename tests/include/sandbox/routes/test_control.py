from __future__ import annotations

import urllib.error
import urllib.request

import pytest

from tests.conftest import RunningSandbox

UNTIL = "2026-06-01T00:00:00.000Z"


def refused(server: RunningSandbox, method: str, path: str, body: object = None) -> str:
    status, _, answer = server.call(method, f"/__sandbox__/{path}", body)
    assert status == 400
    assert list(answer) == ["error"]
    return answer["error"]


def test_health(served: RunningSandbox) -> None:
    health = served.control("GET", "health")
    assert health["status"] == "ok"
    assert health["tickets"] == 900
    assert health["now"].startswith("2026-06-01T00:")


def test_control_needs_no_token_and_is_not_counted(sandbox) -> None:
    server = sandbox(generate=5)
    assert server.call("GET", "/__sandbox__/health", token="wrong")[0] == 200
    server.call("GET", "/crm/v3/objects/tickets/17")
    server.call("GET", "/crm/v3/objects/tickets/18")
    route = "/crm/v3/objects/tickets/{id}"
    assert server.control("GET", "requests")["requests"] == [
        {"method": "GET", "route": route, "status": 404, "count": 2}
    ]
    assert server.control("DELETE", "requests") == {"requests": []}
    assert server.control("GET", "requests") == {"requests": []}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "nope", None),
        ("GET", "advance", None),
        ("POST", "advance", {}),
        ("POST", "advance", {"until": "soon"}),
        ("POST", "advance", {"until": 5}),
        ("POST", "advance", {"until": "2016-01-01"}),
        ("POST", "mutate", {"changes": "many"}),
        ("POST", "mutate", {"chances": 1}),
        ("POST", "faults", {"faults": []}),
        ("POST", "faults", b"{"),
        ("POST", "faults", [1]),
    ],
)
def test_what_cannot_be_done_is_400_with_one_sentence(
    served: RunningSandbox, method: str, path: str, body: object
) -> None:
    sentence = refused(served, method, path, body)
    assert sentence.endswith(".")


def test_advance_then_reset(sandbox) -> None:
    server = sandbox(generate=1000, seed=9, until=UNTIL)
    first = server.get("/crm/v3/objects/tickets?limit=100")
    done = server.control("POST", "advance", {"until": "2026-06-15T00:00:00Z"})
    assert done["created"] > 0
    assert done["changed"] > 0
    assert done["now"].startswith("2026-06-15T00:00")
    assert server.control("GET", "health")["tickets"] == 1000 + done["created"]
    server.control("POST", "faults", {"faults": [{"kind": "500", "count": 5}]})
    health = server.control("POST", "reset")
    assert health["tickets"] == 1000
    assert health["now"].startswith("2026-06-01T00:00")
    assert server.control("GET", "faults")["faults"] == []
    assert server.get("/crm/v3/objects/tickets?limit=100") == first


def test_mutate_does_what_it_says(sandbox) -> None:
    server = sandbox(generate=200, seed=9, until=UNTIL)
    wanted = {"seed": 3, "changes": 10, "archives": 4, "merges": 2, "links": 6}
    before = {row["id"]: row for row in _all(server)}
    links_before = _links(server, list(before))
    done = server.control("POST", "mutate", wanted)
    assert [len(done[k]) for k in ("changed", "archived", "merged", "linked")] == [10, 4, 2, 6]
    after = {row["id"]: row for row in _all(server)}
    gone = set(done["archived"])
    gone |= {i for m in done["merged"] for i in (m["primary"], m["secondary"])}
    assert set(before) - set(after) == gone
    assert set(after) - set(before) == {m["survivor"] for m in done["merged"]}
    moved = {i for i in set(before) & set(after) if before[i]["updatedAt"] != after[i]["updatedAt"]}
    assert moved == set(done["changed"]) - gone
    links_after = _links(server, list(after))
    for link in done["linked"]:
        pair = (link["ticket_id"], link["object_id"])
        assert (pair in links_after) == (link["action"] == "added")
        assert (pair in links_before) == (link["action"] == "removed")
    other = sandbox(generate=200, seed=9, until=UNTIL)
    assert other.control("POST", "mutate", wanted) == done


def test_mutating_more_than_there_is_does_what_it_can(sandbox) -> None:
    server = sandbox(generate=3)
    done = server.control("POST", "mutate", {"seed": 1, "archives": 50, "changes": 50})
    assert len(done["changed"]) == len(done["archived"]) == 3
    assert server.control("GET", "health")["tickets"] == 0
    assert server.control("POST", "mutate", {"seed": 1, "changes": 5})["changed"] == []


def _all(server: RunningSandbox) -> list[dict]:
    rows, after = [], ""
    while True:
        page = server.get(f"/crm/v3/objects/tickets?limit=100&after={after}")
        rows += page["results"]
        if "paging" not in page:
            return rows
        after = page["paging"]["next"]["after"]


def _links(server: RunningSandbox, ids: list[str]) -> set[tuple[str, str]]:
    body = {"inputs": [{"id": i} for i in ids]}
    _, _, answer = server.call("POST", "/crm/v4/associations/tickets/contacts/batch/read", body)
    return {(r["from"]["id"], str(to["toObjectId"])) for r in answer["results"] for to in r["to"]}


def test_a_web_page_of_this_machine_may_not_steer_the_portal(served: RunningSandbox) -> None:
    request = urllib.request.Request(  # noqa: S310 - http on loopback
        f"{served.url}/__sandbox__/reset", data=b"{}", headers={"Origin": "http://evil.example"}
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)  # noqa: S310
    assert refused.value.code == 400
    assert b"web page" in refused.value.read()


def test_a_purge_is_survived_by_an_index_that_lags(sandbox) -> None:
    portal = sandbox(generate=20, until="2026-06-01T00:00:00Z", index_lag_ms=3_600_000)
    search = {"filterGroups": [], "limit": 100}
    before = portal.post("/crm/v3/objects/tickets/search", search)["total"]
    gone = portal.get("/crm/v3/objects/tickets?limit=1")["results"][0]["id"]
    assert portal.call("DELETE", f"/crm/v3/objects/tickets/{gone}")[0] == 204
    portal.control("POST", "advance", {"until": "2026-10-01T00:00:00Z"})
    found = portal.post("/crm/v3/objects/tickets/search", search)
    assert gone not in {record["id"] for record in found["results"]}
    assert found["total"] >= before - 1
