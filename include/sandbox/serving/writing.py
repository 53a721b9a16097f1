"""Requests that change the portal: done at one moment, journalled, done again after a restart."""

from typing import Any

from include.sandbox.journal import Journal
from include.sandbox.portal import Portal
from include.sandbox.serving.call import Call
from include.sandbox.serving.router import Found, Router


def perform(portal: Portal, found: Found, call: Call, journal: Journal, asked: str) -> Any:
    """Let an endpoint change the portal at one moment, and note it in the journal.

    Args:
        portal: what is changed.
        found: the endpoint.
        call: its request.
        journal: where it is noted, when it is not refused.
        asked: method and path, as a restart will look them up.

    Returns:
        What the endpoint answers.
    """
    now = portal.clock.now()
    with portal.clock.held(now):
        payload = found.endpoint.handler(portal, call)
    journal.note(
        {
            "do": "request",
            "asked": asked,
            "query": call.query_string,
            "type": call.headers.get("content-type", ""),
            "content": found.endpoint.kept(call.content).decode("latin-1"),  # also a file's bytes
            "now": now,
        }
    )
    return payload


class Repeater:
    """Does journalled requests again."""

    def __init__(self, router: Router) -> None:
        self.router = router

    def __call__(self, portal: Portal, operation: dict[str, Any]) -> None:
        """Do one request as it was done then."""
        method, _, path = operation["asked"].partition(" ")
        found = self.router.find(method, path)
        headers = {"content-type": operation["type"]}
        content = operation["content"].encode("latin-1")
        call = Call(found.family, found.parameters, operation["query"], content, headers=headers)
        with portal.clock.held(operation["now"]):
            found.endpoint.handler(portal, call)
