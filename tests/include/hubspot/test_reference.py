"""Reference data is complete, whatever the API version."""

import pytest

from include.hubspot.reference import owners, pipelines, property_definitions, property_groups
from tests.include.hubspot.sessions import open_session


@pytest.fixture(params=["v3", "2026-03", "2026-09"])
def any_session(request, portal):
    with open_session(portal, api=request.param) as opened:
        yield opened


def test_properties_are_defined_with_their_groups(any_session):
    found = {each["name"]: each for each in property_definitions(any_session, "tickets")}
    assert {"hs_pipeline_stage", "subject", "hs_lastmodifieddate"} <= found.keys()
    groups = {each["name"] for each in property_groups(any_session, "tickets")}
    assert {each["groupName"] for each in found.values()} <= groups
    archived = property_definitions(any_session, "tickets", archived=True)
    assert not {each["name"] for each in archived} & found.keys()


def test_pipelines_come_with_their_stages(any_session):
    found = {each["id"]: each for each in pipelines(any_session)}
    stages = {stage["id"]: stage for stage in found["0"]["stages"]}
    assert stages["1"]["metadata"]["ticketState"] == "OPEN"
    assert stages["4"]["metadata"]["ticketState"] == "CLOSED"


def test_archived_owners_are_a_list_of_their_own(any_session):
    live, archived = owners(any_session), owners(any_session, archived=True)
    assert live
    assert archived
    assert not {each["archived"] for each in live} - {False}
    assert not {each["archived"] for each in archived} - {True}
    assert not {each["id"] for each in live} & {each["id"] for each in archived}
