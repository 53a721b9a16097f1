from __future__ import annotations

import pytest

from tests.include.sandbox.asking import Asker
from tests.include.sandbox.portals import generated_portal

UNTIL = "2026-06-01T00:00:00Z"
DETAILS = "/account-info/v3/details"


def test_a_token_expires_after_its_minutes_and_a_refreshed_one_opens_the_portal() -> None:
    portal = generated_portal(3, 1, UNTIL, token_minutes=30)
    ask = Asker(portal)
    assert ask("GET", DETAILS)[0] == 200
    portal.advance(portal.clock.now() + 31 * 60_000)
    status, body = ask("GET", DETAILS)
    assert (status, body["category"]) == (401, "EXPIRED_AUTHENTICATION")
    assert body["message"] == "The OAuth token used to make this call expired 1 minute(s) ago."
    form = b"grant_type=refresh_token&client_id=x&client_secret=y&refresh_token=r"
    answer = ask.answer("POST", "/oauth/v1/token", form, "application/x-www-form-urlencoded")
    assert answer.status == 200
    assert b'"expires_in":1800' in answer.content
    ask.token = "sandbox-token-1"
    assert ask("GET", DETAILS)[0] == 200


def test_a_private_apps_token_never_expires() -> None:
    portal = generated_portal(3, 1, UNTIL)
    portal.advance(portal.clock.now() + 10 * 86_400_000)
    assert Asker(portal)("GET", DETAILS)[0] == 200


@pytest.mark.parametrize(
    "form", [b"", b"grant_type=password", b"grant_type=refresh_token", b"\xff"]
)
def test_a_request_for_a_token_that_names_none_is_refused(form: bytes) -> None:
    ask = Asker(generated_portal(3, 1, UNTIL))
    assert ask.answer("POST", "/oauth/v1/token", form).status == 400


def test_a_token_tells_its_scopes() -> None:
    ask = Asker(generated_portal(3, 1, UNTIL, scopes=frozenset({"tickets"})))
    status, body = ask("GET", "/oauth/v1/access-tokens/sandbox-token")
    assert (status, body["scopes"], body["hub_id"]) == (200, ["tickets"], 4_980_000)
    assert ask("GET", "/oauth/v1/access-tokens/other")[0] == 401
