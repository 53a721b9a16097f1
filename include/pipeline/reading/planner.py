"""What a big read costs before it begins: calls and seconds of the ways there are. Arithmetic only.

Bounds that no way goes below: a ticket's history comes 50 tickets a call, from the list as from
batch read; links 1,000 tickets a call and object type; other records 100 a call. All of these
count for the limit of calls in 10 seconds, so `lower_bound` / that rate is the shortest time.

For N tickets:

- `search`: N/200 searches find the ids, N/50 batch reads bring the records. Held up by the rate
  alone: searches have a limit of their own (5 a second), so they cost calls but no time.
- `list`: N/100 pages find the ids, N/50 batch reads bring the records. Held up by the rate, which
  the pages use too, or by the pages, each of which waits for the one before.
- `list with history`: N/50 pages bring the records. Held up by the pages; and all property names
  stand in the URL twice, for which most portals have too many.

`search` is what a read does, whatever the others cost; they are computed to be seen beside it.
Up to 20 calls a second it is the fastest at every latency. At 25 (HubSpot's add-on) its searches
may hold it up: where answers come within 50 ms and few types are linked, `list with history` would
be up to a fifth faster. That one alone takes fewer calls.
"""

from dataclasses import asdict, dataclass
from math import ceil
from typing import Any

HITS, LISTED, RECORDS, RECORDS_WITH_HISTORY, LINKS = 200, 100, 100, 50, 1000
SEARCHES_PER_SECOND = 5.0


@dataclass(frozen=True)
class Amounts:
    """What there is to read.

    Attributes:
        tickets: How many, archived ones left out.
        link_types: To how many object types their links are read.
        others: Contacts, companies, deals and engagements, as far as tickets link to them at most.
        reference: Calls for definitions, owners, pipelines and what is archived, whatever N.
    """

    tickets: int
    link_types: int = 0
    others: int = 0
    reference: int = 40


@dataclass(frozen=True)
class Pace:
    """How fast calls can be made.

    Attributes:
        calls_per_second: Of the app's limit.
        latency: Seconds from a call to its answer.
    """

    calls_per_second: float
    latency: float


@dataclass(frozen=True)
class Way:
    """One way to read everything.

    Attributes:
        name: As in this file's table.
        searches: Calls under the limit of searches.
        others: Calls under the limit of the app.
        in_a_row: Calls that wait for one another.
    """

    name: str
    searches: int
    others: int
    in_a_row: int

    @property
    def calls(self) -> int:
        """All calls: each counts for the account's day."""
        return self.searches + self.others

    def seconds(self, pace: Pace) -> float:
        """The time that the slowest of its limits takes."""
        return max(
            self.searches / SEARCHES_PER_SECOND,
            self.others / pace.calls_per_second,
            self.in_a_row * pace.latency,
        )


@dataclass(frozen=True)
class Plan:
    """The way that is read, and what it costs.

    Attributes:
        way: Its name: `search`.
        calls: Its calls.
        seconds: Its time at the least, at this pace.
        lower_bound_calls: Calls under the app's limit that no way goes below.
        lower_bound_seconds: Their time.
        calls_left_today: Of the account, or None where HubSpot does not say (OAuth apps).
        fits_today: They are enough.
        amounts: What there is to read.
        ways: Calls and seconds of all ways.
    """

    way: str
    calls: int
    seconds: float
    lower_bound_calls: int
    lower_bound_seconds: float
    calls_left_today: int | None
    fits_today: bool
    amounts: Amounts
    ways: list[dict[str, Any]]

    def as_json(self) -> dict[str, Any]:
        """The plan as one JSON object."""
        return asdict(self)


def lower_bound(amounts: Amounts) -> int:
    """Calls under the app's limit that no way goes below."""
    links = amounts.link_types * ceil(amounts.tickets / LINKS)
    return (
        ceil(amounts.tickets / RECORDS_WITH_HISTORY)
        + links
        + ceil(amounts.others / RECORDS)
        + amounts.reference
    )


def ways(amounts: Amounts) -> list[Way]:
    """The ways to read everything; first the one that is read."""
    least = lower_bound(amounts)
    pages = ceil(amounts.tickets / LISTED)
    rows = ceil(amounts.tickets / RECORDS_WITH_HISTORY)
    return [
        Way("search", ceil(amounts.tickets / HITS), least, 0),
        Way("list", 0, least + pages, pages),
        Way("list with history", 0, least, rows),
    ]


def plan(amounts: Amounts, pace: Pace, calls_left: int | None, kept: int = 0) -> Plan:
    """Say what the read costs.

    Args:
        amounts: What there is to read.
        pace: How fast calls can be made.
        calls_left: Of the account's day; None: no limit is known.
        kept: Answers that an earlier run of the same read was given: not asked for again.
    """
    found = ways(amounts)
    taken = found[0]
    calls = max(0, taken.calls - kept)
    least = lower_bound(amounts)
    return Plan(
        way=taken.name,
        calls=calls,
        seconds=round(taken.seconds(pace) * calls / taken.calls, 1),
        lower_bound_calls=least,
        lower_bound_seconds=round(least / pace.calls_per_second, 1),
        calls_left_today=calls_left,
        fits_today=calls_left is None or calls <= calls_left,
        amounts=amounts,
        ways=[
            {"way": way.name, "calls": way.calls, "seconds": round(way.seconds(pace), 1)}
            for way in found
        ],
    )
