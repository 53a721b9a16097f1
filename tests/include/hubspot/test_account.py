"""Whose token this is."""

import pytest

from include.hubspot.account import account_details
from tests.include.hubspot.sessions import open_session


@pytest.mark.parametrize("api", ["v3", "2026-03", "2026-09"])
def test_the_account_is_the_portals(portal, api):
    with open_session(portal, api=api) as session:
        details = account_details(session)
    assert str(details["portalId"]) == str(portal.portal_id)
    assert details["timeZone"]
