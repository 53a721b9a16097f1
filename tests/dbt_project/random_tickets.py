"""Random tickets around changes of clocks, under policies that use all the policy files can say."""

import random
from datetime import date, datetime, timedelta

from tests.dbt_project.dbt_run import Policies, policy_text
from tests.dbt_project.random_talk import say
from tests.dbt_project.raw_portal import RawPortal
from tests.dbt_project.reference import World
from tests.dbt_project.reference_calendar import MINUTE, WEEKDAYS, Calendar
from tests.dbt_project.reference_policy import Policy
from tests.dbt_project.reference_talk import SPEAKERS
from tests.dbt_project.reference_ticket import PIPELINE, PRIORITY, STAGE, TYPE, Ticket

AS_OF = datetime(2026, 3, 30, 15, 7)
# Clocks went back in Berlin on 26 October and in New York on 2 November 2025, and forward there on
# 8 March and in Berlin on 29 March 2026, the day before the build.
ENDED_STARTS = (datetime(2025, 10, 24, 20), datetime(2025, 10, 31, 20), datetime(2026, 3, 6, 20))
RUNNING_START = datetime(2026, 3, 27, 16)
CATEGORIES = {
    "s1": "new",
    "s2": "open",
    "s3": "waiting",
    "s4": "on_hold",
    "s5": "resolved",
    "s6": "closed",
    "s7": "closed",
}
PRIORITIES = {"LOW": "LOW", "MEDIUM": "MEDIUM", "HIGH": "HIGH", "URGENT": "URGENT", "p1": "URGENT"}
_HOURS = {
    # two windows a day
    "berlin": ("Europe/Berlin", [("08:00", "12:00"), ("12:30", "17:15")], range(5)),
    # nights, over the hour that is skipped or comes twice
    "new_york": ("America/New_York", [("21:30", "02:30")], range(7)),
    "sundays": ("Europe/Berlin", [("01:30", "02:30"), ("02:45", "06:00")], (6,)),
    "round": ("Asia/Kolkata", [("00:00", "00:00")], (0, 2, 4)),
}
_HOLIDAYS = {"berlin": [date(2025, 10, 31), date(2026, 3, 30), date(2026, 4, 3)]}
_ANY = (datetime(1, 1, 1), datetime(9999, 12, 31))
_CHANGE = datetime(2026, 3, 28, 12)


def _policy(
    names: str, target: int, calendar: str, rules: str, valid=_ANY, metric="resolution"
) -> Policy:
    """Names: pipeline, priority, type. Rules: stop, reopen, pause."""
    stop, reopen, *pause = rules.split()
    rest = (frozenset(pause), stop, reopen, target // 3, *valid, metric)
    return Policy(*names.split(), target, calendar, *rest)


def _response(metric: str, names: str, target: int, calendar: str, valid=_ANY) -> Policy:
    """A policy of responses, whose stop and pauses say nothing."""
    return _policy(names, target, calendar, "resolved resume new open waiting", valid, metric)


POLICIES = [
    _policy("* LOW *", 2000, "berlin", "closed continue"),
    _policy("* MEDIUM *", 600, "new_york", "closed resume waiting on_hold"),
    _policy("* HIGH *", 300, "always", "resolved resume waiting"),
    _policy("* URGENT *", 300, "berlin", "resolved continue on_hold"),
    _policy("A HIGH *", 90, "sundays", "closed resume waiting"),
    _policy("B * *", 1500, "always", "closed resume on_hold"),
    _policy("* * outage", 45, "always", "closed continue", (_ANY[0], _CHANGE)),
    _policy("* * outage", 700, "round", "resolved resume waiting", (_CHANGE, _ANY[1])),
    _policy("B LOW outage", 700, "berlin", "closed continue waiting"),
    _response("first_response", "* * *", 240, "always"),
    _response("first_response", "* HIGH *", 60, "berlin"),
    _response("first_response", "* MEDIUM *", 4200, "always"),
    _response("first_response", "A LOW *", 90, "new_york", (_CHANGE, _ANY[1])),
    _response("first_response", "B * outage", 30, "always"),
    # none for a priority that nobody mapped
    *(_response("next_response", f"* {p} *", 120, "always") for p in ("LOW", "HIGH")),
    _response("next_response", "* MEDIUM *", 2400, "always"),
    _response("next_response", "* URGENT *", 45, "berlin"),
    _response("next_response", "A HIGH *", 300, "new_york"),
]


def world(step: timedelta = MINUTE) -> World:
    """The policies, calendars and categories that the tickets live under, walked by the step."""
    calendars = {
        name: Calendar(
            tuple((day, *window) for day in _weekdays(days) for window in windows),
            zone,
            frozenset(_HOLIDAYS.get(name, ())),
            date(2025, 10, 20),
            date(2026, 7, 20),
        )
        for name, (zone, windows, days) in _HOURS.items()
    }
    return World(POLICIES, calendars, CATEGORIES, AS_OF, PRIORITIES, step)


def _weekdays(numbers) -> list[str]:
    return [WEEKDAYS[number] for number in numbers]


def policy_files() -> Policies:
    """The same as policy files."""
    slas = [
        [
            *("*", p.pipeline, p.priority, p.ticket_type, p.metric, p.target, p.calendar),
            *(";".join(sorted(p.pause)), p.stop, p.reopen, p.due_soon),
            "" if p.valid_from == _ANY[0] else p.valid_from.isoformat(),
            "" if p.valid_to == _ANY[1] else p.valid_to.isoformat(),
        ]
        for p in POLICIES
    ]
    hours = [
        [name, day, *window, zone]
        for name, (zone, windows, days) in _HOURS.items()
        for day in _weekdays(days)
        for window in windows
    ]
    return {
        "sla_policies": policy_text(
            "portal_id,pipeline_id,priority,ticket_type,metric,target_minutes,calendar,"
            "pause_categories,stop_category,reopen,due_soon_minutes,valid_from,valid_to",
            slas,
        ),
        "business_hours": policy_text("calendar,weekday,opens_at,closes_at,time_zone", hours),
        "holidays": policy_text(
            "calendar,date,name",
            [[name, day, "off"] for name, days in _HOLIDAYS.items() for day in days],
        ),
        "stage_categories": policy_text(
            "portal_id,pipeline_id,stage_id,category",
            [["*", "*", stage, category] for stage, category in CATEGORIES.items()],
        ),
        "response_engagements": policy_text("portal_id,engagement_type", [["*", "calls"]]),
        "priorities": policy_text(
            "portal_id,value,priority", [["*", *pair] for pair in PRIORITIES.items()]
        ),
    }


def random_ticket(dice: random.Random, ticket_id: str, step: timedelta = MINUTE) -> Ticket:
    """Make a life with moves, clearings, ties, entries before the creation and late first ones.

    Args:
        dice: every life is another.
        ticket_id: whose.
        step: what happens lies whole steps apart; a life by the second is hours long, not days.
    """
    is_old = dice.random() < 0.5
    start = dice.choice(ENDED_STARTS) if is_old else RUNNING_START
    created_at = start + timedelta(minutes=dice.randrange(2 * 1440))
    longest = 3 * 1440
    if step < MINUTE:
        longest = 4 * 3600
        created_at += dice.randrange(60) * step
        created_at = created_at if is_old else AS_OF - dice.randrange(longest) * step
    span = longest if is_old else (AS_OF - created_at) // step
    times = sorted(
        created_at + dice.choice((0, dice.randrange(-20, max(span, 1)))) * step
        for _ in range(dice.randrange(9))
    )
    times = [dice.choice(times[: i + 1][-2:]) for i in range(len(times))]  # many share a moment
    entries = [_entry(dice, min(moment, AS_OF)) for moment in sorted(times)]
    if dice.random() < 0.9:
        entries.insert(0, (STAGE, created_at + dice.randrange(-5, 5) * step, "s1"))
        entries.insert(0, (PRIORITY, created_at, dice.choice([*PRIORITIES, "p2"])))
    if step < MINUTE and dice.random() < 0.5:
        # of the shortest targets: hours are enough to be late
        entries.insert(0, (TYPE, created_at, "outage"))
    entries.insert(0, (PIPELINE, created_at, dice.choice("AB")))
    entries = sorted((e for e in entries if e[1] <= AS_OF), key=lambda entry: entry[1])
    archived_at = None
    if is_old or dice.random() < 0.15:
        archived_at = min(created_at + span * step, AS_OF)
    messages = _messages(random.Random(f"{ticket_id} {created_at}"), created_at, span, step)
    return Ticket(ticket_id, created_at, entries, archived_at, messages)


def _messages(
    dice: random.Random, created_at: datetime, span: int, step: timedelta
) -> list[tuple[datetime, str]]:
    """Make what was said: from before the creation on, often in the same moment."""
    moments = [created_at, created_at + dice.randrange(-90, max(span, 1)) * step]
    said = []
    for _ in range(dice.choice((0, 1, 4, 9, 16))):
        if dice.random() < 0.8:
            moments.append(created_at + dice.randrange(-40, max(span, 1)) * step)
        speaks = "incoming email", "visitor message", "outgoing email", "agent message"
        said.append((dice.choice(moments), dice.choice([*SPEAKERS, *speaks, *speaks])))
    return sorted(turn for turn in said if turn[0] <= AS_OF)


def _entry(dice: random.Random, moment: datetime) -> tuple[str, datetime, str]:
    name = dice.choice((STAGE, STAGE, STAGE, STAGE, STAGE, PRIORITY, PRIORITY, TYPE, PIPELINE))
    value = {
        # seldom a clearing, and a stage that HubSpot no longer has
        STAGE: lambda: dice.choice([*CATEGORIES, *CATEGORIES, "s2", "s6", "", "s9"]),
        PRIORITY: lambda: dice.choice([*PRIORITIES, "p2", ""]),
        TYPE: lambda: dice.choice(("outage", "question", "")),
        PIPELINE: lambda: dice.choice("AB"),
    }[name]()
    return name, moment, value


def portal_of(tickets: list[Ticket]) -> RawPortal:
    """The raw tables of the tickets. Both pipelines have the same stage ids."""
    portal = RawPortal(AS_OF)
    for pipeline_id in "AB":
        portal.pipeline(
            pipeline_id,
            [(s, s, "CLOSED" if c == "closed" else "OPEN") for s, c in CATEGORIES.items()],
        )
    for ticket in tickets:
        portal.ticket(
            ticket.ticket_id, ticket.created_at, ticket.entries, archived_at=ticket.archived_at
        )
        portal.read_emails(ticket.ticket_id)
        say(portal, ticket)
    return portal
