"""One call against the sandbox: what is repeated, what is not, what is counted and said."""

import logging
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from include.hubspot import errors
from include.hubspot.limits import ROLLING, SEARCH, ThreadLimiter
from include.hubspot.retries import Patience
from include.hubspot.session import HubSpotSession
from tests.include.hubspot.sessions import QUICK, open_session

OWNERS = "/crm/v3/owners"


def test_an_answer_is_counted_and_tells_hubspots_time(portal, session):
    answer = session.get(OWNERS)
    assert answer.status == 200
    assert session.calls == {(OWNERS, "GET", 200): 1}
    assert session.calls_by_route() == {f"GET {OWNERS} 200": 1}
    assert session.calls_made() == 1
    assert session.now() == answer.at
    assert abs(answer.at - datetime.now(UTC)) < timedelta(seconds=60)


def test_time_is_the_portals_and_not_this_machines(sandbox):
    portal = sandbox(generate=20, seed=1, until="2026-01-01T00:00:00Z")
    with open_session(portal) as session:
        session.get(OWNERS)
        assert session.now() - datetime(2026, 1, 1, tzinfo=UTC) < timedelta(seconds=60)


def test_before_the_first_answer_there_is_no_time(session):
    with pytest.raises(RuntimeError, match="make a call first"):
        session.now()


@pytest.mark.parametrize(
    ("kind", "more", "seen"),
    [
        ("423", {}, 423),
        ("429", {"policy": "SECONDLY"}, 429),
        ("429", {"policy": "TEN_SECONDLY_ROLLING"}, 429),
        ("429", {"policy": "TEN_SECONDLY_ROLLING", "retry_after": 2}, 429),
        ("500", {}, 500),
        ("502", {}, 502),
        ("503", {}, 503),
        ("504", {}, 504),
        ("524", {}, 524),
        ("reset", {"at": "before"}, 0),
        ("reset", {"at": "inside"}, 0),
        ("reset", {"at": "after"}, 0),
        ("truncated", {}, 200),
        ("html", {}, 200),
    ],
)
def test_what_passes_by_itself_is_repeated(arm, session, kind, more, seen):
    served = arm(OWNERS, kind, count=1, **more)
    began = time.monotonic()
    assert session.get(OWNERS).json["results"]
    assert served() == 1
    assert session.waited_seconds > 0
    assert session.calls == Counter([(OWNERS, "GET", seen), (OWNERS, "GET", 200)])
    assert time.monotonic() - began >= more.get("retry_after", 0)


def test_a_search_refused_for_its_own_limit_waits_at_least_a_second(arm, session):
    route = "/crm/v3/objects/tickets/search"
    arm(route, "429", count=1, policy="SECONDLY")
    began = time.monotonic()
    session.post(route, {"filterGroups": [], "limit": 1})
    assert time.monotonic() - began >= 1.0


@pytest.mark.parametrize(
    ("kind", "more", "error"),
    [
        ("401", {}, errors.InvalidAuthentication),
        ("403", {}, errors.MissingScopes),
        ("429", {"policy": "DAILY"}, errors.DailyLimitReached),
        ("477", {"retry_after": 86400}, errors.PortalMigrating),
    ],
)
def test_what_will_not_pass_is_not_repeated(arm, session, kind, more, error):
    served = arm(OWNERS, kind, count=5, **more)
    with pytest.raises(error, match="safe to run again"):
        session.get(OWNERS)
    assert served() == 1


def test_patience_ends_with_the_last_reason(arm, portal):
    arm(OWNERS, "503", count=1000)
    with open_session(portal, patience=Patience(seconds=1, longest_pause=0.2)) as session:
        began = time.monotonic()
        with pytest.raises(errors.PortalUnreachable, match=r"with 503, tried \d+ times"):
            session.get(OWNERS)
        assert time.monotonic() - began < 20  # a thousand are armed


def test_pages_of_a_proxy_end_as_malformed(arm, session):
    served = arm(OWNERS, "html", count=1000)
    with pytest.raises(errors.MalformedAnswer, match="an HTML page instead of JSON"):
        session.get(OWNERS)
    assert served() == QUICK.malformed_attempts


def test_a_slow_portal_is_overloaded_in_the_end(arm, portal):
    arm(OWNERS, "slow", ms=2000, count=1000)
    short = {"timeout": (1.0, 0.2), "patience": Patience(seconds=0.5, longest_pause=0.05)}
    with (
        open_session(portal, **short) as session,
        pytest.raises(errors.PortalOverloaded, match="no answer in"),
    ):
        session.get(OWNERS)


def test_nobody_there_is_said_soon():
    patience = Patience(first_contact_seconds=0.3, longest_pause=0.05)
    with HubSpotSession("http://127.0.0.1:9", "t0ken", patience=patience) as session:
        began = time.monotonic()
        with pytest.raises(errors.PortalUnreachable, match=r"\(Connection refused\)"):
            session.get(OWNERS)
        assert time.monotonic() - began < 10


def test_a_wrong_token_is_refused_once_and_never_shown(portal, caplog):
    caplog.set_level(logging.DEBUG)
    with (
        HubSpotSession(portal.url, "pat-wrong-token", patience=QUICK) as session,
        pytest.raises(errors.InvalidAuthentication) as refused,
    ):
        session.get(OWNERS)
    assert session.calls_made() == 1
    assert "pat-wrong-token" not in f"{refused.value!r}{caplog.text}"
    assert caplog.records


def test_a_missing_scope_is_named(sandbox):
    portal = sandbox(generate=20, seed=1, scopes="tickets")
    with (
        open_session(portal) as session,
        pytest.raises(errors.MissingScopes, match="lacks") as refused,
    ):
        session.get(OWNERS)
    assert refused.value.scopes == ("crm.objects.owners.read",)


def test_an_unknown_route_is_not_found(session):
    with pytest.raises(errors.ObjectNotFound, match=r"GET /crm/v3/nothing"):
        session.get("/crm/v3/nothing")


def test_a_refused_request_says_hubspots_reason(session):
    with pytest.raises(errors.InvalidRequest, match="limit"):
        session.get("/crm/v3/objects/tickets", {"limit": 101})


def test_closing_ends_a_wait(arm, portal):
    arm(OWNERS, "429", count=1000, policy="TEN_SECONDLY_ROLLING", retry_after=60)
    session, ended = open_session(portal, patience=Patience()), []

    def call():
        with pytest.raises(errors.SessionClosed):
            session.get(OWNERS)
        ended.append(True)

    thread = threading.Thread(target=call)
    thread.start()
    while not session.calls_made():
        time.sleep(0.01)
    session.close()
    thread.join(2)
    assert ended


def test_no_log_line_holds_a_body(portal, session, caplog):
    caplog.set_level(logging.DEBUG)
    session.post(
        "/crm/v3/objects/tickets/search",
        {"query": "my printer", "limit": 1, "filterGroups": []},
    )
    assert "POST /crm/v3/objects/tickets/search: 200" in caplog.text
    assert "printer" not in caplog.text


class WatchedLimiter(ThreadLimiter):
    """Tells what a session asked of it."""

    def __init__(self):
        super().__init__()
        self.events = []

    def acquire(self, limit):
        self.events.append(("acquire", limit))
        return super().acquire(limit)

    def release(self, permit, headers):
        self.events.append(("release", permit.limit, headers is not None))
        super().release(permit, headers)

    def refused(self, limit, seconds):
        self.events.append(("refused", limit))
        super().refused(limit, min(seconds, 0.01))


def test_a_shared_limiter_hears_of_every_call_and_every_refusal(arm, portal):
    limiter = WatchedLimiter()
    arm(OWNERS, "429", count=1, policy="SECONDLY")
    arm("/crm/v3/properties/tickets", "reset", count=1)
    with open_session(portal, limiter=limiter) as one, open_session(portal, limiter=limiter) as two:
        one.get(OWNERS)
        two.get("/crm/v3/properties/tickets")
        two.post("/crm/v3/objects/tickets/search", {"filterGroups": [], "limit": 1})
    rolling = [("acquire", ROLLING), ("release", ROLLING, True)]
    assert limiter.events == [
        *rolling,
        ("refused", ROLLING),
        *rolling,
        ("acquire", ROLLING),
        ("release", ROLLING, False),
        *rolling,
        ("acquire", SEARCH),
        ("release", SEARCH, True),
    ]


def test_a_long_wait_says_which_limit_binds(portal, caplog):
    caplog.set_level(logging.INFO)
    limiter = ThreadLimiter()
    limiter.refused(SEARCH, 1.2)
    with open_session(portal, limiter=limiter) as session:
        session.post("/crm/v3/objects/tickets/search", {"filterGroups": [], "limit": 1})
        limiter.refused(SEARCH, 1.2)
        session.post("/crm/v3/objects/tickets/search", {"filterGroups": [], "limit": 1})
    assert caplog.text.count("for HubSpot's limit search") == 1
    assert session.waited_seconds >= 2
