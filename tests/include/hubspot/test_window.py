"""The window against a simulated server: it never refuses, and little of its rate is lost."""

import heapq
import itertools
import json
import random
from bisect import bisect_right

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.hubspot.window import SlidingWindow


def simulate(window, *, workers, calls, there, back, idle=lambda: 0.0):
    """Run calls through the window in virtual time; gives the server's arrival times.

    `there` and `back` give the seconds of one way; the server counts between the two.
    """
    turns = [(0.0, number, None) for number in range(workers)]  # (when, order, place to give back)
    order = itertools.count(workers)
    arrivals, now = [], 0.0
    heapq.heapify(turns)
    while turns and len(arrivals) < calls:
        now, _, place = heapq.heappop(turns)
        if place is not None:
            window.answered(place, now)
            heapq.heappush(turns, (now + idle(), next(order), None))
            continue
        pause = window.wait(now)
        if pause:
            heapq.heappush(turns, (now + min(pause, 0.05), next(order), None))
            continue
        arrival = now + there()
        arrivals.append(arrival)
        heapq.heappush(turns, (arrival + back(), next(order), window.take(now)))
    return sorted(arrivals)


def most_in_any(arrivals, interval):
    return max(
        bisect_right(arrivals, moment) - bisect_right(arrivals, moment - interval)
        for moment in arrivals
    )


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    capacity=st.integers(1, 40),
    interval=st.sampled_from([1.0, 10.0]),
    workers=st.integers(1, 16),
    shortest=st.floats(0.001, 2.0),
    jitter=st.floats(0.0, 3.0),
)
def test_the_server_never_counts_more_than_its_limit(
    seed, capacity, interval, workers, shortest, jitter
):
    draw = random.Random(seed)
    window = SlidingWindow(capacity, interval, margin=0.0)
    # The shortest trip is known here as it is after many answers; test below starts without it.
    window.shortest_trip, window.trips = shortest, 100
    arrivals = simulate(
        window,
        workers=workers,
        calls=4 * capacity + 20,
        there=lambda: shortest / 2 + draw.random() * jitter,
        back=lambda: shortest / 2 + draw.random() * jitter,
        idle=lambda: draw.random() * 0.1,
    )
    assert most_in_any(arrivals, interval - 1e-6) <= capacity


@pytest.mark.parametrize("seed", range(5))
def test_from_a_cold_start_the_full_rate_is_used_and_never_exceeded(seed):
    draw = random.Random(seed)
    window = SlidingWindow(190, 10.0)
    arrivals = simulate(
        window,
        workers=8,
        calls=900,
        there=lambda: 0.1 + draw.random() * 0.1,
        back=lambda: 0.1 + draw.random() * 0.1,
    )
    assert most_in_any(arrivals, 10.0) <= 190
    assert len(arrivals) / arrivals[-1] > 18.5  # HubSpot would allow 19.0 in the long run


def test_a_place_in_flight_is_kept_until_its_answer():
    window = SlidingWindow(1, 10.0)
    place = window.take(0.0)
    assert window.wait(500.0) == float("inf")
    window.answered(place, 500.0)
    assert window.wait(500.0) == pytest.approx(10.05)


def test_others_who_spend_the_same_token_are_left_their_share_for_one_interval():
    window = SlidingWindow(100, 10.0)
    place = window.take(0.0)
    window.answered(place, 0.2)
    window.learn(place, 0.2, maximum=190, remaining=99)
    assert window.free_for_us(0.3) == 190 - (190 - 99 - 1)
    assert window.free_for_us(10.3) == 190


def test_ones_own_calls_are_not_taken_for_those_of_others():
    window = SlidingWindow(190, 10.0)
    places = [window.take(0.01 * number) for number in range(20)]
    for number, place in enumerate(places):
        window.answered(place, 0.5)
        window.learn(place, 0.5, maximum=190, remaining=190 - number - 1)
    assert window.free_for_us(0.6) == 190


def test_a_closed_window_opens_again():
    window = SlidingWindow(5, 1.0)
    window.close_until(3.0)
    assert window.wait(1.0) == 2.0
    assert window.wait(3.0) == 0.0


def test_a_refused_connection_is_no_round_trip():
    window = SlidingWindow(5, 1.0)
    window.answered(window.take(0.0), 0.001, counts_for_trip=False)
    assert window.shortest_trip == float("inf")


@given(seed=st.integers(0, 2**32), calls=st.integers(1, 60))
def test_a_window_restored_from_its_state_goes_on_as_if_nothing_had_been(seed, calls):
    draw, now = random.Random(seed), 100.0
    window = SlidingWindow(7, 1.0)
    flying = []
    for _ in range(calls):
        now += draw.random() * 0.3
        if flying and draw.random() < 0.6:
            window.answered(flying.pop(0), now)
        elif not window.wait(now):
            flying.append(window.take(now, "me"))
        if draw.random() < 0.1:
            window.close_until(now + 0.5)
        again = SlidingWindow.restored(json.loads(json.dumps(window.state(now))), now)
        assert again.wait(now) == pytest.approx(window.wait(now))
        window = again if draw.random() < 0.5 else window


def test_calls_of_who_is_gone_count_one_interval_from_then_on():
    window = SlidingWindow(2, 1.0, margin=0.0)
    window.take(0.0, "gone")
    mine = window.take(0.0, "me")
    window.abandoned("gone", 5.0)
    assert window.owners() == {"me"}
    assert window.wait(5.0) == pytest.approx(1.0)
    window.answered(mine, 5.5)
    assert window.wait(6.1) == 0
