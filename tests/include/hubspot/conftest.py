"""A generated portal, as new for every test, and a session with it."""

import pytest

from tests.conftest import start_sandbox
from tests.include.hubspot.sessions import open_session


@pytest.fixture(scope="module")
def shared_portal():
    """120 living tickets, and some archived and merged ones; no limits, no latency."""
    server = start_sandbox(generate=120, seed=7, limits="off")
    yield server
    server.stop()


@pytest.fixture
def portal(shared_portal):
    yield shared_portal
    shared_portal.control("DELETE", "faults")
    shared_portal.control("POST", "reset")


@pytest.fixture
def session(portal):
    with open_session(portal) as opened:
        yield opened


@pytest.fixture
def arm(portal):
    """Arm one fault; gives a function that tells how often the armed faults were served."""

    def arm_fault(route, kind, **more):
        portal.control("POST", "faults", {"faults": [{"route": route, "kind": kind, **more}]})

        def served():
            return sum(fault["served"] for fault in portal.control("GET", "faults")["faults"])

        return served

    return arm_fault
