"""HubSpot's times, both ways."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.hubspot.moments import from_hubspot, to_milliseconds


@given(st.integers(0, 4_102_444_800_000))
def test_milliseconds_come_back_exactly(milliseconds):
    moment = from_hubspot(str(milliseconds))
    assert to_milliseconds(moment) == milliseconds
    assert to_milliseconds(from_hubspot(moment.isoformat().replace("+00:00", "Z"))) == milliseconds


def test_another_zone_is_the_same_moment():
    there = datetime(2026, 3, 1, 2, tzinfo=timezone(timedelta(hours=2)))
    assert to_milliseconds(there) == to_milliseconds(datetime(2026, 3, 1, tzinfo=UTC))


def test_a_time_without_zone_is_refused():
    with pytest.raises(ValueError, match="without a time zone"):
        to_milliseconds(datetime(2026, 3, 1))


def test_text_that_is_no_time_is_refused():
    with pytest.raises(ValueError, match="yesterday"):
        from_hubspot("yesterday")
