"""The limiter among threads: real time, small windows."""

import threading
import time

import pytest

from include.hubspot.limits import (
    ASSOCIATIONS,
    ROLLING,
    SEARCH,
    MemoryWindows,
    ThreadLimiter,
    limits_of,
    new_windows,
)

HEADERS = {
    "X-HubSpot-RateLimit-Max": "190",
    "X-HubSpot-RateLimit-Remaining": "189",
    "X-HubSpot-RateLimit-Interval-Milliseconds": "10000",
}


def limiter_of(**capacities):
    return ThreadLimiter(MemoryWindows(new_windows(**capacities)))


def take(limiter, limit, headers=None):
    permit = limiter.acquire(limit)
    limiter.release(permit, headers or {})
    return permit


def test_the_sixth_search_waits_for_the_next_second():
    limiter = ThreadLimiter()
    began = time.monotonic()
    waits = [take(limiter, SEARCH).waited for _ in range(6)]
    assert all(wait < 0.5 for wait in waits[:5])
    assert 1.0 <= time.monotonic() - began < 2.0


def test_searches_do_not_use_up_the_rolling_window():
    limiter = limiter_of(rolling=1)
    for _ in range(5):
        take(limiter, SEARCH)
    assert take(limiter, ROLLING).waited < 0.5


def test_before_the_first_answer_the_smallest_documented_limit_holds():
    limiter = ThreadLimiter(clock=lambda: 0.0)
    for _ in range(100):
        take(limiter, ROLLING)
    late = threading.Thread(target=limiter.acquire, args=[ROLLING], daemon=True)
    late.start()
    late.join(0.1)
    assert late.is_alive()


def test_the_first_answer_teaches_the_real_limit():
    limiter = ThreadLimiter()
    take(limiter, ROLLING, HEADERS)
    assert all(take(limiter, ROLLING).waited < 0.5 for _ in range(189))


@pytest.mark.parametrize(
    "headers",
    [
        {"X-HubSpot-RateLimit-Max": "many", "X-HubSpot-RateLimit-Remaining": "1"},
        {"X-HubSpot-RateLimit-Max": "0", "X-HubSpot-RateLimit-Remaining": "0"},
        {"X-HubSpot-RateLimit-Max": "190"},
        {},
    ],
)
def test_unreadable_headers_teach_nothing(headers):
    limiter = limiter_of(rolling=3)
    take(limiter, ROLLING, headers)
    assert take(limiter, ROLLING).waited < 0.5
    assert limiter._windows.windows[ROLLING].capacity == 3


def test_who_comes_first_is_served_first():
    limiter = limiter_of(search=1)
    take(limiter, SEARCH)
    served, threads = [], []

    def run(number):
        take(limiter, SEARCH)
        served.append(number)

    limiter._windows.windows[SEARCH].interval = 0.05
    for number in range(6):
        thread = threading.Thread(target=run, args=[number])
        thread.start()
        threads.append(thread)
        time.sleep(0.01)
    for thread in threads:
        thread.join(5)
    assert served == [0, 1, 2, 3, 4, 5]


def test_waiting_threads_do_not_burn_the_processor():
    limiter = limiter_of(search=1)
    take(limiter, SEARCH)
    threads = [threading.Thread(target=take, args=[limiter, SEARCH]) for _ in range(2)]
    began = time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert time.process_time() - began < 0.2


def test_a_refusal_stops_all_threads_but_not_the_other_limit():
    limiter = ThreadLimiter()
    limiter.refused(ROLLING, 0.4)
    assert take(limiter, SEARCH).waited < 0.2
    assert take(limiter, ROLLING).waited >= 0.19


def test_an_absurd_refusal_does_not_hold_threads_beyond_their_own_patience():
    limiter = ThreadLimiter(clock=lambda: 100.0)
    limiter.refused(ROLLING, 86_400)
    assert limiter._windows.windows[ROLLING].wait(100.0) == 10.0


@pytest.mark.parametrize(
    ("path", "limits"),
    [
        ("/crm/v3/objects/tickets/search", (SEARCH,)),
        ("/crm/v3/objects/tickets/batch/read", (ROLLING,)),
        ("/files/v3/files/search", (ROLLING,)),
        ("/crm/v4/associations/tickets/contacts/batch/read", (ASSOCIATIONS, ROLLING)),
        ("/crm/associations/2026-03/tickets/contacts/batch/read", (ASSOCIATIONS, ROLLING)),
    ],
)
def test_reads_of_links_count_for_two_limits(path, limits):
    assert limits_of(path) == limits


@pytest.mark.parametrize(("rolling", "associations"), [(100, 100), (190, 150), (250, 200)])
def test_the_limit_of_associations_is_the_documented_one_beside_the_other(rolling, associations):
    limiter = ThreadLimiter(clock=lambda: 0.0)
    take(limiter, ROLLING, HEADERS | {"X-HubSpot-RateLimit-Max": str(rolling)})
    assert limiter._windows.windows[ASSOCIATIONS].capacity == associations


def test_an_account_that_gets_more_gets_more_associations_too():
    limiter = ThreadLimiter(clock=lambda: 0.0)
    for rolling in ("190", "250"):
        take(limiter, ROLLING, HEADERS | {"X-HubSpot-RateLimit-Max": rolling})
    assert limiter._windows.windows[ASSOCIATIONS].capacity == 200


def test_the_limit_of_associations_is_learnt_from_a_refusal():
    moment = [0.0]
    limiter = ThreadLimiter(clock=lambda: moment[0])
    window = limiter._windows.windows[ASSOCIATIONS]
    for number in range(151):
        moment[0] = number / 20
        take(limiter, ASSOCIATIONS)
    limiter.refused(ASSOCIATIONS, 1.0)
    assert window.capacity == 150
    assert limiter._windows.windows[ROLLING].wait(moment[0]) == 0


def test_a_refusal_after_few_calls_was_of_another_limit():
    limiter = ThreadLimiter(clock=lambda: 0.0)
    for _ in range(3):
        take(limiter, ASSOCIATIONS)
    limiter.refused(ASSOCIATIONS, 1.0)
    assert limiter._windows.windows[ASSOCIATIONS].capacity >= 1_000
    assert limiter._windows.windows[ROLLING].wait(0.0) == 1.0
