from __future__ import annotations

import pytest

from include.sandbox.clock import Clock
from include.sandbox.errors import OverLimit
from include.sandbox.limits import ASSOCIATION, DAILY, DAILY_ASSOCIATIONS, SEARCH, Limits
from include.sandbox.moments import from_person, to_iso
from include.sandbox.settings import Settings


class Watch:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


def test_the_191st_call_of_any_ten_seconds_is_refused(watch: Watch) -> None:
    limits = Limits(Settings(), Clock(), monotonic=watch)
    for _ in range(190):
        watch.now += 0.01
        limits.admit()
    with pytest.raises(OverLimit) as refused:
        limits.admit()
    assert refused.value.policy == "TEN_SECONDLY_ROLLING"
    watch.now = 1000.01 + 10  # the first call leaves the window, one more may enter
    limits.admit()
    with pytest.raises(OverLimit):
        limits.admit()


def test_what_remains_of_a_second_comes_back_with_the_next_second(watch: Watch) -> None:
    limits = Limits(Settings(), Clock(), monotonic=watch)
    for _ in range(25):
        limits.admit()
    assert dict(limits.headers())["X-HubSpot-RateLimit-Secondly-Remaining"] == "0"
    watch.now += 1
    headers = dict(limits.headers())
    assert headers["X-HubSpot-RateLimit-Secondly-Remaining"] == "19"
    assert headers["X-HubSpot-RateLimit-Remaining"] == "165"


def test_an_oauth_app_is_told_of_no_daily_limit(watch: Watch) -> None:
    def told(**settings: int) -> set[str]:
        limits = Limits(Settings(**settings), Clock(), monotonic=watch)
        return {name for name, _ in limits.headers() if "Daily" in name}

    assert told() == {"X-HubSpot-RateLimit-Daily", "X-HubSpot-RateLimit-Daily-Remaining"}
    assert told(token_minutes=30) == set()


def test_the_window_slides_and_is_not_reset_by_the_clock(watch: Watch) -> None:
    limits = Limits(Settings(), Clock(), monotonic=watch)
    watch.now = 1009.0
    for _ in range(190):
        limits.admit()
    watch.now = 1011.0
    with pytest.raises(OverLimit):
        limits.admit()


def test_five_searches_in_any_second_beside_the_other_calls(watch: Watch) -> None:
    limits = Limits(Settings(), Clock(), monotonic=watch)
    for _ in range(5):
        limits.admit(SEARCH)
    with pytest.raises(OverLimit) as refused:
        limits.admit(SEARCH)
    assert refused.value.policy == "SECONDLY"
    limits.admit()
    assert dict(limits.headers())["X-HubSpot-RateLimit-Remaining"] == "189"
    watch.now += 1.0
    limits.admit(SEARCH)
    assert limits.today == 7


def test_the_daily_limit_is_refused_as_daily(watch: Watch) -> None:
    limits = Limits(Settings(), Clock(), monotonic=watch)
    limits.today = DAILY
    with pytest.raises(OverLimit) as refused:
        limits.admit()
    assert refused.value.policy == "DAILY"


def test_limits_that_are_off_refuse_nothing_but_count(watch: Watch) -> None:
    limits = Limits(Settings(limits="off"), Clock(), monotonic=watch)
    for _ in range(300):
        limits.admit()
        limits.admit(SEARCH)
    assert limits.today == 600
    assert dict(limits.headers())["X-HubSpot-RateLimit-Remaining"] == "0"


@pytest.mark.parametrize("burst", [100, 250])
def test_other_accounts_have_other_bursts(watch: Watch, burst: int) -> None:
    limits = Limits(Settings(burst_limit=burst), Clock(), monotonic=watch)
    for _ in range(burst):
        limits.admit()
    assert dict(limits.headers())["X-HubSpot-RateLimit-Max"] == str(burst)
    with pytest.raises(OverLimit):
        limits.admit()


@pytest.mark.parametrize(("burst", "own"), [(100, 100), (190, 150), (250, 200)])
def test_the_associations_api_has_ten_seconds_of_its_own(
    watch: Watch, burst: int, own: int
) -> None:
    limits = Limits(Settings(burst_limit=burst), Clock(), monotonic=watch)
    for _ in range(own):
        limits.admit(ASSOCIATION)
    with pytest.raises(OverLimit) as refused:
        limits.admit(ASSOCIATION)
    assert refused.value.policy == "TEN_SECONDLY_ROLLING"
    for _ in range(burst):
        limits.admit()
    watch.now += 10
    limits.admit(ASSOCIATION)
    assert limits.associations_today == own + 1
    assert limits.today == own + burst + 1


def test_calls_of_the_associations_api_can_be_calls_like_any_other(watch: Watch) -> None:
    limits = Limits(Settings(association_limit="shared"), Clock(), monotonic=watch)
    for _ in range(190):
        limits.admit(ASSOCIATION)
    with pytest.raises(OverLimit):
        limits.admit()
    assert limits.associations_today == 0


def test_the_associations_api_has_a_day_of_its_own(watch: Watch) -> None:
    limits = Limits(Settings(), Clock(), monotonic=watch)
    limits.associations_today = DAILY_ASSOCIATIONS
    with pytest.raises(OverLimit) as refused:
        limits.admit(ASSOCIATION)
    assert refused.value.policy == "DAILY"
    limits.admit()


def test_the_day_ends_at_midnight_of_the_account_by_the_portals_clock(watch: Watch) -> None:
    noon = from_person("2026-06-01T12:00:00Z")
    clock = Clock(noon, machine_ms=lambda: 5)
    limits = Limits(Settings(), clock, "America/New_York", monotonic=watch)
    assert to_iso(limits.resets_at()) == "2026-06-02T04:00:00.000Z"
    limits.today = limits.associations_today = DAILY
    clock.advance(limits.resets_at() - 1)
    with pytest.raises(OverLimit):
        limits.admit(ASSOCIATION)
    clock.advance(limits.resets_at())
    limits.admit(ASSOCIATION)
    assert (limits.today, limits.associations_today) == (1, 1)
    assert to_iso(limits.resets_at()) == "2026-06-03T04:00:00.000Z"
