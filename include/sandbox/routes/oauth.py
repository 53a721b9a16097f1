"""OAuth: a new access token for a refresh token, and what a token may do. No token is needed."""

from typing import Any
from urllib.parse import parse_qs

from include.sandbox.errors import InvalidInput
from include.sandbox.moments import SECOND
from include.sandbox.portal import Portal
from include.sandbox.serving.call import Call
from include.sandbox.serving.endpoint import Endpoint
from include.sandbox.store import TYPE_IDS
from include.sandbox.tokens import LIFETIME_MINUTES

# What a journal keeps of a request for a token: that there was one, and none of its secrets.
_REPEATED = b"grant_type=refresh_token&refresh_token=kept-secret"
_GRANTS = {"refresh_token": "refresh_token", "authorization_code": "code"}


def token(portal: Portal, call: Call) -> dict[str, Any]:
    """Exchange a refresh token, or the code of a first consent, for an access token."""
    form = parse_qs(call.content.decode("utf-8", "replace"))
    field = _GRANTS.get(form.get("grant_type", [""])[0])
    if field is None:
        raise InvalidInput("missing or unknown grant type")
    given = form.get(field, [""])[0]
    return {
        "token_type": "bearer",
        "refresh_token": given,
        "access_token": portal.tokens.refresh(given),
        "expires_in": (portal.tokens.minutes or LIFETIME_MINUTES) * 60_000 // SECOND,
    }


def access_token(portal: Portal, call: Call) -> dict[str, Any]:
    """Show whose an access token is and its scopes."""
    given = call.path["token"]
    portal.tokens.check(given.encode("utf-8", "replace"))
    return {
        "token": given,
        "user": "admin@example.com",
        "hub_domain": "sandbox.example.com",
        "scopes": sorted(_all_scopes() if (s := portal.settings.scopes) is None else s),
        "hub_id": portal.id,
        "app_id": 1,
        "expires_in": (portal.tokens.minutes or LIFETIME_MINUTES) * 60,
        "user_id": 7_000_001,
        "token_type": "access",
    }


def _all_scopes() -> set[str]:
    objects = [name for name in TYPE_IDS if name in ("contacts", "companies", "deals")]
    scopes = {
        f"crm.{kind}.{name}.{action}"
        for kind in ("objects", "schemas")
        for name in objects
        for action in ("read", "write")
    }
    return scopes | {
        "oauth",
        "tickets",
        "contacts",
        "crm.objects.owners.read",
        "sales-email-read",
        "conversations.read",
        "conversations.write",
        "files",
    }


ENDPOINTS = [
    Endpoint(
        "POST",
        "/oauth/v1/token",
        "/oauth/{D}/token",
        token,
        "public",
        writes=True,
        kept=lambda _: _REPEATED,
    ),
    Endpoint(
        "GET",
        "/oauth/v1/access-tokens/{token}",
        "/oauth/{D}/access-tokens/{token}",
        access_token,
        "public",
    ),
]
