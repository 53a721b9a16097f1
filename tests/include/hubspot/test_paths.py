"""Paths of each API version, and how many property names an address holds."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.hubspot.paths import PROFILES, Paths, is_search, property_chunks, route_of

LEGACY = {
    "objects": "/crm/v3/objects/tickets",
    "batch_read": "/crm/v3/objects/tickets/batch/read",
    "search": "/crm/v3/objects/tickets/search",
    "properties": "/crm/v3/properties/tickets",
    "property_groups": "/crm/v3/properties/tickets/groups",
    "pipelines": "/crm/v3/pipelines/tickets",
}
DATED = {
    "objects": "/crm/objects/2026-09/tickets",
    "batch_read": "/crm/objects/2026-09/tickets/batch/read",
    "search": "/crm/objects/2026-09/tickets/search",
    "properties": "/crm/properties/2026-09/tickets",
    "property_groups": "/crm/properties/2026-09/tickets/groups",
    "pipelines": "/crm/pipelines/2026-09/tickets",
}


@pytest.mark.parametrize(("api", "expected"), [("v3", LEGACY), ("2026-09", DATED)])
def test_each_version_has_its_paths(api, expected):
    paths = Paths(api)
    assert {name: getattr(paths, name)("tickets") for name in expected} == expected


def test_associations_are_v4_where_the_rest_is_v3():
    path = "/crm/v4/associations/tickets/contacts/batch/read"
    assert Paths("v3").associations_batch_read("tickets", "contacts") == path
    dated = "/crm/associations/2026-03/tickets/contacts/batch/read"
    assert Paths("2026-03").associations_batch_read("tickets", "contacts") == dated


def test_owners_and_account_lie_outside_the_objects():
    assert Paths().owners() == "/crm/v3/owners"
    assert Paths("2026-09").owners() == "/crm/owners/2026-09"
    assert Paths().account_details() == "/account-info/v3/details"
    assert Paths("2026-09").account_details() == "/account-info/2026-09/details"


def test_an_unknown_version_is_refused():
    with pytest.raises(ValueError, match="unknown HubSpot API version 'v5'"):
        Paths("v5")


@pytest.mark.parametrize("name", ["", "tickets/../owners", "tickets?x=1", "a b"])
def test_a_name_that_would_leave_its_place_in_the_path_is_refused(name):
    with pytest.raises(ValueError, match="no name or id that HubSpot gives"):
        Paths().objects(name)


@given(st.lists(st.text(min_size=1, max_size=90)), st.integers(50, 7000))
def test_chunks_hold_every_name_in_order_and_fit(names, budget):
    chunks = list(property_chunks(names, budget))
    assert [name for chunk in chunks for name in chunk] == names
    for chunk in chunks:
        assert len(chunk) == 1 or len(quote(",".join(chunk), safe="")) <= budget


def test_chunks_are_not_smaller_than_need_be():
    names = [f"hs_v2_cumulative_time_in_{number:012d}" for number in range(560)]
    assert len(list(property_chunks(names))) == 4


@pytest.mark.parametrize("api", PROFILES)
def test_calls_that_name_one_record_of_many_count_under_one_route(api):
    paths = Paths(api)
    assert route_of(paths.messages("71")) == route_of(paths.messages("72"))
    assert route_of(paths.original_content("71", "a")) == route_of(
        paths.original_content("72", "b")
    )
    assert route_of(paths.file("9")) == route_of(paths.file("10")) != paths.file("9")
    for path in (
        paths.threads(),
        paths.files_search(),
        paths.actors_batch_read(),
        paths.batch_read("notes"),
    ):
        assert route_of(path) == path


@pytest.mark.parametrize("api", PROFILES)
def test_only_a_search_of_the_crm_is_limited_as_one(api):
    paths = Paths(api)
    assert is_search(paths.search("notes"))
    assert not is_search(paths.files_search())
    assert not is_search(paths.batch_read("notes"))
