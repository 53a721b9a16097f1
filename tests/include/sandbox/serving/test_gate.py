"""What every request passes: token, scopes, lengths, limits, faults; the wire itself."""

from __future__ import annotations

import http.client
import json
import threading
import time
import urllib.error
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime

import pytest

from include.sandbox.faults import Fault
from include.sandbox.routes import ENDPOINTS
from include.sandbox.serving.desk import scopes_of
from include.sandbox.serving.fault_answers import faulty
from include.sandbox.serving.router import Router
from tests.conftest import RunningSandbox
from tests.include.sandbox.asking import Asker
from tests.include.sandbox.portals import generated_portal

TICKETS = "/crm/v3/objects/tickets"


def test_every_answer_says_that_it_is_a_sandboxs(served: RunningSandbox) -> None:
    for path in (TICKETS, "/nope", "/__sandbox__/health", "/__sandbox__/nope", f"{TICKETS}/1"):
        assert served.call("GET", path)[1]["x-sandbox"] == "1"
    assert served.call("GET", TICKETS, token="wrong")[1]["x-sandbox"] == "1"


@pytest.mark.parametrize("token", ["wrong", "", "sandbox-token-and-more"])
def test_a_wrong_token_is_401_in_the_envelope(served: RunningSandbox, token: str) -> None:
    status, _, body = served.call("GET", TICKETS, token=token)
    assert status == 401
    assert body["status"] == "error"
    assert body["category"] == "INVALID_AUTHENTICATION"
    assert body["correlationId"]


def test_unknown_routes_methods_and_object_types_are_answered_in_the_envelope(
    served: RunningSandbox,
) -> None:
    for method, path, status in (
        ("GET", "/nope", 404),
        ("GET", "/crm/v5/objects/tickets", 404),
        ("DELETE", TICKETS, 405),
        ("GET", "/crm/v3/objects/unicorns", 400),
        ("GET", f"{TICKETS}/not-a-number", 404),
    ):
        answered, _, body = served.call(method, path)
        assert answered == status, path
        assert body["correlationId"]


def test_a_missing_scope_is_403_and_named(sandbox) -> None:
    server = sandbox(generate=5, scopes="tickets,crm.objects.contacts.read")
    assert server.call("GET", TICKETS)[0] == 200
    assert server.call("GET", "/crm/v3/properties/tickets")[0] == 200
    for path, scope in (
        ("/crm/v3/objects/deals", "crm.objects.deals.read"),
        ("/crm/v3/owners", "crm.objects.owners.read"),
    ):
        status, _, body = server.call("GET", path)
        assert (status, body["category"]) == (403, "MISSING_SCOPES")
        assert body["errors"][0]["context"]["requiredGranularScopes"] == [scope]
    path = "/crm/v4/associations/tickets/companies/batch/read"
    assert server.call("POST", path, {"inputs": []})[0] == 403


def test_a_request_line_over_16200_characters_is_an_html_414(served: RunningSandbox) -> None:
    def status(length: int) -> int:
        base = f"{TICKETS}?limit=1&properties="
        path = base + "x" * (length - len("GET  HTTP/1.1") - len(base))
        answered, headers, body = served.call("GET", path)
        if answered == 414:
            assert headers["content-type"].startswith("text/html")
            assert body.startswith("<html>")
        return answered

    assert status(16_200) == 200
    assert status(16_201) == 414
    assert status(60_000) == 414


def test_a_request_line_that_no_parser_takes_is_the_same_414_and_is_counted(
    served: RunningSandbox,
) -> None:
    def counted() -> int:
        rows = served.control("GET", "requests")["requests"]
        return sum(row["count"] for row in rows if "65,535" in row["route"])

    before = counted()
    for length in (65_600, 300_000):
        status, headers, body = served.call("GET", f"{TICKETS}?properties={'x' * length}")
        assert (status, headers["x-sandbox"]) == (414, "1")
        assert headers["content-type"].startswith("text/html")
        assert headers["date"]
        assert body.startswith("<html>")
    assert counted() == before + 2
    assert served.call("GET", TICKETS)[0] == 200


def test_nobody_gets_a_web_socket(served: RunningSandbox) -> None:
    connection = http.client.HTTPConnection(served.url.removeprefix("http://"), timeout=10)
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
               "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}  # fmt: skip
    connection.request("GET", TICKETS, headers=upgrade)
    assert connection.getresponse().status == 401
    connection.close()


def test_the_log_shows_of_an_unknown_path_only_where_it_begins(served: RunningSandbox) -> None:
    for path in ("/oauth/v9/access-tokens/secret-token", "/secretly/known", "/nope"):
        assert served.call("GET", path)[0] == 404
    routes = {row["route"] for row in served.control("GET", "requests")["requests"]}
    assert {"/oauth/v9/…", "/secretly/known", "/nope"} <= routes
    assert not [route for route in routes if "secret-token" in route]


def test_refusals_of_faults_carry_hubspots_headers_and_may_be_slow(sandbox) -> None:
    server = sandbox(generate=5, limits="off")
    for kind in ("403", "423", "429", "477", "500"):
        arm(server, kind=kind, method="get", ms=150)
        begin = time.monotonic()
        _, headers, body = server.call("GET", TICKETS)
        assert time.monotonic() - begin >= 0.15
        assert headers["x-hubspot-correlation-id"] == body["correlationId"]
        assert headers["x-hubspot-ratelimit-max"] == "190"
    arm(server, kind="401")
    headers = server.call("GET", TICKETS)[1]
    assert headers["x-hubspot-correlation-id"]
    assert "x-hubspot-ratelimit-max" not in headers
    arm(server, kind="502")
    assert "x-hubspot-correlation-id" not in server.call("GET", TICKETS)[1]  # HubSpot never saw it


def test_limit_headers_on_everything_but_search(served: RunningSandbox) -> None:
    headers = served.call("GET", TICKETS)[1]
    assert headers["x-hubspot-ratelimit-max"] == "190"
    assert headers["x-hubspot-ratelimit-interval-milliseconds"] == "10000"
    assert headers["x-hubspot-ratelimit-daily"] == "625000"
    assert headers["x-hubspot-correlation-id"]
    searched = served.call("POST", f"{TICKETS}/search", {})[1]
    assert not [name for name in searched if name.startswith("x-hubspot-ratelimit")]
    assert searched["x-hubspot-correlation-id"]


def test_the_date_header_is_the_portals_clock(sandbox) -> None:
    server = sandbox(generate=5, until="2016-04-01T00:00:00Z")
    date = parsedate_to_datetime(server.call("GET", TICKETS)[1]["date"])
    assert date.isoformat().startswith("2016-04-01T00:00")
    server.control("POST", "advance", {"until": "2016-05-01T00:00:00Z"})
    later = parsedate_to_datetime(server.call("GET", TICKETS)[1]["date"])
    assert later.isoformat().startswith("2016-05-01T00:00")


def test_hubspots_limits() -> None:
    portal = generated_portal(5, 1, "2026-06-01T00:00:00Z")
    portal.limits._monotonic = lambda: 1000.0  # all within one moment, however slow the machine
    ask = Asker(portal)
    statuses = [ask("GET", TICKETS)[0] for _ in range(195)]
    assert statuses == [200] * 190 + [429] * 5
    answer = ask.answer("GET", TICKETS)
    headers, body = dict(answer.headers), json.loads(answer.content)
    assert answer.status == 429
    assert headers["X-HubSpot-RateLimit-Remaining"] == "0"
    assert "Retry-After" not in headers
    assert body["message"] == "You have reached your ten_secondly_rolling limit."
    assert body["errorType"] == "RATE_LIMIT"
    assert body["policyName"] == "TEN_SECONDLY_ROLLING"
    searches = [ask("POST", f"{TICKETS}/search", {}) for _ in range(6)]
    assert [status for status, _ in searches] == [200] * 5 + [429]
    assert searches[5][1]["policyName"] == "SECONDLY"


def test_limits_hold_over_http_and_refusals_are_counted(sandbox) -> None:
    server = sandbox(generate=5)
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: server.call("GET", TICKETS)[0], range(250)))
    # at most 190 in any 10 seconds, and a slow machine takes longer for 250
    assert statuses.count(200) >= 190
    listed = server.control("GET", "requests")["requests"]
    counts = {row["status"]: row["count"] for row in listed if row["route"] == TICKETS}
    assert counts == {status: statuses.count(status) for status in set(statuses)}


def test_answers_overlap_while_they_wait(sandbox) -> None:
    server = sandbox(generate=5, latency_ms=3000, limits="off")
    begin = time.monotonic()
    with ThreadPoolExecutor(10) as pool:
        statuses = list(pool.map(lambda _: server.call("GET", TICKETS)[0], range(10)))
    took = time.monotonic() - begin
    assert statuses == [200] * 10
    assert 3 <= took < 20  # one after the other: 30


def arm(server: RunningSandbox, **fault) -> None:
    server.control("POST", "faults", {"faults": [{"route": TICKETS, **fault}]})


def test_status_faults_are_served_counted_and_over(sandbox) -> None:
    server = sandbox(generate=5, limits="off")
    for kind in ("401", "403", "423", "477", "500", "502", "503", "504", "524"):
        arm(server, kind=kind, count=1)
        status, headers, body = server.call("GET", TICKETS)
        assert status == int(kind)
        if kind in ("502", "503", "504", "524"):
            assert body.startswith("<html>")
            assert headers["content-type"].startswith("text/html")
        else:
            assert body["correlationId"]
        assert server.call("GET", TICKETS)[0] == 200
    faults = server.control("GET", "faults")
    assert faults["served"] == 9
    assert not any(fault["armed"] for fault in faults["faults"])
    assert server.control("DELETE", "faults") == {"faults": [], "served": 0}


def test_429_and_477_faults_say_what_they_were_told_to(sandbox) -> None:
    server = sandbox(generate=5)
    arm(server, kind="429", policy="DAILY", count=1)
    status, headers, body = server.call("GET", TICKETS)
    assert (status, body["policyName"]) == (429, "DAILY")
    assert "retry-after" not in headers
    arm(server, kind="429", policy="SECONDLY", retry_after=3, count=1)
    assert server.call("GET", TICKETS)[1]["retry-after"] == "3"
    arm(server, kind="477", retry_after=3600, count=1)
    assert server.call("GET", TICKETS)[1]["retry-after"] == "3600"


def test_broken_bodies_and_cut_connections(sandbox) -> None:
    server = sandbox(generate=50, limits="off")
    arm(server, kind="truncated", count=1)
    status, _, body = server.call("GET", f"{TICKETS}?limit=50")
    assert status == 200
    assert isinstance(body, str)  # it was no JSON any more
    arm(server, kind="html", count=1)
    status, headers, body = server.call("GET", TICKETS)
    assert (status, headers["content-type"]) == (200, "text/html;charset=utf-8")
    for at in ("before", "inside", "after"):
        arm(server, kind="reset", at=at, count=1)
        with pytest.raises((OSError, http.client.HTTPException, urllib.error.URLError)):
            server.call("GET", f"{TICKETS}?limit=50")
        assert server.call("GET", TICKETS)[0] == 200
    listed = server.control("GET", "requests")["requests"]
    assert {"method": "GET", "route": TICKETS, "status": 0, "count": 3} in listed


def test_a_reset_at_the_end_leaves_a_whole_answer_on_a_connection_that_breaks(sandbox) -> None:
    server = sandbox(generate=100, limits="off")
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=10)
    asked = {"Authorization": f"Bearer {server.token}"}
    arm(server, kind="reset", at="end", count=1)
    connection.request("GET", f"{TICKETS}?limit=100", headers=asked)
    answer = connection.getresponse()
    assert answer.status == 200
    assert len(json.loads(answer.read())["results"]) == 100
    connection.auto_open = 0
    with pytest.raises((OSError, http.client.HTTPException)):
        connection.request("GET", TICKETS, headers=asked)
        connection.getresponse()
    listed = server.control("GET", "requests")["requests"]
    assert {"method": "GET", "route": TICKETS, "status": 200, "count": 1} in listed


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        (TICKETS, "tickets"),
        ("/crm/v3/objects/contacts", "crm.objects.contacts.read"),
        ("/crm/v3/owners", "crm.objects.owners.read"),
        ("/conversations/v3/conversations/threads", "conversations.read"),
    ],
)
def test_a_403_fault_names_the_scopes_of_the_route_it_strikes(path: str, scope: str) -> None:
    fault = Fault("403")
    router = Router(ENDPOINTS)
    answer = faulty(fault, "id", scopes_of(router.find("GET", path)))
    assert answer is not None
    (error,) = json.loads(answer.content)["errors"]
    assert scope in error["context"]["requiredGranularScopes"]


def test_an_edge_page_and_a_lock_say_when_to_come_back(sandbox) -> None:
    server = sandbox(generate=5, limits="off")
    for kind in ("503", "423"):
        arm(server, kind=kind, retry_after=7)
        assert server.call("GET", TICKETS)[1]["retry-after"] == "7"
    listed = server.control("GET", "faults")["faults"]
    assert [fault["retry_after"] for fault in listed] == [7, 7]


def test_a_partial_batch_read_leaves_out_records_that_exist(sandbox) -> None:
    server = sandbox(generate=5, limits="off")
    ids = [{"id": row["id"]} for row in server.get(TICKETS)["results"]]
    server.control("POST", "faults", {"faults": [{"kind": "partial", "records": 2}]})
    server.get(TICKETS)  # no batch read: not this one
    status, _, body = server.call("POST", f"{TICKETS}/batch/read", {"inputs": ids})
    assert (status, body["numErrors"]) == (207, 1)
    told = [row["id"] for row in body["results"]]
    assert [*told, *body["errors"][0]["context"]["ids"]] == [row["id"] for row in ids]
    assert len(told) == 3
    status, _, body = server.call("POST", f"{TICKETS}/batch/read", {"inputs": ids})
    assert (status, len(body["results"])) == (200, 5)


def test_a_slow_fault_delays_its_answer_only(sandbox) -> None:
    server = sandbox(generate=5)
    arm(server, kind="slow", ms=5000, count=1)
    answered: list[int] = []
    slow = threading.Thread(target=lambda: answered.append(server.call("GET", TICKETS)[0]))
    began = time.monotonic()
    slow.start()
    while not server.control("GET", "faults")["faults"][0]["served"]:
        time.sleep(0.01)
    assert server.call("GET", "/crm/v3/objects/contacts")[0] == 200
    assert answered == []
    slow.join()
    assert answered == [200]
    assert time.monotonic() - began >= 5


def test_one_connection_serves_many_requests(served: RunningSandbox) -> None:
    connection = http.client.HTTPConnection(served.url.removeprefix("http://"), timeout=10)
    for _ in range(20):
        connection.request("GET", TICKETS, headers={"Authorization": f"Bearer {served.token}"})
        answer = connection.getresponse()
        assert answer.status == 200
        assert json.loads(answer.read())["results"]
    connection.close()


@pytest.mark.parametrize(
    "path", ["/crm/v3/objects/tickets", "/crm/v3/objects/tickets/batch/create"]
)
def test_a_body_beyond_all_measure_is_a_413(served: RunningSandbox, path: str) -> None:
    body = b'{"properties": {"content": "' + b"x" * (33 * 1024 * 1024) + b'"}}'
    status, _, answer = served.call("POST", path, body)
    assert status == 413
    assert answer["correlationId"]
    assert served.control("GET", "health")["tickets"] == 900
