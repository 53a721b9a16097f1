"""What a connector's destination holds, and how it differs from the portal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from benchmarks.peer_portal import ADDED, MERGED, Day, Truth, Values, compared

Told = tuple[int, int]  # (told, of so many)


@dataclass(frozen=True)
class Held:
    """A ticket as a destination holds it."""

    values: Values
    archived: bool
    contacts: frozenset[str]
    added: str = ""  # values of the properties that days added


@dataclass
class Destination:
    """Tickets by id, the row that came last; ids that a survivor of a merge names."""

    tickets: dict[str, Held] = field(default_factory=dict)
    merged: set[str] = field(default_factory=set)

    def put(self, ticket_id: str, properties: dict[str, Any], contacts: set[str],
            *, archived: bool) -> None:  # fmt: skip
        """Take a row in, over the one that is there."""
        added = " ".join(
            str(value) for name, value in sorted(properties.items()) if ADDED in name and value
        )
        self.tickets[ticket_id] = Held(compared(properties), archived, frozenset(contacts), added)
        self.merged |= set(filter(None, str(properties.get(MERGED) or "").split(";")))


@dataclass(frozen=True)
class Verdict:
    """How a destination differs from the portal.

    Attributes:
        live: tickets that the portal has.
        missing: of them not there.
        stale: of them there in an older version, or with another value.
        archived: of the tickets archived that day, those it was told of.
        merged: of the ids merged away, those it was told of: as archived, or by the survivor.
        links: of the tickets whose links alone changed, those that have the portal's.
        added: of the tickets with a value of the new property, those that have it.
    """

    live: int
    missing: int
    stale: int
    archived: Told
    merged: Told
    links: Told
    added: Told

    @property
    def is_right(self) -> bool:
        """Whether nothing differs."""
        told = (self.archived, self.merged, self.links, self.added)
        return not self.missing and not self.stale and all(n == of for n, of in told)


def judge(held: Destination, day: Day, truth: Truth) -> Verdict:
    """Hold a destination against the portal after a day."""
    tickets, live = held.tickets, truth.tickets
    there = live.keys() & tickets.keys()
    archived = {i for i in tickets if tickets[i].archived}
    linked = truth.contacts
    added = {i: value for i, value in day.added.items() if i in live}
    return Verdict(
        live=len(live),
        missing=len(live) - len(there),
        stale=sum(tickets[i].values != live[i] or tickets[i].archived for i in there),
        archived=(len(day.archived & archived), len(day.archived)),
        merged=(len(day.merged & (archived | held.merged)), len(day.merged)),
        links=(sum(i in there and tickets[i].contacts == linked[i] for i in linked), len(linked)),
        added=(sum(i in there and value in tickets[i].added for i, value in added.items()),
               len(added)),
    )  # fmt: skip
