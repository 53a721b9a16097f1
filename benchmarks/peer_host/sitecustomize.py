"""Sends what a connector asks of HubSpot to the sandbox: the host changes, nothing else.

Python imports a module of this name by itself when it is on PYTHONPATH; the connector under test
stays as it was installed.
"""

import os

import requests

HUBSPOT = "https://api.hubapi.com"
SANDBOX = os.environ["PEER_HOST"]
_send = requests.Session.send


def send(session, request, **options):
    """Send a request, to the sandbox when it was meant for HubSpot."""
    if request.url.startswith(HUBSPOT):
        request.url = SANDBOX + request.url.removeprefix(HUBSPOT)
    return _send(session, request, **options)


requests.Session.send = send
