from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from include.pipeline.extract.history_columns import history_columns


def rows_of(*histories):
    """The rows that the histories of tickets 1, 2, … become."""
    columns = history_columns(
        {"id": number, "propertiesWithHistory": history}
        for number, history in enumerate(histories, 1)
    )
    assert len(set(map(len, columns.values()))) == 1
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def test_history_comes_out_oldest_first_with_equal_entries_counted():
    stamp, later = "2026-01-01T00:00:00.000Z", "2026-01-02T00:00:00.000Z"
    newest_first = [
        {"value": "b", "timestamp": later, "sourceType": "CRM_UI"},
        {"value": "a", "timestamp": stamp, "sourceType": "API"},
        {"value": None, "timestamp": stamp, "sourceType": "API"},
        {"value": "a", "timestamp": stamp, "sourceType": "API", "updatedByUserId": 5},
    ]
    rows = rows_of({"p": newest_first})
    assert [(r["value"], r["sequence"], r["occurrence"]) for r in rows] == [
        ("a", 1, 1),
        ("", 2, 1),
        ("a", 3, 2),
        ("b", 1, 1),
    ]
    assert rows[0]["updated_by_user_id"] == "5"


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.001Z"]),
            st.sampled_from(["", "a", "b"]),
        ),
        max_size=12,
    )
)
def test_no_history_entry_is_lost_and_every_key_is_its_own(entries):
    oldest_first = sorted(entries, key=lambda entry: entry[0])
    sent = [{"timestamp": at, "value": value} for at, value in reversed(oldest_first)]
    rows = rows_of({"p": sent})
    assert [row["value"] for row in rows] == [value for _, value in oldest_first]
    keys = [(row["changed_at"], row["value"], row["occurrence"]) for row in rows]
    assert len(set(keys)) == len(entries)
    places = [(row["changed_at"], row["sequence"]) for row in rows]
    assert places == sorted(places)
    assert len(set(places)) == len(places)


def test_a_ticket_or_a_property_without_history_leaves_nothing():
    entry = {"value": "1", "timestamp": "2026-01-01T00:00:00.000Z"}
    rows = rows_of({"a": [entry], "b": []}, None, {"a": [], "b": [entry]})
    assert [(row["ticket_id"], row["property_name"]) for row in rows] == [("1", "a"), ("3", "b")]
    assert rows_of({}) == []


def test_one_moment_written_in_two_ways_is_one_moment():
    at = datetime(2026, 1, 1, tzinfo=UTC)
    milliseconds = str(int(at.timestamp() * 1000))
    newest_first = [
        {"value": "a", "timestamp": milliseconds},
        {"value": "a", "timestamp": "2026-01-01T00:00:00.000Z"},
    ]
    rows = rows_of({"p": newest_first})
    assert [(r["changed_at"], r["sequence"], r["occurrence"]) for r in rows] == [
        (at, 1, 1),
        (at, 2, 2),
    ]
