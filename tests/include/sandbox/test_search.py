"""Search's semantics: limits, operators, order, cap, keyset, lag."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.sandbox.contents import MergeEvent
from include.sandbox.deriving import Deriving
from include.sandbox.errors import InvalidInput
from include.sandbox.merging import merge_records
from include.sandbox.moments import DAY, from_person, to_iso
from include.sandbox.portal import Portal
from include.sandbox.search_query import parse
from tests.datasets import write_dataset
from tests.include.sandbox.portals import at, dataset_portal, generated_portal

BEGIN = from_person("2020-01-01")


def run(portal: Portal, body: dict[str, Any], object_type: str = "tickets") -> tuple[int, list]:
    return portal.searches[object_type].run(parse(body), portal.clock.now())


def one(name: str, operator: str, **values: Any) -> dict[str, Any]:
    return {"filterGroups": [{"filters": [{"propertyName": name, "operator": operator, **values}]}]}


@pytest.fixture(scope="module")
def generated() -> Portal:
    return generated_portal(400, 3, "2026-06-01")


@pytest.fixture
def few(tmp_path: Path) -> Portal:
    """Five tickets; 4 and 5 share the moment of their last change."""
    tickets = [
        {"ticket_id": 1, "created_at": at(3), "subject": "Red Apple", "hs_pipeline_stage": "1"},
        {"ticket_id": 2, "created_at": at(1), "subject": "green pear", "hs_ticket_priority": "LOW"},
        {"ticket_id": 3, "created_at": at(2), "subject": "apple-tree",
         "hs_num_times_contacted": "10"},
        {"ticket_id": 4, "created_at": at(4), "hs_num_times_contacted": "9",
         "hs_ticket_category": "BILLING_ISSUE;FEATURE_REQUEST"},
        {"ticket_id": 5, "created_at": at(5), "hs_num_times_contacted": "nine"},
    ]  # fmt: skip
    changes = [
        (2, at(6), "subject", "", "", ""),
        (4, at(9), "content", "x", "", ""),
        (5, at(9), "content", "y", "", ""),
    ]
    links = [("tickets", 3, "contacts", 70, 16, "", at(3), "")]
    return dataset_portal(
        write_dataset(
            tmp_path,
            tickets=tickets,
            property_changes=changes,
            contacts=[{"id": 70, "email": "a@b.example"}],
            associations=links,
        ),
        at(20),
    )


@pytest.mark.parametrize(
    ("body", "ids"),
    [
        ({}, [2, 3, 1, 4, 5]),
        ({"sorts": [{"propertyName": "hs_object_id", "direction": "DESCENDING"}]}, [5, 4, 3, 2, 1]),
        ({"sorts": ["-hs_lastmodifieddate"]}, [5, 4, 2, 1, 3]),
        ({"sorts": [{"propertyName": "subject"}]}, [2, 4, 5, 3, 1]),
        (one("hs_object_id", "GT", value="3"), [4, 5]),
        (one("hs_object_id", "BETWEEN", value="2", highValue="3"), [2, 3]),
        (one("hs_object_id", "IN", values=["5", "1"]), [1, 5]),
        (one("hs_lastmodifieddate", "GTE", value=at(6)), [2, 4, 5]),
        (one("hs_lastmodifieddate", "GTE", value=str(from_person(at(6)))), [2, 4, 5]),
        (one("hs_lastmodifieddate", "GT", value=at(6)), [4, 5]),
        (one("hs_lastmodifieddate", "EQ", value=at(9)), [4, 5]),
        (one("hs_lastmodifieddate", "LT", value=at(3)), [3]),
        (one("createdate", "LTE", value=at(2)), [2, 3]),
        (one("subject", "EQ", value="red apple"), [1]),
        (one("subject", "IN", values=["red apple"]), [1]),
        (one("subject", "IN", values=["Red Apple"]), []),
        (one("subject", "NEQ", value="red apple"), [3]),
        (one("subject", "HAS_PROPERTY"), [3, 1]),
        (one("subject", "NOT_HAS_PROPERTY"), [2, 4, 5]),
        (one("subject", "CONTAINS_TOKEN", value="apple"), [3, 1]),
        (one("subject", "CONTAINS_TOKEN", value="app*"), [3, 1]),
        (one("subject", "NOT_CONTAINS_TOKEN", value="apple"), [2, 4, 5]),
        (one("hs_num_times_contacted", "GT", value="9"), [3]),
        (one("hs_num_times_contacted", "BETWEEN", value="9", highValue="10"), [3, 4]),
        (one("hs_ticket_priority", "EQ", value="LOW"), [2]),
        (one("hs_ticket_priority", "EQ", value="low"), []),
        (one("hs_ticket_category", "IN", values=["FEATURE_REQUEST"]), [4]),
        (one("associations.contact", "EQ", value="70"), [3]),
        (one("lastmodifieddate", "GTE", value=at(1)), []),
        (one("no_such_property", "HAS_PROPERTY"), []),
        ({"filters": [{"propertyName": "hs_object_id", "operator": "LT", "value": "3"}]}, [2, 1]),
        ({"query": "apple"}, [3, 1]),
        (
            {
                "filterGroups": [
                    {
                        "filters": [
                            {
                                "propertyName": "hs_lastmodifieddate",
                                "operator": "EQ",
                                "value": at(9),
                            },
                            {"propertyName": "hs_object_id", "operator": "GT", "value": "4"},
                        ]
                    },
                    {
                        "filters": [
                            {"propertyName": "subject", "operator": "EQ", "value": "red apple"}
                        ]
                    },
                ]
            },
            [1, 5],
        ),
    ],
)
def test_operators_and_orders(few: Portal, body: dict[str, Any], ids: list[int]) -> None:
    assert run(few, body) == (len(ids), ids)


def test_an_unknown_property_is_an_error_where_the_switch_says_so(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path, tickets=[(1, at(1))])
    strict = dataset_portal(folder, unknown_search_property="error")
    with pytest.raises(InvalidInput):
        run(strict, one("lastmodifieddate", "GTE", value=at(1)))


@pytest.mark.parametrize(
    "body",
    [
        {"limit": 201},
        {"limit": -1},
        {"limit": "many"},
        {"after": "cursor"},
        {"after": "9900", "limit": 101},
        {"query": "x" * 3001},
        {"sorts": [{"propertyName": "a"}, {"propertyName": "b"}]},
        {"sorts": [{"propertyName": "a", "direction": "UP"}]},
        {"filterGroups": {}, "x": 1} | {"filterGroups": "all"},
        {"filterGroups": [{"filters": []}] * 6},
        {"filterGroups": [one("a", "HAS_PROPERTY")["filterGroups"][0]["filters"][0]]} | {
            "filterGroups": [
                {"filters": [{"propertyName": "a", "operator": "HAS_PROPERTY"}] * 7}]},
        {"filterGroups": [
            {"filters": [{"propertyName": "a", "operator": "HAS_PROPERTY"}] * 5}] * 4},
        one("subject", "LIKE", value="x"),
        one("subject", "EQ"),
        one("subject", "IN", value="x"),
        one("hs_object_id", "BETWEEN", value="1"),
        {"properties": "subject"},
    ],
)  # fmt: skip
def test_what_exceeds_a_documented_limit_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        parse(body)


def test_the_limits_themselves_are_allowed() -> None:
    filters = [{"propertyName": "a", "operator": "HAS_PROPERTY"}]
    groups = [{"filters": filters * 6}] * 3 + [{"filters": []}] * 2
    assert parse({"filterGroups": groups, "limit": 200, "after": "9800", "query": "x" * 3000})


@pytest.mark.parametrize("value", ["soon", "", "12:00"])
def test_a_value_that_does_not_suit_its_type_is_refused(few: Portal, value: str) -> None:
    with pytest.raises(InvalidInput):
        run(few, one("hs_lastmodifieddate", "GTE", value=value))
    with pytest.raises(InvalidInput):
        run(few, one("hs_num_times_contacted", "GTE", value=value))


names = st.sampled_from(
    ["hs_lastmodifieddate", "createdate", "hs_object_id", "hs_ticket_priority", "downtime_minutes"]
)


def _known() -> dict[str, list[str]]:
    """Ids and moments that the generated portal has."""
    entries = generated_portal(400, 3, "2026-06-01").indexes["tickets"].entries
    return {
        "hs_object_id": [str(i) for i in entries],
        "hs_lastmodifieddate": [str(modified) for modified, _ in entries.values()],
        "createdate": [to_iso(created) for _, created in entries.values()],
    }


KNOWN = _known()


@st.composite
def queries(draw: st.DrawFn) -> dict[str, Any]:
    def a_filter() -> dict[str, Any]:
        name = draw(names)
        bounds = {
            "hs_object_id": st.integers(1_000_000_000, 1_000_014_000).map(str),
            "hs_ticket_priority": st.sampled_from(["LOW", "HIGH"]),
            "downtime_minutes": st.sampled_from(["15", "240", "12.5"]),
        }.get(name, st.integers(from_person("2025-06-01"), from_person("2026-06-01")).map(str))
        known = st.sampled_from(KNOWN.get(name, [])) if name in KNOWN else bounds
        operator = draw(st.sampled_from(
            ["EQ", "GT", "GTE", "LT", "LTE", "BETWEEN", "IN", "NOT_IN", "NEQ", "HAS_PROPERTY",
             "NOT_HAS_PROPERTY"]))  # fmt: skip
        low, high = draw(st.one_of(bounds, known)), draw(bounds)
        values = draw(st.lists(known, max_size=3))
        return {"propertyName": name, "operator": operator, "value": low, "highValue": high,
                "values": values}  # fmt: skip

    groups = [
        {"filters": [a_filter() for _ in range(draw(st.integers(0, 3)))]}
        for _ in range(draw(st.integers(0, 3)))
    ]
    direction = draw(st.sampled_from(["ASCENDING", "DESCENDING"]))
    sorts = draw(st.sampled_from([[], [{"propertyName": draw(names), "direction": direction}]]))
    return {"filterGroups": groups, "sorts": sorts, "limit": 200}


def _by_scan(portal: Portal, body: dict[str, Any]) -> set[int]:
    """What a reading of every ticket finds, with no index and no bisection."""
    reader, store = portal.readers["tickets"], portal.stores["tickets"]
    kinds = {"hs_lastmodifieddate": "time", "createdate": "time", "hs_ticket_priority": "text"}

    def read(name: str, text: str) -> Any:
        kind = kinds.get(name, "number")
        if kind == "time":
            return int(text) if text.isdigit() else from_person(text)
        return float(text) if kind == "number" else text

    def holds(ticket_id: int, f: dict[str, Any]) -> bool:
        record = store.records[ticket_id]
        text = reader.value(record, f["propertyName"], record.visible, portal.clock.now())
        if f["operator"].endswith("HAS_PROPERTY") or not text:
            return bool(text) == (f["operator"] == "HAS_PROPERTY") and "HAS_P" in f["operator"]
        value = read(f["propertyName"], text)
        values = [read(f["propertyName"], v) for v in f["values"]]
        low, high = read(f["propertyName"], f["value"]), read(f["propertyName"], f["highValue"])
        return {
            "EQ": value == low,
            "GT": value > low,
            "GTE": value >= low,
            "LT": value < low,
            "LTE": value <= low,
            "BETWEEN": low <= value <= high,
            "NEQ": value != low,
            "IN": value in values,
            "NOT_IN": value not in values,
        }[f["operator"]]

    groups = body["filterGroups"] or [{"filters": []}]
    return {i for i in store.live if any(all(holds(i, f) for f in g["filters"]) for g in groups)}


@settings(max_examples=150, deadline=None)
@given(body=queries())
def test_the_index_finds_what_a_scan_of_every_ticket_finds(
    generated: Portal, body: dict[str, Any]
) -> None:
    total, ids = run(generated, body)
    expected = _by_scan(generated, body)
    assert total == len(expected)
    assert len(ids) == len(set(ids)) == min(200, total)
    assert set(ids) <= expected
    if body["sorts"]:
        name, reader = body["sorts"][0]["propertyName"], generated.readers["tickets"]
        records = [generated.stores["tickets"].records[i] for i in ids]
        if name in ("hs_lastmodifieddate", "createdate"):
            values = [reader.value(r, name, r.visible, 0) for r in records]
            reverse = body["sorts"][0]["direction"] == "DESCENDING"
            assert values == sorted(values, reverse=reverse)


def test_paging_by_offset_shows_every_match_once(generated: Portal) -> None:
    seen: list[int] = []
    for after in range(0, 600, 100):
        total, ids = run(generated, {"limit": 100, "after": str(after)})
        seen += ids
    assert total == len(seen) == len(set(seen))


def test_more_than_ten_thousand_in_one_millisecond_are_read_by_keyset(tmp_path: Path) -> None:
    count = 10_450
    tickets = [(i, at(1)) for i in range(1, count + 1)]
    portal = dataset_portal(write_dataset(tmp_path, tickets=tickets))
    total, _ = run(portal, {"limit": 200, "after": "9800"})
    assert total == count  # true beyond the cap
    with pytest.raises(InvalidInput):
        run(portal, {"limit": 200, "after": "9801"})
    last, seen = 0, 0
    while True:
        moment = {"propertyName": "hs_lastmodifieddate", "operator": "EQ", "value": at(1)}
        beyond = {"propertyName": "hs_object_id", "operator": "GT", "value": str(last)}
        body = {"filterGroups": [{"filters": [moment, beyond]}], "limit": 200,
                "sorts": [{"propertyName": "hs_object_id"}]}  # fmt: skip
        left, ids = run(portal, body)
        assert left == count - seen
        if not ids:
            break
        assert ids == list(range(last + 1, last + 1 + len(ids)))
        seen, last = seen + len(ids), ids[-1]
    assert seen == count


def test_an_archived_ticket_is_not_found(few: Portal) -> None:
    few.archive("tickets", 3, few.clock.now())
    assert run(few, {})[1] == [2, 1, 4, 5]
    assert run(few, one("hs_object_id", "EQ", value="3")) == (0, [])


def test_the_index_lags_each_change_by_its_own_delay(tmp_path: Path) -> None:
    lag = 600_000
    changes = [(i, to_iso(BEGIN + DAY + i), "subject", "new", "", "") for i in range(1, 41)]
    folder = write_dataset(
        tmp_path, tickets=[(i, to_iso(BEGIN)) for i in range(1, 41)], property_changes=changes
    )
    portal = dataset_portal(folder, BEGIN + DAY, index_lag_ms=lag)
    portal.advance(BEGIN + DAY + 100)
    wanted = one("subject", "EQ", value="new") | {"limit": 200}
    assert run(portal, wanted) == (0, [])  # changed, but search does not know
    portal.advance(BEGIN + DAY + 3 * lag // 4)
    total, ids = run(portal, wanted)
    assert 0 < total < 40
    assert ids != list(range(1, total + 1))  # not in the order in which they changed
    portal.advance(BEGIN + DAY + 2 * lag)
    assert run(portal, wanted)[0] == 40


def test_a_lagging_index_matches_the_old_value_and_shows_the_new_one(tmp_path: Path) -> None:
    folder = write_dataset(
        tmp_path,
        tickets=[{"ticket_id": 1, "created_at": at(1), "subject": "old"}],
        property_changes=[(1, at(5), "subject", "new", "", "")],
    )
    portal = dataset_portal(folder, at(4), index_lag_ms=60_000)
    portal.advance(from_person(at(5)))
    assert run(portal, one("subject", "EQ", value="old")) == (1, [1])
    assert run(portal, one("hs_lastmodifieddate", "LTE", value=at(4))) == (1, [1])
    assert portal.readers["tickets"].value(portal.stores["tickets"].records[1], "subject",
                                           2, 0) == "old"  # fmt: skip
    portal.advance(from_person(at(6)))
    assert run(portal, one("subject", "EQ", value="new")) == (1, [1])


def test_a_search_for_ids_moments_or_links_reads_no_ticket(monkeypatch: pytest.MonkeyPatch) -> None:
    portal = generated_portal(60, 3, "2026-06-01")
    ticket, (modified, created) = next(iter(portal.indexes["tickets"].entries.items()))
    edges = portal.associations.edges[("companies", "tickets")]
    company, linked = next((i, set(ends)) for i, ends in edges.items() if len(ends) > 1)

    def derive(*_: Any) -> None:
        raise AssertionError("a record was derived")

    monkeypatch.setattr(Deriving, "visits", derive)
    assert run(portal, one("hs_object_id", "IN", values=[str(ticket), "5"])) == (1, [ticket])
    assert run(portal, one("hs_object_id", "NOT_IN", values=[str(ticket)]))[0] == 59
    assert ticket in run(portal, one("hs_lastmodifieddate", "IN", values=[str(modified)]))[1]
    assert ticket in run(portal, one("createdate", "IN", values=[to_iso(created)]))[1]
    for name in ("hs_object_id", "createdate", "hs_lastmodifieddate"):
        assert run(portal, one(name, "HAS_PROPERTY"))[0] == 60
        assert run(portal, one(name, "NOT_HAS_PROPERTY")) == (0, [])
    search = one("associations.company", "EQ", value=str(company)) | {"limit": 200}
    found = run(portal, search)[1]
    assert set(found) == linked & set(portal.stores["tickets"].live)
    with pytest.raises(InvalidInput):
        run(portal, one("hs_object_id", "IN", values=["one"]))


def test_a_merges_survivor_is_found_no_sooner_than_the_lag_after_the_merge() -> None:
    lag = 600_000
    portal = generated_portal(20, 1, "2026-06-01", index_lag_ms=lag)
    portal.advance(portal.clock.now() + DAY)
    ids, merged_at = list(portal.stores["tickets"].live)[:2], portal.clock.now()
    event = MergeEvent(merged_at, "tickets", ids[0], ids[1], portal.new_id("tickets"))
    survivor = merge_records(portal, event)
    assert survivor is not None
    wanted = one("hs_object_id", "IN", values=[str(survivor.id), *map(str, ids)])
    assert run(portal, wanted)[1] == ids  # the index still knows the old ones
    portal.advance(merged_at + lag // 2 - 60_000)
    assert run(portal, wanted)[1] == ids
    portal.advance(merged_at + lag)
    assert run(portal, wanted)[1] == [survivor.id]
