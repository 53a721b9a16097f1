"""Before a big read: its cost is said, and what today's calls are not enough for is refused."""

from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest

from include.hubspot.allowance import Allowance, allowance_in
from include.hubspot.errors import DailyLimitReached
from include.hubspot.moments import from_hubspot
from include.pipeline.errors import OverBudget
from include.pipeline.reading.planner import Amounts, Pace, plan
from include.pipeline.reading.planning import announce, midnight_of
from include.pipeline.reading.preflight import Account
from include.pipeline.requests import ENGAGEMENT_TYPES, RunRequest
from tests.conftest import start_sandbox
from tests.faults.nights import night_of
from tests.include.pipeline.portals import Synced

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
FOUND = plan(Amounts(100_000, link_types=3), Pace(19.0, 0.3), calls_left=1_000)


@pytest.fixture(scope="module")
def portal():
    running = start_sandbox(generate=60, seed=2, limits="off")
    yield running
    running.stop()


@pytest.mark.parametrize(
    ("zone", "midnight"),
    [("UTC", (2, 0)), ("America/New_York", (2, 5)), ("Asia/Tokyo", (1, 15)), (None, (2, 0))],
)
def test_the_day_ends_at_the_accounts_midnight(zone, midnight):
    day, hour = midnight
    account = Account({"timeZone": zone}, NOON)
    assert midnight_of(account) == datetime(2026, 3, day, hour, tzinfo=UTC)


def test_a_day_may_be_25_hours_long():
    night = datetime(2026, 10, 24, 23, tzinfo=UTC)  # 01:00 in Berlin, where clocks go back at 03:00
    ends = midnight_of(Account({"timeZone": "Europe/Berlin"}, night))
    assert ends == datetime(2026, 10, 25, 23, tzinfo=UTC)


def test_a_plan_that_cannot_fit_is_refused_with_what_to_do():
    with pytest.raises(OverBudget) as refused:
        announce(FOUND, Account({}, NOON), may_spread=False, report=print)
    said = str(refused.value)
    for part in (
        "100,000 tickets",
        "2,840 calls",
        "1,000 are left",
        "2026-03-02 00:00",
        "--spread",
    ):
        assert part in said


def test_told_to_spread_it_says_so_and_begins():
    said = []
    announce(FOUND, Account({}, NOON), may_spread=True, report=said.append)
    assert "stops at the limit" in said[0]


def test_a_read_that_does_not_fit_reads_nothing(portal, tmp_path):
    night = night_of(portal, tmp_path)
    portal.control("DELETE", "requests")
    with (
        patch("include.hubspot.session.allowance_in", lambda *_: Allowance(19.0, 20)),
        pytest.raises(OverBudget),
    ):
        night.read()
    asked = {row["route"] for row in portal.control("GET", "requests")["requests"]}
    assert asked == {"/account-info/v3/details", "/crm/v3/objects/tickets/search"}
    assert list(night.landing.iterdir()) == []


def test_a_read_stops_at_the_daily_limit_and_goes_on_after_it(portal, tmp_path):
    route = "/crm/v3/objects/tickets/batch/read"
    fault = {"route": route, "kind": "429", "policy": "DAILY", "skip": 1, "count": 1000}
    portal.control("POST", "faults", {"faults": [fault]})
    night = night_of(portal, tmp_path / "spread")
    with pytest.raises(DailyLimitReached):
        night.read(RunRequest(spread=True))
    portal.control("DELETE", "faults")
    assert "goes on from there" in night.said[-1]
    # begun is begun: going on needs no telling again
    with patch("include.hubspot.session.allowance_in", lambda *_: Allowance(19.0, 1)):
        night.read()
    fresh = night_of(portal, tmp_path / "fresh")
    fresh.read()
    told, expected = night.load(), fresh.load()
    assert {table for table, rows in expected.items() if told[table] != rows} == set()


def test_plan_prints_json_and_reads_nothing(portal, project_for):
    project = project_for(portal)
    portal.control("DELETE", "requests")
    found = project.result("sync", "--portal", "test", "--plan")
    assert found["way"] == "search"
    assert found["amounts"]["tickets"] == 60
    assert found["fits_today"] is True
    assert 0 < found["calls_left_today"] < 1_000_000
    asked = {row["route"] for row in portal.control("GET", "requests")["requests"]}
    assert {route.rsplit("/", maxsplit=1)[1] for route in asked} == {"details", "search"}
    assert not list((project.root / "landing").iterdir())


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, Allowance(7.0, 5)),
        ({"X-HubSpot-RateLimit-Daily-Remaining": "many"}, Allowance(7.0, 5)),
        ({"X-HubSpot-RateLimit-Daily-Remaining": "0"}, Allowance(7.0, 0)),
        (
            {
                "X-HubSpot-RateLimit-Max": "190",
                "X-HubSpot-RateLimit-Interval-Milliseconds": "10000",
            },
            Allowance(19.0, 5),
        ),
    ],
)
def test_what_headers_do_not_say_stays_as_it_was(headers, expected):
    assert allowance_in(headers, Allowance(7.0, 5)) == expected


LINKS_ONLY = ("contacts", "companies", "deals")


# 1,500 are found by several searches at a time, 800 one page after another.
@pytest.mark.parametrize(
    ("tickets", "associations"),
    [(1_500, LINKS_ONLY), (800, (*LINKS_ONLY, *ENGAGEMENT_TYPES))],
)
def test_a_plan_is_within_a_tenth_of_what_is_then_done(tmp_path, tickets, associations):
    running = start_sandbox(generate=tickets, seed=3, limits="off", threads_per_hundred=0)
    try:
        synced = Synced(running, tmp_path, associations=associations)
        for changes in (0, 300):
            if changes:
                later(running, timedelta(hours=24))
                others = {"archives": 0, "merges": 0, "links": 0}
                running.control("POST", "mutate", {"seed": 4, "changes": changes, **others})
            planned = synced.plan()
            done = sum(synced.sync()["calls"].values())
            assert planned["calls"] == pytest.approx(done, rel=0.1), changes
    finally:
        running.stop()


def later(running, by):
    until = from_hubspot(running.control("GET", "health")["now"]) + by
    running.control("POST", "advance", {"until": until.isoformat()})
