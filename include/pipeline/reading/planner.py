"""What a big read costs before it begins: calls and seconds of the ways there are. Arithmetic only.

Bounds that no way goes below: a ticket's history comes 50 tickets a call, from the list as from
batch read; links 1,000 records a call and object type. Other records come 100 a call, and where
they are many (`two_ways`) a part of them by search, 200 a call: both end together. All but the
searches count for the limit of calls in 10 seconds, so `lower_bound` / that rate is the shortest
time.

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
# So many of them at once, and search is worth its proof: below, batch read takes ten seconds.
MANY = 20_000


@dataclass(frozen=True)
class Amounts:
    """What there is to read.

    Attributes:
        tickets: How many, archived ones left out.
        link_types: To how many object types their links are read.
        records: Contacts, companies, deals, as far as tickets link to them at most; of each type.
        engagements: The same of notes, emails, calls, meetings, tasks.
        with_contacts: The engagements' links to contacts are read.
        reference: Calls for definitions, owners, pipelines and what is archived, whatever N.
        asked: Searches that are no page of tickets: counts, and what changed of other types.
        in_turn: Calls for links of tickets that did not change.
    """

    tickets: int
    link_types: int = 0
    records: tuple[int, ...] = ()
    engagements: tuple[int, ...] = ()
    with_contacts: bool = False
    reference: int = 40
    asked: int = 0
    in_turn: int = 0


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
class Calls:
    """Calls that are made at a time.

    Attributes:
        searches: Under the limit of searches.
        others: Under the limit of the app.
        in_a_row: Those that wait for one another.
    """

    searches: int
    others: int
    in_a_row: int = 0

    def seconds(self, pace: Pace) -> float:
        """The time that the slowest of its limits takes."""
        return max(
            self.searches / SEARCHES_PER_SECOND,
            self.others / pace.calls_per_second,
            self.in_a_row * pace.latency,
        )


@dataclass(frozen=True)
class Way:
    """One way to read everything.

    Attributes:
        name: As in this file's table.
        tickets: Calls for tickets, their links, and what is read whatever there is.
        records: Calls for what tickets are linked to, known when they are read.
    """

    name: str
    tickets: Calls
    records: Calls

    @property
    def others(self) -> int:
        """Calls under the limit of the app."""
        return self.tickets.others + self.records.others

    @property
    def calls(self) -> int:
        """All calls: each counts for the account's day."""
        return self.others + self.tickets.searches + self.records.searches

    def seconds(self, pace: Pace) -> float:
        """The time of both, one after the other."""
        return self.tickets.seconds(pace) + self.records.seconds(pace)


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


def lower_bound(amounts: Amounts, pace: Pace) -> int:
    """Calls under the app's limit that no way goes below."""
    return ways(amounts, pace)[0].others


def ways(amounts: Amounts, pace: Pace) -> list[Way]:
    """The ways to read everything; first the one that is read."""
    links = amounts.link_types * ceil(amounts.tickets / LINKS) + amounts.in_turn
    rows, pages = ceil(amounts.tickets / RECORDS_WITH_HISTORY), ceil(amounts.tickets / LISTED)
    hits, asked = ceil(amounts.tickets / HITS), amounts.asked
    least = rows + links + amounts.reference
    records = _records(amounts, pace)
    return [
        Way("search", Calls(asked + hits, least), records),
        Way("list", Calls(asked, least + pages, pages), records),
        Way("list with history", Calls(asked, least, rows), records),
    ]


def _records(amounts: Amounts, pace: Pace) -> Calls:
    counts = (amounts.records, amounts.engagements)
    links = sum(ceil(count / LINKS) for count in amounts.engagements if amounts.with_contacts)
    return Calls(
        sum(_searched(some, pace) for some in counts),
        sum(_by_batch(some, pace) for some in counts) + links,
    )


def _by_batch(counts: tuple[int, ...], pace: Pace) -> int:
    """Batch reads of records of which search brings its share."""
    if sum(counts) < MANY:
        return sum(ceil(count / RECORDS) for count in counts)
    return ceil((sum(counts) - _searched(counts, pace) * HITS) / RECORDS)


def _searched(counts: tuple[int, ...], pace: Pace) -> int:
    """Searches that bring records, while batch reads bring the others."""
    if sum(counts) < MANY:
        return 0
    by_search, by_batch = SEARCHES_PER_SECOND * HITS, pace.calls_per_second * RECORDS
    return int(sum(counts) * by_search / (by_search + by_batch) / HITS)


def plan(amounts: Amounts, pace: Pace, calls_left: int | None, kept: int = 0) -> Plan:
    """Say what the read costs.

    Args:
        amounts: What there is to read.
        pace: How fast calls can be made.
        calls_left: Of the account's day; None: no limit is known.
        kept: Answers that an earlier run of the same read was given: not asked for again.
    """
    found = ways(amounts, pace)
    taken = found[0]
    calls = max(0, taken.calls - kept)
    least = taken.others
    return Plan(
        way=taken.name,
        calls=calls,
        seconds=round(taken.seconds(pace) * calls / max(1, taken.calls), 1),
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
