"""Threads that want turns have one at a time; the others do not wait."""

import threading

from include.hubspot.turns import Turns

SOON = 10.0


def in_a_thread(turns: Turns, has_it: threading.Event) -> threading.Thread:
    def work() -> None:
        with turns.taken():
            turns.begin()
            has_it.set()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_a_turn_begins_when_the_one_before_ends():
    turns, has_it = Turns(), threading.Event()
    with turns.taken():
        turns.begin()
        turns.begin()  # which one's own turn is, goes on
        other = in_a_thread(turns, has_it)
        assert not has_it.wait(0.05)
    other.join(SOON)
    assert has_it.is_set()


def test_a_turn_that_is_given_up_for_a_call_lets_the_next_one_begin():
    turns, has_it = Turns(), threading.Event()
    with turns.taken():
        turns.begin()
        turns.end()
        in_a_thread(turns, has_it).join(SOON)
        assert has_it.is_set()
        turns.begin()


def test_who_wants_no_turns_waits_for_none():
    turns, done = Turns(), threading.Event()

    def work() -> None:
        turns.begin()
        turns.end()
        done.set()

    with turns.taken():
        turns.begin()
        threading.Thread(target=work, daemon=True).start()
        assert done.wait(SOON)


def test_a_turn_ends_with_an_error_too():
    turns, has_it = Turns(), threading.Event()
    try:
        with turns.taken():
            turns.begin()
            raise ValueError("an answer that makes no sense")
    except ValueError:
        in_a_thread(turns, has_it).join(SOON)
    assert has_it.is_set()
