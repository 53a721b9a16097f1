"""Many batches in flight: in order, bounded, halved, and ended by the first error."""

import random
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.hubspot.batches import cut, halving, in_order
from include.hubspot.errors import PortalOverloaded, PortalUnreachable
from include.hubspot.retries import Patience
from include.hubspot.session import HubSpotSession


@pytest.fixture
def idle_session():
    with HubSpotSession("http://127.0.0.1:9", "t0ken", max_in_flight=4) as opened:
        yield opened


@given(st.lists(st.sampled_from("abcdefgh")), st.integers(1, 5))
def test_cutting_loses_nothing_and_repeats_nothing_within_a_piece(ids, size):
    pieces = list(cut(ids, size))
    assert {one for piece in pieces for one in piece} == set(ids)
    assert all(len(piece) == len(set(piece)) <= size for piece in pieces)


def test_results_keep_the_order_of_the_batches(idle_session):
    def read(batch):
        time.sleep(random.random() / 100)
        return batch[0]

    batches = [[str(number)] for number in range(60)]
    assert list(in_order(idle_session, batches, read)) == [batch[0] for batch in batches]


def test_no_more_is_drawn_than_memory_should_hold(idle_session):
    drawn = []

    def batches():
        for number in range(1000):
            drawn.append(number)
            yield [number]

    reading = in_order(idle_session, batches(), lambda batch: batch)
    for _ in range(3):
        next(reading)
    assert len(drawn) <= 3 + 2 * 4
    reading.close()
    assert len(drawn) <= 3 + 2 * 4


def test_as_many_are_in_flight_as_the_session_allows(idle_session):
    together = threading.Barrier(4, timeout=5)
    batches = [[number] for number in range(8)]
    # Each waits for three others: with fewer in flight the barrier breaks, and that is raised.
    met = list(in_order(idle_session, batches, lambda _: together.wait()))
    assert sorted(met) == [0, 0, 1, 1, 2, 2, 3, 3]


def test_the_first_error_ends_it_and_gives_up_what_was_not_begun(idle_session):
    begun = []

    def read(batch):
        begun.append(batch)
        if batch == [5]:
            raise PortalUnreachable("down")
        time.sleep(0.01)
        return batch

    reading, results = in_order(idle_session, ([number] for number in range(1000)), read), []
    with pytest.raises(PortalUnreachable, match="down"):
        results.extend(reading)
    assert len(begun) <= 6 + 2 * 4


@given(st.sets(st.integers(0, 40), min_size=1), st.integers(1, 40))
def test_halves_cover_every_id_in_order(numbers, bearable):
    ids, patiences = [str(number) for number in sorted(numbers)], []

    def read(part, patience):
        patiences.append((len(part), patience.overload_attempts))
        if len(part) > bearable:
            raise PortalOverloaded("too much")
        return part

    parts = halving(Patience(), ids, read)
    assert [one for part in parts for one in part] == ids
    assert all(attempts is None if size == 1 else attempts == 2 for size, attempts in patiences)


def test_one_record_that_is_too_much_is_an_error():
    def read(part, patience):
        raise PortalOverloaded("too much")

    with pytest.raises(PortalOverloaded):
        halving(Patience(), ["1", "2", "3"], read)
