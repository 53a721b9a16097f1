"""Names and times change on the way to landing; values never do."""

import json
from datetime import UTC, datetime

from include.pipeline.extract.rows import moment, object_row, stage_rows


def record(**properties):
    return {
        "id": "7",
        "properties": properties,
        "createdAt": "2026-01-01T00:00:00.000Z",
        "updatedAt": "2026-01-02T00:00:00.123Z",
        "archived": False,
    }


def test_a_cleared_value_stays_and_a_null_is_left_out():
    row = object_row(record(subject="", content=None, odd="a;b"))
    assert json.loads(row["properties"]) == {"subject": "", "odd": "a;b"}


def test_moments_keep_their_milliseconds():
    row = object_row(record())
    assert row["updated_at"] == datetime(2026, 1, 2, 0, 0, 0, 123000, tzinfo=UTC)
    assert moment("1767312000123") == datetime(2026, 1, 2, 0, 0, 0, 123000, tzinfo=UTC)
    assert moment("2026-01-02T02:00:00+02:00") == datetime(2026, 1, 2, tzinfo=UTC)
    assert moment("2026-01-02T00:00:00") == datetime(2026, 1, 2, tzinfo=UTC)
    assert moment("") is moment(None) is None


def test_a_stage_is_closed_when_hubspot_says_so_in_words():
    pipeline = {
        "id": "0",
        "stages": [
            {"id": "1", "metadata": {"isClosed": "false", "ticketState": "OPEN"}},
            {"id": "4", "metadata": {"isClosed": "true", "ticketState": "CLOSED"}},
        ],
    }
    assert [row["is_closed"] for row in stage_rows(pipeline)] == [False, True]
