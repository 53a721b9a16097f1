"""Lean lives: a ticket is a function of (seed, id), made when it is asked for and not before.

What has to be known of all tickets at once (when they were created and last changed, who they
belong to) is plain arithmetic; the rest of a life is then fitted between these two moments.
"""

from array import array
from math import log
from random import Random

from include.sandbox.contents import Contents
from include.sandbox.generate.calendar import PAST_DAYS
from include.sandbox.generate.catalogue import REQUESTER, fill_catalogue
from include.sandbox.generate.lives import Lives
from include.sandbox.generate.people import fill_people
from include.sandbox.lean import LeanStore
from include.sandbox.moments import DAY
from include.sandbox.records import WIDTH, Record

FIRST_ID, STEP = 1_000_000_000, 16
_PEOPLE = 3_200  # tickets for whose number of people there are contacts, companies and deals
_MASK = (1 << 64) - 1
_STRIDE = 7_919  # prime, and no factor of how many contacts or companies there are


def _mix(number: int) -> int:
    """Return 64 bits that look random (splitmix64)."""
    number = (number * 0x9E3779B97F4A7C15 + 0x7F4A7C15) & _MASK
    number = ((number ^ number >> 30) * 0xBF58476D1CE4E5B9) & _MASK
    return number ^ number >> 31


class LeanLives:
    """All tickets of a lean portal, by number from 0."""

    def __init__(self, contents: Contents, count: int, seed: int, reference: int) -> None:
        self.count = count
        self.seed = seed
        self.reference = reference
        self.begins = reference - PAST_DAYS * DAY
        self._slot = PAST_DAYS * DAY // max(1, count)
        self._random = Random(0)  # noqa: S311  seeded anew for every ticket
        self._lives = Lives(contents, self._random)
        self._names = contents.stores["tickets"].definitions.codes
        self._ends = {t: list(contents.records[t]) for t in ("contacts", "companies")}
        self._places = {t: {i: n for n, i in enumerate(ids)} for t, ids in self._ends.items()}

    def id_of(self, number: int) -> int:
        """Return a ticket's id: ascending, with gaps."""
        return FIRST_ID + number * STEP + _mix(self.seed + number) % STEP

    def number_of(self, ticket_id: int) -> int | None:
        """Return the number of the ticket with an id, or None when there is none."""
        number = (ticket_id - FIRST_ID) // STEP
        known = 0 <= number < self.count and self.id_of(number) == ticket_id
        return number if known else None

    def moments(self, number: int) -> tuple[int, int]:
        """Return when a ticket was last changed, and when created."""
        mixed = _mix(self.seed * 31 + number * 7 + 1)
        created = self.begins + number * self._slot + (mixed & 0xFFFF) % max(1, self._slot)
        span = 1 + int(-log(1 - (mixed >> 16) / 2**48) * 4 * DAY)
        left = self.reference - created
        return created + (span if span < left else 1 + mixed % max(1, left)), created

    def make(self, ticket_id: int) -> Record | None:
        """Return a ticket with its whole life, or None when there is none of that id."""
        number = self.number_of(ticket_id)
        if number is None:
            return None
        modified, created = self.moments(number)
        self._random.seed(self.seed << 32 | number)
        ticket = Record(ticket_id, created)
        last = self._lives.live(ticket, self._lives.create(ticket, number))
        _fit(ticket, last - created, modified - created)
        if ticket.log[-WIDTH] != modified:
            ticket.append(modified, self._names["hs_ticket_priority"], self._lives.code("LOW"), 0)
        ticket.visible = ticket.indexed = len(ticket.log) // WIDTH
        ticket.modified = modified
        return ticket

    def edges(self, from_type: str, to_type: str, record_id: int) -> dict[int, tuple[int, ...]]:
        """Return the links that a record has when nobody changed them."""
        if from_type == "tickets" and to_type in self._ends:
            number = self.number_of(record_id)
            if number is None or not _is_linked(to_type, number):
                return {}
            ends = self._ends[to_type]
            return {ends[number * _STRIDE % len(ends)]: _TYPES[(from_type, to_type)]}
        if to_type == "tickets" and record_id in self._places.get(from_type, {}):
            ends = len(self._ends[from_type])
            first = self._places[from_type][record_id] * pow(_STRIDE, -1, ends) % ends
            numbers = (n for n in range(first, self.count, ends) if _is_linked(from_type, n))
            return {self.id_of(n): _TYPES[(from_type, to_type)] for n in numbers}
        return {}


_TYPES = {
    ("tickets", "contacts"): (16, REQUESTER),
    ("contacts", "tickets"): (15, REQUESTER),
    ("tickets", "companies"): (26, 339),
    ("companies", "tickets"): (25, 340),
}


def _is_linked(to_type: str, number: int) -> bool:
    """Whether a ticket has a contact (19 of 20 have), or a company (6 of 7)."""
    return number % 20 != 11 if to_type == "contacts" else number % 7 != 3


def _fit(ticket: Record, lived: int, span: int) -> None:
    """Stretch or shrink a life to the span that it has."""
    log, created = ticket.log, ticket.created
    if lived > 0:
        whens = [created + (when - created) * span // lived for when in log[::WIDTH]]
        log[::WIDTH] = array("q", whens)


def generate_lean(tickets: int, seed: int, reference: int, *, portal_id: int) -> Contents:
    """Prepare a portal of `tickets` tickets that are made when they are asked for.

    Args:
        tickets: how many; at most four million.
        seed: the same seed and reference give the same portal.
        reference: milliseconds; nothing happens after it but what is done to the portal.
        portal_id: the portal's id.
    """
    rng = Random(seed)  # noqa: S311  repeatable, not secret
    begins = reference - PAST_DAYS * DAY
    contents = Contents(portal_id, f"generated lean ({tickets} tickets, seed {seed})")
    fill_catalogue(contents, rng, begins)
    fill_people(contents, rng, _PEOPLE, begins)
    contents.lean = LeanLives(contents, tickets, seed, reference)
    definitions = contents.stores["tickets"].definitions
    contents.stores["tickets"] = LeanStore(definitions, contents.lean)
    return contents
