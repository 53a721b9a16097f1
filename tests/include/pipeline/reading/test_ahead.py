"""Pages that are asked for before their turn."""

import threading

import pytest

from include.pipeline.reading.ahead import asked_ahead


class Source:
    """Pages that say when they are asked for."""

    def __init__(self, pages, error=None):
        self.pages, self.error = pages, error
        self.asked = []
        self.begun = threading.Event()

    def __iter__(self):
        for page in self.pages:
            self.asked.append(page)
            self.begun.set()
            yield page
        self.begun.set()
        if self.error:
            raise self.error


def test_all_sources_are_asked_at_a_time_while_the_block_does_something_else():
    sources = {name: Source([1, 2, 3]) for name in "abc"}
    with asked_ahead({name: iter(source) for name, source in sources.items()}) as pages:
        assert all(source.begun.wait(10) for source in sources.values())
    assert {name: list(found) for name, found in pages.items()} == {one: [1, 2, 3] for one in "abc"}
    assert all(source.asked == [1, 2, 3] for source in sources.values())


def test_no_more_than_two_pages_are_asked_for_before_one_is_taken():
    source = Source(list(range(9)))
    with asked_ahead({"a": iter(source)}) as pages:
        assert next(pages["a"]) == 0
        assert next(pages["a"]) == 1
        assert source.asked == [0, 1]
    assert list(pages["a"]) == [2, 3, 4, 5, 6, 7, 8]


def test_a_source_without_pages_is_empty():
    with asked_ahead({"a": iter(Source([]))}) as pages:
        assert list(pages["a"]) == []
    with asked_ahead({}) as pages:
        assert pages == {}


def test_what_goes_wrong_is_raised_where_a_page_is_taken_and_nowhere_else():
    with asked_ahead({"a": iter(Source([1], ValueError("no"))), "b": iter(Source([2]))}) as pages:
        assert list(pages["b"]) == [2]
        assert next(pages["a"]) == 1
        with pytest.raises(ValueError, match="no"):
            next(pages["a"])
