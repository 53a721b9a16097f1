"""Schemas and OAuth: what an app asks before it asks for records."""

from __future__ import annotations

from typing import Any

import hubspot.crm.schemas
import hubspot.oauth
import pytest

from tests.contract.client import Called

SCHEMAS = "/crm-object-schemas/v3/schemas"


def test_every_route_of_schemas_that_needs_no_custom_object(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = Called(hubspot.crm.schemas, monkeypatch)
    assert client.crm.schemas.core_api.get_all().results == []
    # The portal has no custom objects (an Enterprise feature): it can make, show and change none.
    called.assert_all_but(
        ("POST", SCHEMAS),
        ("GET", f"{SCHEMAS}/{{objectType}}"),
        ("PATCH", f"{SCHEMAS}/{{objectType}}"),
        ("DELETE", f"{SCHEMAS}/{{objectType}}"),
        ("POST", f"{SCHEMAS}/{{objectType}}/associations"),
        ("DELETE", f"{SCHEMAS}/{{objectType}}/associations/{{associationIdentifier}}"),
    )


def test_every_route_of_oauth_but_those_that_manage_refresh_tokens(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = Called(hubspot.oauth, monkeypatch)
    given = client.oauth.tokens_api.create(
        grant_type="refresh_token", client_id="app", client_secret="hush", refresh_token="mine"
    )
    assert (given.token_type, given.refresh_token) == ("bearer", "mine")
    shown = client.oauth.access_tokens_api.get(given.access_token)
    assert str(shown.hub_id) == "4980000"
    assert "tickets" in shown.scopes
    # The portal takes any refresh token and keeps none: it can show and delete none.
    called.assert_all_but(
        ("GET", "/oauth/v1/refresh-tokens/{token}"),
        ("DELETE", "/oauth/v1/refresh-tokens/{token}"),
    )
