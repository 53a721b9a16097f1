"""Who waits for whom on a ticket, told message by message."""

from dataclasses import dataclass
from datetime import datetime

from tests.dbt_project.reference_ticket import Ticket

# Who speaks to the other side by what; None: nobody does, whatever it looks like.
SPEAKERS = {
    "incoming email": "customer",
    "outgoing email": "agent",
    "forwarded email": None,
    "bounced email": None,
    "note": None,
    "answered call": "agent",
    "missed call": None,
    "visitor message": "customer",
    "agent message": "agent",
    "failed message": None,
    "bot message": None,
    "welcome": None,
    "comment": None,
}
# What answers, and is no message or e-mail: who wrote first is not told by it.
_SPOKEN = "answered call"


@dataclass
class Wait:
    """A customer's wait for a response; `stop` is None while it lasts."""

    metric: str
    cycle: int
    start: datetime
    stop: datetime | None = None


def waits(ticket: Ticket, closings: list[datetime]) -> list[Wait]:
    """Walk over what was said and the closings, in one moment customers first and closings last."""
    order = ("customer", "agent", "closing")
    turns = [(when, SPEAKERS[kind], kind) for when, kind in ticket.messages if SPEAKERS[kind]]
    turns.sort(key=lambda turn: (turn[0], order.index(turn[1])))
    speakers = [who for _, who, kind in turns if kind != _SPOKEN]
    said = [turn[:2] for turn in turns] + [(when, "closing") for when in closings]
    said.sort(key=lambda turn: (turn[0], order.index(turn[1])))
    first: Wait | None = Wait("first_response", 1, ticket.created_at)
    if speakers[:1] == ["agent"]:
        first = None
    told: list[Wait] = [first] if first else []
    for when, who in said:
        if first is None:
            if who == "customer":
                first = Wait("first_response", 1, max(when, ticket.created_at))
                told.append(first)
        elif first.stop is None:
            if who == "agent" and when >= first.start:
                first.stop = when
        else:
            _go_on(told, when, who)
    end = ticket.archived_at or datetime.max
    return [wait for wait in told if wait.start < end or wait.start == ticket.created_at]


def _go_on(told: list[Wait], when: datetime, who: str) -> None:
    """Begin or end a wait after the first response."""
    last = told[-1]
    if who == "customer" and last.stop is not None:
        told.append(Wait("next_response", len(told), when))
    elif who != "customer" and last.stop is None:
        last.stop = when
