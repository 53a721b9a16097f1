"""What is tried again, and how long before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.hubspot.retries import Failure, Patience, retry_after_seconds

PATIENCE = Patience(jitter=lambda: 0.5)


def status(code, **more):
    return Failure("status", code, **more)


@pytest.mark.parametrize("code", [400, 401, 403, 404, 409, 414, 477, 301, 530])
def test_what_would_be_refused_again_is_not_repeated(code):
    assert PATIENCE.pause(status(code), 1, 0.0) is None


def test_the_daily_limit_ends_patience_at_once():
    assert PATIENCE.pause(status(429, policy="DAILY"), 1, 0.0) is None


@pytest.mark.parametrize(
    ("failure", "least", "most"),
    [
        (status(429, policy="SECONDLY"), 1.0, 5.0),
        (status(429, policy="TEN_SECONDLY_ROLLING"), 1.0, 10.0),
        (status(429), 1.0, 10.0),
        (status(423), 2.0, 17.0),
        (status(500), 0.5, 30.0),
        (status(502), 0.5, 30.0),
        (status(524), 0.5, 30.0),
        (Failure("unreachable"), 0.5, 30.0),
        (Failure("timeout"), 0.5, 30.0),
    ],
)
@given(attempt=st.integers(1, 1000), jitter=st.floats(0, 0.999))
def test_pauses_stay_between_their_bounds(failure, least, most, attempt, jitter):
    patience = Patience(jitter=lambda: jitter)
    assert least <= patience.pause(failure, attempt, 0.0) <= most


def test_pauses_grow():
    pauses = [PATIENCE.pause(status(503), attempt, 0.0) for attempt in range(1, 7)]
    assert pauses == sorted(pauses)
    assert pauses[-1] > 4 * pauses[0]


@given(
    code=st.sampled_from([423, 429, 500, 503, 524]),
    seconds=st.floats(0, 60),
    jitter=st.floats(0, 0.999),
)
def test_patience_is_bounded(code, seconds, jitter):
    patience, spent = Patience(seconds=seconds, jitter=lambda: jitter), 0.0
    for attempt in range(1, 1000):
        pause = patience.pause(status(code), attempt, spent)
        if pause is None:
            break
        spent += pause
    assert pause is None
    assert spent <= seconds


def test_a_portal_that_never_answered_is_given_up_sooner():
    down = Failure("unreachable")
    assert PATIENCE.pause(down, 5, 14.9, met=False) is None
    assert PATIENCE.pause(down, 5, 14.9, met=True) is not None


def test_malformed_answers_are_asked_for_again_a_few_times():
    cut_off = Failure("malformed", 200)
    tried = [PATIENCE.pause(cut_off, attempt, 0.0) is not None for attempt in range(1, 6)]
    assert tried == [True, True, True, False, False]


def test_an_overload_is_left_to_whoever_can_ask_for_less():
    brief = Patience(overload_attempts=2)
    assert brief.pause(status(504), 1, 0.0) is not None
    assert brief.pause(status(504), 2, 0.0) is None
    assert brief.pause(Failure("timeout"), 2, 0.0) is None
    assert brief.pause(status(503), 2, 0.0) is not None


def test_retry_after_is_waited_for():
    assert PATIENCE.pause(status(429, retry_after=42.0), 1, 0.0) == 42.0


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("1.5", 1.5),
        ("10000", 10.0),
        (None, None),
        ("", None),
        ("soon", None),
        ("-3", None),
        ("inf", None),
        ("nan", None),
        ("Fri, 20 Nov 2026 10:00:30 GMT", 30.0),
        ("Fri, 20 Nov 2026 09:00:00 GMT", 0.0),
    ],
)
def test_retry_after_is_read_defensively(header, seconds):
    assert retry_after_seconds(header, "Fri, 20 Nov 2026 10:00:00 GMT") == seconds
