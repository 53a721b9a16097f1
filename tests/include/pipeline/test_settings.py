"""Settings come from the environment and refuse nonsense."""

from datetime import timedelta

import pytest

from include.pipeline.errors import BadRequest
from include.pipeline.settings import (
    generations_kept,
    hold_back,
    link_calls_nightly,
    threads_listed_nightly,
)


def test_the_cursor_is_held_back_an_hour_unless_told_otherwise(monkeypatch):
    monkeypatch.delenv("HOLD_BACK_MINUTES", raising=False)
    assert hold_back() == timedelta(hours=1)
    monkeypatch.setenv("HOLD_BACK_MINUTES", "2.5")
    assert hold_back() == timedelta(seconds=150)


@pytest.mark.parametrize("text", ["soon", "-1", "1000000", ""])
def test_a_hold_back_that_is_no_time_is_refused(monkeypatch, text):
    monkeypatch.setenv("HOLD_BACK_MINUTES", text)
    with pytest.raises(BadRequest, match="HOLD_BACK_MINUTES"):
        hold_back()


@pytest.mark.parametrize("text", ["0", "-3", "many"])
def test_keeping_no_generation_is_refused(monkeypatch, text):
    monkeypatch.setenv("GENERATIONS_KEPT", text)
    with pytest.raises(BadRequest, match="GENERATIONS_KEPT"):
        generations_kept()


@pytest.mark.parametrize("text", ["all", "-1", "1.5", ""])
def test_a_number_of_threads_or_calls_that_is_none_is_refused(monkeypatch, text):
    monkeypatch.setenv("THREADS_LISTED_NIGHTLY", text)
    with pytest.raises(BadRequest, match="THREADS_LISTED_NIGHTLY"):
        threads_listed_nightly()
    monkeypatch.setenv("LINK_CALLS_NIGHTLY", text)
    with pytest.raises(BadRequest, match="LINK_CALLS_NIGHTLY"):
        link_calls_nightly()
