from __future__ import annotations

import time
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.sandbox.generate import generate
from include.sandbox.moments import DAY, HOUR, from_person
from include.sandbox.portal import Portal
from tests.include.sandbox.portals import generated_portal, record, shown

REFERENCE = "2026-10-01T00:00:00Z"


@pytest.fixture(scope="module")
def portal() -> Portal:
    return generated_portal(2000, 7, REFERENCE)


def test_the_same_seed_gives_the_same_portal_and_another_seed_another() -> None:
    one, again = generated_portal(150, 7, REFERENCE), generated_portal(150, 7, REFERENCE)
    assert shown(one) == shown(again)
    assert shown(one) != shown(generated_portal(150, 8, REFERENCE))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 130), st.integers(0, 10_000))
def test_as_many_tickets_live_as_were_asked_for(count: int, seed: int) -> None:
    portal = generated_portal(count, seed, REFERENCE)
    assert len(portal.stores["tickets"].live) == count


def test_archived_and_merged_tickets_stand_beside_the_live_ones(portal: Portal) -> None:
    store = portal.stores["tickets"]
    assert len(store.live) == 2000
    assert len(store.archived) == 41
    aliases = [r for r in store.records.values() if r.merged_into]
    assert len(aliases) == 42
    survivor = record(portal, aliases[0].id)
    assert str(aliases[0].id) in survivor["properties"]["hs_merged_object_ids"]


def test_lives_are_realistic(portal: Portal) -> None:
    store = portal.stores["tickets"]
    records = [store.records[i] for i in store.live]
    entries = sum(r.visible for r in records) / len(records)
    assert 18 <= entries <= 30
    weekdays = Counter((r.created // DAY + 3) % 7 for r in records)
    assert min(weekdays[d] for d in range(5)) > 2 * max(weekdays[5], weekdays[6])
    names = store.definitions.codes
    bodies = [record(portal, i) for i in store.live[::10]]
    stages = Counter(b["properties"]["hs_pipeline_stage"] for b in bodies)
    assert len(stages) >= 5
    assert any(b["properties"].get("hs_ticket_reopened_at") for b in bodies)
    assert "legacy_code" in names
    ends = from_person(REFERENCE)
    assert ends - 3 * DAY < max(r.modified for r in records) <= ends + HOUR


def test_many_tickets_share_one_millisecond(portal: Portal) -> None:
    store = portal.stores["tickets"]
    moments = Counter(store.records[i].modified for i in store.live)
    assert moments.most_common(1)[0][1] >= 100


def test_one_ticket_has_more_links_than_a_page_and_some_have_none(portal: Portal) -> None:
    store = portal.stores["tickets"]
    counts = [len(portal.associations.of("tickets", "contacts", i)) for i in store.live]
    assert max(counts) > 500
    assert 0 in counts


def test_the_awkward_values_are_there(portal: Portal) -> None:
    text = portal.texts.text
    for awkward in ("\u202e", "👩🏽‍💻", "<img src=x", '"Quoted, with', "مرحبا", "line two\r\n"):
        assert any(awkward in value for value in text), awkward


def test_hubspots_own_service_levels_stand_on_tickets_that_came_through_a_channel(
    portal: Portal,
) -> None:
    bodies = [record(portal, i) for i in portal.stores["tickets"].live]
    promised = [b for b in bodies if b["properties"]["hs_time_to_close_sla_at"]]
    assert 0.1 < len(promised) / len(bodies) < 0.25
    assert {b["properties"]["hs_object_source_label"] for b in promised} == {"CONVERSATIONS"}
    for metric in ("first_response", "close"):
        found = {b["properties"][f"hs_time_to_{metric}_sla_status"] for b in promised}
        assert found == {"0", "1", "3", "4"}
    for body in promised:
        steps = body["propertiesWithHistory"]["hs_time_to_close_sla_status"][::-1]
        assert steps[0]["value"] == "0"
        closed = body["propertiesWithHistory"]["closed_date"]
        if closed:
            on_time = closed[-1]["value"] <= body["properties"]["hs_time_to_close_sla_at"]
            assert steps[-1]["value"] == ("3" if on_time else "4")
            assert steps[-1]["timestamp"] == closed[-1]["timestamp"]


def test_agents_make_tickets_too_and_a_text_can_be_as_long_as_hubspot_takes(
    portal: Portal,
) -> None:
    shown = [record(portal, i)["properties"] for i in portal.stores["tickets"].live]
    users = {str(owner.user_id) for owner in portal.owners}
    by_agent = [p for p in shown if p["hs_created_by_user_id"]]
    assert 0.1 < len(by_agent) / len(shown) < 0.4
    assert {p["hs_created_by_user_id"] for p in by_agent} <= users
    unmerged = [p for p in by_agent if not p["hs_merged_object_ids"]]
    assert {p["hs_object_source_label"] for p in unmerged} == {"CRM_UI"}
    assert max(len(p["content"] or "") for p in shown) == 65_536


def test_entries_stand_in_the_order_in_which_they_happened(portal: Portal) -> None:
    for ticket in portal.stores["tickets"].records.values():
        moments = list(ticket.log[::4])
        assert moments == sorted(moments)


def test_five_thousand_tickets_take_less_than_five_seconds() -> None:
    begin = time.process_time()
    contents = generate(5_000, 1, from_person(REFERENCE), portal_id=1)
    assert len(contents.records["tickets"]) > 5_000
    assert time.process_time() - begin < 5
