"""A run that makes no sense is refused before anything is read."""

from datetime import UTC, datetime

import pytest

from include.pipeline.errors import BadRequest
from include.pipeline.requests import RunRequest, parse_moment

EARLY, LATE = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ({"mode": "sideways"}, "mode 'sideways' is unknown"),
        ({"mode": "window"}, "needs both"),
        ({"mode": "window", "window_from": EARLY}, "needs both"),
        ({"mode": "window", "window_from": LATE, "window_to": EARLY}, "ends .* before"),
        ({"mode": "window", "window_from": EARLY, "window_to": EARLY}, "ends .* before"),
        ({"window_from": EARLY, "window_to": LATE}, "use mode 'window'"),
        ({"associations": ("contacts", "quotes")}, "links to quotes"),
        ({"properties": ()}, "is empty"),
        ({"mode": "sweep", "properties": ("subject",)}, "cannot leave out"),
        ({"mode": "sweep", "associations": ("contacts",)}, "cannot leave out"),
    ],
)
def test_contradictions_are_named(wishes, said):
    with pytest.raises(BadRequest, match=said):
        RunRequest(**wishes)


def test_a_run_that_leaves_something_unread_is_partial():
    synced = ("contacts", "companies")
    assert not RunRequest().is_partial(synced)
    assert not RunRequest(associations=("deals", "companies", "contacts")).is_partial(synced)
    assert RunRequest(properties=("subject",)).is_partial(synced)
    assert RunRequest(associations=("contacts",)).is_partial(synced)


def test_moments_without_an_offset_are_utc():
    assert parse_moment("2026-01-01") == EARLY
    assert parse_moment("2026-01-01T01:00:00+01:00") == EARLY
    with pytest.raises(BadRequest, match="'soon' is no moment"):
        parse_moment("soon")
