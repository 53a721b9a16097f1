"""Before a big read: what there is to read, what it costs, and whether today's calls are enough."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from include.hubspot.errors import MissingScopes
from include.hubspot.search import count
from include.hubspot.session import HubSpotSession
from include.pipeline.errors import OverBudget
from include.pipeline.reading.planner import Amounts, Pace, Plan, plan
from include.pipeline.reading.preflight import Account
from include.pipeline.reading.progress import duration
from include.pipeline.requests import CONVERSATIONS, ENGAGEMENT_TYPES, RECORD_TYPES

# A read of fewer tickets costs less than finding out what it costs.
FEW = 5_000
# Not every record of a portal belongs to a ticket. Until it is read nobody knows which ones do:
# one record of each type and two engagements of each type for a ticket is what is planned for.
LINKED_AT_MOST = dict.fromkeys(RECORD_TYPES, 1) | dict.fromkeys(ENGAGEMENT_TYPES, 2)


def plan_read(
    session: HubSpotSession, types: tuple[str, ...], *, since: datetime | None = None, kept: int = 0
) -> Plan:
    """Count what there is to read, one search for each object type, and plan it.

    Threads of conversations are not part of it: each costs one call, and HubSpot tells no number.

    Args:
        session: the portal; it has had an answer.
        types: what is read that belongs to tickets.
        since: only what was modified since; None: everything.
        kept: answers of an earlier run of the same read.

    Raises:
        HubSpotError: HubSpot refused.
    """
    began = time.monotonic()
    tickets = count(session, "tickets", since)
    pace = Pace(session.allowance.calls_per_second, max(time.monotonic() - began, 0.001))
    linked = [kind for kind in types if kind != CONVERSATIONS]
    others = 0
    if since is None and tickets >= FEW:
        counts = session.workers().map(lambda kind: _count(session, kind), linked)
        most = (tickets * LINKED_AT_MOST[kind] for kind in linked)
        others = sum(map(min, counts, most))
    amounts = Amounts(tickets, len(linked), others)
    return plan(amounts, pace, session.allowance.left_today, kept)


def announce(found: Plan, account: Account, *, may_spread: bool, report: Callable[[str], None]):
    """Say what a read costs before it begins, or refuse it.

    Args:
        found: its plan.
        account: whose day it is.
        may_spread: read on over several days rather than refuse.
        report: told a line.

    Raises:
        OverBudget: more calls than are left today.
    """
    left = found.calls_left_today
    allowed = "HubSpot tells no daily limit" if left is None else f"{left:,} are left today"
    said = (
        f"{found.amounts.tickets:,} tickets take about {found.calls:,} calls and "
        f"{duration(found.seconds)} by {found.way}; {allowed}"
    )
    if found.fits_today or may_spread:
        more = "" if found.fits_today else ": it stops at the limit, and the next run goes on"
        report(said + more)
        return
    raise OverBudget(
        f"{said}, until {midnight_of(account):%Y-%m-%d %H:%M} UTC: nothing was read and running "
        "again is safe; run again after that, or with --spread, which reads as far as today's "
        "calls go and lets the next run go on."
    )


def midnight_of(account: Account) -> datetime:
    """When the account's calls are counted anew: midnight in its time zone, in UTC."""
    zone = ZoneInfo(str(account.details.get("timeZone") or "UTC"))
    tomorrow = account.now.astimezone(zone).date() + timedelta(days=1)
    begins = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=zone)
    return begins.astimezone(account.now.tzinfo)


def _count(session: HubSpotSession, object_type: str) -> int:
    try:
        return count(session, object_type)
    except MissingScopes:
        return 0  # what the token may not read is not read
