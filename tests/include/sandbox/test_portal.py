"""The portal as HubSpot would show it had its events happened one by one."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.sandbox.errors import ControlRefused
from include.sandbox.moments import DAY, MINUTE, from_person, to_iso
from include.sandbox.mutation import mutate
from tests.datasets import write_dataset
from tests.include.sandbox.portals import at, dataset_portal, generated_portal, record, shown

BEGIN = from_person("2020-01-01")
moments = st.integers(0, 20).map(lambda step: BEGIN + step * 6 * 60 * MINUTE)


@st.composite
def datasets(draw: st.DrawFn) -> dict[str, list]:
    """Small datasets whose events share moments on purpose."""
    tickets, changes, links = [], [], []
    for ticket_id in range(10, 10 + draw(st.integers(1, 4))):
        created = draw(moments)
        archived = draw(st.none() | moments)
        tickets.append(
            {
                "ticket_id": ticket_id,
                "created_at": to_iso(created),
                "subject": draw(st.sampled_from(["", "s"])),
                "archived_at": archived and to_iso(max(archived, created)),
            }
        )
        for when in sorted(draw(st.lists(moments, max_size=6))):
            name, values = draw(
                st.sampled_from(
                    [
                        ("hs_pipeline_stage", ["1", "2", "4", ""]),
                        ("subject", ["a", "b", ""]),
                        ("hubspot_owner_id", ["5", "6", ""]),
                    ]
                )
            )
            value = draw(st.sampled_from(values))
            changes.append((ticket_id, to_iso(when), name, value, "CRM_UI", ""))
        for type_name, other, type_id in draw(
            st.lists(
                st.sampled_from(
                    [
                        ("contacts", 100, 16),
                        ("contacts", 100, 37),
                        ("contacts", 101, 16),
                        ("companies", 200, 26),
                        ("companies", 201, 26),
                        ("companies", 201, 339),
                    ]
                ),
                max_size=4,
                unique=True,
            )
        ):
            begins, ends = sorted([draw(moments), draw(moments)])
            removed = draw(st.booleans()) and to_iso(ends)
            links.append(
                (
                    "tickets",
                    ticket_id,
                    type_name,
                    other,
                    type_id,
                    "L",
                    to_iso(begins),
                    removed or "",
                )
            )
    return {
        "tickets": tickets,
        "property_changes": changes,
        "associations": links,
        "contacts": [{"id": 100}, {"id": 101, "createdate": to_iso(BEGIN + DAY)}],
        "companies": [{"id": 200}, {"id": 201}],
    }


@settings(max_examples=60, deadline=None)
@given(
    files=datasets(),
    steps=st.lists(moments, min_size=1, max_size=5),
    lag=st.sampled_from([0, 0, 60_000, 2 * DAY]),
)
def test_advancing_in_any_steps_shows_what_loading_until_there_shows(
    files: dict[str, list], steps: list[int], lag: int
) -> None:
    first, *rest = sorted(steps)
    with tempfile.TemporaryDirectory() as name:
        folder = write_dataset(Path(name), **files)
        advanced = dataset_portal(folder, first, index_lag_ms=lag)
        for moment in rest:
            advanced.advance(moment)
            shown(advanced)  # reading in between changes nothing
        loaded = dataset_portal(folder, max(steps), index_lag_ms=lag)
        assert shown(advanced) == shown(loaded)


def test_a_generated_portal_advances_to_what_loading_shows() -> None:
    contents_until = "2026-10-01T00:00:00Z"
    one = generated_portal(120, 5, contents_until)
    other = generated_portal(120, 5, contents_until)
    end = from_person("2026-10-20")
    for day in range(2, 21):
        one.advance(from_person(f"2026-10-{day:02}"))
    other.advance(end)
    assert shown(one) == shown(other)
    assert len(one.stores["tickets"].live) > 120


def test_until_is_inclusive(tmp_path: Path) -> None:
    folder = write_dataset(
        tmp_path,
        tickets=[(1, at(1)), (2, at(2))],
        property_changes=[(1, at(2), "subject", "b", "", ""), (1, at(3), "subject", "c", "", "")],
    )
    portal = dataset_portal(folder, at(2))
    assert portal.stores["tickets"].live == [1, 2]
    assert record(portal, 1)["properties"]["subject"] == "b"
    earlier = dataset_portal(folder, "2020-01-01T23:59:59.999Z")
    assert earlier.stores["tickets"].live == [1]
    assert record(earlier, 1)["properties"]["subject"] is None


def test_time_does_not_go_back(tmp_path: Path) -> None:
    portal = dataset_portal(write_dataset(tmp_path, tickets=[(1, at(1))]), at(5))
    with pytest.raises(ControlRefused, match="cannot go back"):
        portal.advance(from_person(at(4)))
    assert portal.advance(from_person(at(5)))["created"] == 0


def test_history_is_newest_first_and_keeps_the_files_order_within_a_moment(tmp_path: Path) -> None:
    folder = write_dataset(
        tmp_path,
        tickets=[{"ticket_id": 1, "created_at": at(2), "subject": "born"}],
        property_changes=[
            (1, at(1), "subject", "early", "CRM_UI", ""),
            (1, at(2), "subject", "first", "CRM_UI", ""),
            (1, at(2), "subject", "second", "API", "7"),
            (1, at(2), "subject", "", "API", "7"),
        ],
    )
    body = record(dataset_portal(folder), 1)
    entries = body["propertiesWithHistory"]["subject"]
    assert [(e["value"], e["timestamp"]) for e in entries] == [
        ("", at(2)),
        ("second", at(2)),
        ("first", at(2)),
        ("born", at(2)),
        ("early", at(1)),
    ]
    assert entries[0]["sourceType"] == "API"
    assert entries[0]["sourceId"] == "7"
    assert body["properties"]["subject"] == ""
    assert body["properties"]["content"] is None
    assert body["createdAt"] == body["updatedAt"] == at(2)


def test_a_ticket_is_modified_when_it_last_changed_but_not_by_archiving_or_links(
    tmp_path: Path,
) -> None:
    folder = write_dataset(
        tmp_path,
        tickets=[{"ticket_id": 1, "created_at": at(1), "archived_at": at(9)}],
        contacts=[{"id": 7}],
        property_changes=[(1, at(3), "subject", "x", "", "")],
        associations=[("tickets", 1, "contacts", 7, 16, "", at(5), "")],
    )
    body = record(dataset_portal(folder), 1)
    assert body["updatedAt"] == body["properties"]["hs_lastmodifieddate"] == at(3)
    assert body["archived"] is True
    assert body["archivedAt"] == at(9)


def test_merging_makes_a_new_ticket_whose_history_holds_both(tmp_path: Path) -> None:
    folder = write_dataset(
        tmp_path,
        tickets=[(1, at(2)), (2, at(1))],
        contacts=[{"id": 7}, {"id": 8}],
        property_changes=[
            (1, at(3), "subject", "primary's", "", ""),
            (2, at(4), "subject", "other's", "", ""),
            (2, at(4), "content", "only here", "", ""),
            (2, at(9), "content", "later", "", ""),
        ],
        associations=[
            ("tickets", 1, "contacts", 7, 16, "", at(3), ""),
            ("tickets", 2, "contacts", 8, 16, "", at(3), ""),
        ],
    )
    portal = dataset_portal(folder, at(5))
    # seed 0 happens to choose 2 as the primary or the secondary; both orders must hold together
    done = mutate(portal, {"seed": 0, "changes": 0, "archives": 0, "merges": 1, "links": 0},
                  portal.clock.now())["merged"][0]  # fmt: skip
    survivor = int(done["survivor"])
    store = portal.stores["tickets"]
    assert store.live == [survivor]
    assert survivor > 2
    body = record(portal, 1)
    assert body == record(portal, 2)
    assert body["id"] == str(survivor)
    winner = "primary's" if done["primary"] == "1" else "other's"
    assert body["properties"]["subject"] == winner
    assert body["properties"]["content"] == "only here"
    assert body["properties"]["hs_merged_object_ids"] == f"{done['primary']};{done['secondary']}"
    assert body["createdAt"] == at(1)
    assert body["updatedAt"] == at(5)
    values = {e["value"] for e in body["propertiesWithHistory"]["subject"]}
    assert values == {"primary's", "other's"}
    assert set(portal.associations.of("tickets", "contacts", survivor)) == {7, 8}
    assert portal.associations.of("contacts", "tickets", 7) == {survivor: (15,)}
    assert portal.indexes["tickets"].by_id == [survivor]
    portal.advance(from_person(at(10)))
    assert record(portal, 2)["properties"]["content"] == "later"


def test_what_is_written_after_the_horizon_stays_newer_than_what_the_dataset_says_later(
    tmp_path: Path,
) -> None:
    folder = write_dataset(
        tmp_path,
        tickets=[(1, at(1))],
        property_changes=[(1, at(6), "subject", "dataset's", "", "")],
    )
    portal = dataset_portal(folder, at(5))
    code = portal.stores["tickets"].definitions.codes["subject"]
    ticket = portal.stores["tickets"].records[1]
    ticket.write(from_person(at(7)), code, portal.texts.code("written"), 0)
    portal.advance(from_person(at(8)))
    body = record(portal, 1)
    assert [e["value"] for e in body["propertiesWithHistory"]["subject"]] == [
        "written",
        "dataset's",
    ]
    assert body["properties"]["subject"] == "written"
    assert body["updatedAt"] == at(7)


def test_a_dataset_may_set_what_apps_may_not(tmp_path: Path) -> None:
    name = "hs_time_to_close_sla_status"
    changes = [(1, at(2), name, "0", "CALCULATED", ""), (1, at(3), name, "4", "CALCULATED", "")]
    folder = write_dataset(tmp_path, tickets=[(1, at(1))], property_changes=changes)
    portal = dataset_portal(folder, at(4))
    body = record(portal, 1)
    assert body["properties"][name] == "4"
    assert [entry["value"] for entry in body["propertiesWithHistory"][name]] == ["4", "0"]
    assert portal.stores["tickets"].definitions.by_name[name].read_only
