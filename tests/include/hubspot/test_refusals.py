"""In steady state HubSpot never has to refuse: both limits at once, with latency and jitter."""

import threading

from tests.include.hubspot.sessions import open_session

SEARCH = "/crm/v3/objects/tickets/search"
OWNERS = "/crm/v3/owners"


def test_neither_limit_is_ever_exceeded(sandbox):
    portal = sandbox(generate=20, seed=1, limits="hubspot", latency_ms=20, jitter_ms=40)
    with open_session(portal, max_in_flight=12) as session:
        session.get(OWNERS)
        calls = [session.workers().submit(session.get, OWNERS) for _ in range(219)]
        body = {"filterGroups": [], "limit": 1}
        searches = [
            threading.Thread(target=lambda: [session.post(SEARCH, body) for _ in range(8)])
            for _ in range(3)
        ]
        for thread in searches:
            thread.start()
        for thread in searches:
            thread.join()
        for call in calls:
            call.result()
    assert session.calls == {(OWNERS, "GET", 200): 220, (SEARCH, "POST", 200): 24}
    assert session.waited_seconds > 0
