"""Before a big read: what there is to read, what it costs, and whether today's calls are enough."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from include.hubspot.errors import MissingScopes
from include.hubspot.search import count, searches_for_all
from include.hubspot.session import HubSpotSession
from include.pipeline.errors import OverBudget
from include.pipeline.reading.planner import HITS, LINKS, Amounts, Pace, Plan, plan
from include.pipeline.reading.preflight import Account
from include.pipeline.reading.progress import duration
from include.pipeline.requests import ENGAGEMENT_TYPES, RECORD_TYPES
from include.pipeline.settings import link_calls_nightly

# A read of fewer tickets costs less than finding out what it costs.
FEW = 5_000
# Not every record of a portal belongs to a ticket. Until it is read nobody knows which ones do:
# one record of each type, four e-mails and two of each other engagement for a ticket is what is
# planned for.
LINKED_AT_MOST = dict.fromkeys(RECORD_TYPES, 1) | dict.fromkeys(ENGAGEMENT_TYPES, 2) | {"emails": 4}


@dataclass(frozen=True)
class Before:
    """What an incremental read goes on from.

    Attributes:
        since: Only what was modified since is read.
        tickets: How many raw holds.
        met_again: How many of them are of no older version than `since`: search shows them once
            more, and they are not read.
    """

    since: datetime
    tickets: int
    met_again: int


def plan_read(
    session: HubSpotSession,
    types: tuple[str, ...],
    *,
    before: Before | None = None,
    kept: int = 0,
    however_few: bool = False,
) -> Plan:
    """Count what there is to read, one search for each object type, and plan it.

    Threads of conversations and files are not part of it: a thread costs one call, a hundred files
    do, and HubSpot tells no number. Nor are properties that were added since, nor what a night
    finds archived or newly linked.

    Args:
        session: the portal; it has had an answer.
        types: what is read that belongs to tickets.
        before: what the read goes on from; None: it reads everything.
        kept: answers of an earlier run of the same read.
        however_few: count what belongs to tickets also where that costs more than it tells.

    Raises:
        HubSpotError: HubSpot refused.
    """
    began = time.monotonic()
    tickets = count(session, "tickets", before and before.since)
    pace = Pace(session.allowance.calls_per_second, max(time.monotonic() - began, 0.001))
    counts: dict[str, int] = {}
    if however_few or (before is None and tickets >= FEW):
        counts = _count_others(session, types, tickets, before)
    amounts = _amounts(types, tickets, counts, before)
    return plan(amounts, pace, session.allowance.left_today, kept)


def _count_others(
    session: HubSpotSession, types: tuple[str, ...], tickets: int, before: Before | None
) -> dict[str, int]:
    """Count records of each type, as far as tickets may be linked to them."""
    kinds = [kind for kind in types if kind in LINKED_AT_MOST]
    since = before and before.since
    found = session.workers().map(lambda kind: _count(session, kind, since), kinds)
    counts = dict(zip(kinds, found, strict=True))
    most = max(tickets, before.tickets if before else 0)
    return {kind: min(n, most * LINKED_AT_MOST[kind]) for kind, n in counts.items()}


def _amounts(
    types: tuple[str, ...], tickets: int, counts: dict[str, int], before: Before | None
) -> Amounts:
    records = [kind for kind in types if kind in RECORD_TYPES]
    engagements = [kind for kind in types if kind in ENGAGEMENT_TYPES]
    linked = len(records) + len(engagements)
    # account, owners (archived too), pipelines, archived tickets; properties, archived ones, groups
    reference = 5 + 3 * (1 + len(records)) + len(engagements)
    # what the read counts by itself before it begins, and what its search costs beyond full pages
    asked = 1 + (linked if tickets >= FEW else 0)
    asked += searches_for_all(tickets) - ceil(tickets / HITS)
    in_turn = 0
    if before:
        # the links of changed engagements to tickets, and the list of archived ones
        changed = [counts.get(kind, 0) for kind in engagements]
        reference += sum(1 + ceil(n / LINKS) for n in changed)
        asked = sum(max(1, ceil(counts.get(kind, 0) / HITS)) for kind in (*records, *engagements))
        in_turn = min(link_calls_nightly(), linked * ceil(before.tickets / LINKS))
        asked += tickets == 0  # search is asked, and shows nothing
    return Amounts(
        tickets=max(0, tickets - before.met_again) if before else tickets,
        link_types=linked,
        records=tuple(counts.get(kind, 0) for kind in records),
        engagements=tuple(counts.get(kind, 0) for kind in engagements),
        with_contacts="contacts" in records,
        reference=reference,
        asked=asked,
        in_turn=in_turn,
    )


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


def _count(session: HubSpotSession, object_type: str, since: datetime | None) -> int:
    try:
        return count(session, object_type, since)
    except MissingScopes:
        return 0  # what the token may not read is not read
