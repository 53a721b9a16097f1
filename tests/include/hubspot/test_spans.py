"""Spans side by side find what one chain finds, in the same order, however ids are spread."""

import random
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.hubspot import keyset
from include.hubspot.errors import MalformedAnswer
from include.hubspot.limits import MemoryWindows, ThreadLimiter, new_windows
from include.hubspot.search import all_ids
from include.hubspot.spans import READERS
from tests.include.hubspot.search_index import BEGIN, SearchIndex
from tests.include.hubspot.sessions import open_session

PAGE = 3


@pytest.fixture(autouse=True)
def small_pages(monkeypatch):
    monkeypatch.setattr(keyset, "PAGE", PAGE)


def found_in(index):
    return [int(hit.id) for page in all_ids(index, "tickets") for hit in page]


def clustered(draw, sizes):
    """Ids in clusters, far apart: as a portal's ids are, of several generations of counters."""
    starts = sorted(draw.sample(range(1, 10**11), len(sizes)))
    return {
        start + step * draw.choice([1, 1, 7]): BEGIN
        for start, size in zip(starts, sizes, strict=True)
        for step in range(size)
    }


@settings(max_examples=50, deadline=None)
@given(sizes=st.lists(st.integers(1, 90), max_size=4), seed=st.integers(0, 2**32))
def test_all_ids_are_found_once_and_in_order(sizes, seed):
    rows = clustered(random.Random(seed), sizes)
    index = SearchIndex(rows)
    assert found_in(index) == sorted(rows)
    assert len(index.posts) <= 2 * len(rows) / PAGE + 60


@settings(max_examples=30, deadline=None)
@given(sizes=st.lists(st.integers(20, 60), min_size=1, max_size=3), seed=st.integers(0, 2**32))
def test_records_that_come_and_go_hide_no_others(sizes, seed):
    draw = random.Random(seed)
    rows = clustered(draw, sizes)
    touched = set()

    def between(index):
        if draw.random() < 0.3:
            gone = draw.choice(sorted(index.indexed))
            new = max(index.indexed) + draw.randint(1, 5)
            index.indexed.pop(gone)
            index.indexed[new] = index.true[new] = BEGIN
            touched.update((gone, new))

    found = found_in(SearchIndex(rows, between))
    assert found == sorted(set(found))
    assert set(rows) - touched <= set(found)


def test_several_searches_are_in_flight_at_a_time():
    together = threading.Barrier(READERS, timeout=5)

    class SlowIndex(SearchIndex):
        def post(self, path, body):
            if len(self.posts) == 2:  # the first page and the highest id are asked for alone
                together.wait()
            return super().post(path, body)

    rows = dict.fromkeys(range(1, 200), BEGIN)
    assert found_in(SlowIndex(rows)) == list(rows)


def test_an_error_in_one_span_ends_the_read():
    class BrokenIndex(SearchIndex):
        def post(self, path, body):
            if len(self.posts) > 20:
                raise MalformedAnswer("cut off")
            return super().post(path, body)

    with pytest.raises(MalformedAnswer, match="cut off"):
        found_in(BrokenIndex(dict.fromkeys(range(1, 500), BEGIN)))


def test_the_sandbox_s_ids_are_found_as_by_the_list(portal):
    with open_session(
        portal, limiter=ThreadLimiter(MemoryWindows(new_windows(search=1000)))
    ) as session:
        found = found_in(session)
        path = session.paths.objects("tickets")
        assert [str(each) for each in found[:100]] == [
            row["id"] for row in session.get(path, {"limit": 100}).json["results"]
        ]
        assert len(found) == 120
