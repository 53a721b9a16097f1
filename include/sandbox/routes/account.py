"""Account details and API usage."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from include.sandbox.limits import DAILY
from include.sandbox.moments import to_iso
from include.sandbox.portal import Portal
from include.sandbox.serving.call import Call
from include.sandbox.serving.endpoint import Endpoint


def details(portal: Portal, call: Call) -> dict[str, Any]:  # noqa: ARG001  a handler's signature
    """Show whose portal this is."""
    here = datetime.fromisoformat(to_iso(portal.clock.now())).astimezone(ZoneInfo(portal.time_zone))
    offset = here.utcoffset()
    seconds = int(offset.total_seconds()) if offset else 0
    sign, minutes = ("-" if seconds < 0 else "+"), abs(seconds) // 60
    return {
        "portalId": portal.id,
        "accountType": "STANDARD",
        "timeZone": portal.time_zone,
        "companyCurrency": "USD",
        "additionalCurrencies": [],
        "utcOffset": f"{sign}{minutes // 60:02}:{minutes % 60:02}",
        "utcOffsetMilliseconds": seconds * 1000,
        "uiDomain": "app.hubspot.com",
        "dataHostingLocation": "na1",
    }


def daily_usage(portal: Portal, call: Call) -> dict[str, Any]:  # noqa: ARG001
    """Show how many calls were made today."""
    return {
        "results": [
            {
                "name": "private-apps-api-calls-daily",
                "usageLimit": DAILY,
                "currentUsage": portal.limits.today,
                "collectedAt": to_iso(portal.clock.now()),
                "fetchStatus": "SUCCESS",
                "resetsAt": to_iso(portal.limits.resets_at()),
            }
        ]
    }


ENDPOINTS = [
    Endpoint("GET", "/account-info/v3/details", "/account-info/{D}/details", details, ""),
    Endpoint(
        "GET",
        "/account-info/v3/api-usage/daily/private-apps",
        "/account-info/{D}/api-usage/daily/private-apps",
        daily_usage,
        "",
    ),
]
