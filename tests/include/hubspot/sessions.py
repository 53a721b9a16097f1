"""Sessions for tests: they lose patience as quickly as a test needs."""

from include.hubspot.retries import Patience
from include.hubspot.session import HubSpotSession

# Growing waits end at 50 ms here; the waits that HubSpot's own limits ask for stay as they are.
QUICK = Patience(seconds=20, longest_pause=0.05)


def open_session(portal, **more):
    return HubSpotSession(portal.url, portal.token, **{"patience": QUICK, **more})
