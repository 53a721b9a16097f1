"""Many records whose ids are known, by two ways at a time: batch read and search.

Each way has a limit of its own: batch read brings 100 records a call of which there are 19 a
second, search 200 records a call of which there are 5. For E engagements of 100,000 tickets, five
for each, with 800 calls for links of tickets, 500 for links of engagements and 2,000 for tickets:

    batch read alone:    (2,000 + 800 + 500 + E/100) / 19                    = 437 s at best
    both ways:           (2,000 + 800 + 500) / 19 + E / (19 * 100 + 5 * 200) = 346 s

Search says what a record is only where it is shown to (whether HubSpot's ever cuts a long text is
nowhere documented): the first rows of each kind are read both ways, and a kind of which any value
differs is read by batch alone. So is a kind that search refuses, and one of which most records
belong to no ticket, for search shows those too.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from itertools import chain
from typing import Any

from include.hubspot.batches import cut
from include.hubspot.errors import InvalidRequest, MissingScopes, PortalOverloaded
from include.hubspot.objects import LIMIT, read_batch
from include.hubspot.span_search import READERS, SpanRead, read_span
from include.pipeline.extract.pieces import Pieces
from include.pipeline.reading.ids import Ids
from include.pipeline.reading.in_flight import read_each
from include.pipeline.reading.planner import MANY
from include.pipeline.reading.reading import Reading

Land = Callable[[str, list[dict[str, Any]], datetime], None]
# Asks in a worker; gives what lands the answer.
Job = tuple[str, Callable[[], Callable[[], None]]]


def read_records(  # noqa: PLR0913, PLR0917 - what both ways need
    reading: Reading,
    names: Mapping[str, list[str]],
    waiting: Mapping[str, Ids],
    land: Land,
    proof: dict[str, bool],
    before: Iterable[Job] = (),
) -> None:
    """Read records by their ids, by both ways where they are many.

    Args:
        reading: the run.
        names: properties to read, by object type.
        waiting: ids by object type.
        land: lands records of an object type; called by several threads.
        proof: by object type, whether search was shown to say what batch read says; added to.
        before: what batch read's workers do first.

    Raises:
        HubSpotError: HubSpot refused, or could not be reached.
    """
    pieces = Pieces(waiting)
    jobs = chain(before, _jobs(reading, names, pieces, land))

    def work() -> None:
        for _, finish in read_each(reading, jobs, lambda _, ask: ask()):
            finish()

    if sum(map(len, waiting.values())) < MANY:
        work()
        return
    Searches(reading, names, pieces, land, proof).beside(work)
    pieces.take_back()
    jobs = _jobs(reading, names, pieces, land)
    work()


def _jobs(
    reading: Reading, names: Mapping[str, list[str]], pieces: Pieces, land: Land
) -> Iterator[Job]:
    def ask(kind: str, ids: list[str]) -> Callable[[], None]:
        batch = read_batch(reading.session, kind, ids, names[kind])
        return partial(land, kind, batch.records, batch.at)

    while piece := pieces.last():
        kind, ids = piece
        yield from ((kind, partial(ask, kind, part)) for part in cut(ids, LIMIT))


class Searches:
    """Reads pieces by search, in threads of its own, until none is left.

    Args:
        reading: the run.
        names: properties to read, by object type.
        pieces: where the ids are.
        land: lands records of a kind; called by several threads.
        proof: by kind, whether search was shown to say what batch read says.
    """

    def __init__(
        self,
        reading: Reading,
        names: Mapping[str, list[str]],
        pieces: Pieces,
        land: Land,
        proof: dict[str, bool],
    ) -> None:
        self._reading = reading
        self._names = names
        self._pieces = pieces
        self._land = land
        self._proof = proof
        self._proving = threading.Lock()

    def beside(self, work: Callable[[], None]) -> None:
        """Search while `work` reads by batch.

        Raises:
            HubSpotError: as either.
        """
        with ThreadPoolExecutor(READERS, "hubspot-search") as readers:
            running = [readers.submit(self._search) for _ in range(READERS)]
            try:
                work()
            except BaseException:
                self._pieces.drop()
                raise
            for one in running:
                one.result()

    def _search(self) -> None:
        try:
            while piece := self._pieces.first():
                self._take(*piece)
        except BaseException:
            self._pieces.drop()  # the other way is not to go on for minutes
            raise

    def _take(self, kind: str, ids: list[str]) -> None:
        try:
            read = self._span(kind, ids)
        except (InvalidRequest, MissingScopes, PortalOverloaded) as error:
            self._reading.progress.say(f"{kind} are read without search: {error}")
            read = None
        if read is None:
            self._pieces.bar(kind)
            self._pieces.give_back(kind, ids)
            return
        self._land(kind, read.records, read.at)
        self._pieces.give_back(kind, read.left)
        self._pieces.count(kind, len(read.records))

    def _span(self, kind: str, ids: list[str]) -> SpanRead | None:
        """Read a span; of a kind that search says otherwise than batch read, None."""
        session, names = self._reading.session, self._names[kind]
        with self._proving:
            if kind not in self._proof:
                read = read_span(session, kind, ids, names)
                self._proof[kind] = _says_the_same(self._reading, kind, names, read)
                if self._proof[kind]:
                    return read
                said = f"{kind} are read without search: it shows other values than batch read"
                self._reading.progress.say(said)
        return read_span(session, kind, ids, names) if self._proof[kind] else None


def _says_the_same(reading: Reading, kind: str, names: list[str], read: SpanRead) -> bool:
    """Whether some records were the same by both ways, and none of one version differed."""
    shown = {str(record["id"]): record for record in read.records}
    compared = 0
    for ids in cut(shown, LIMIT):
        for record in read_batch(reading.session, kind, ids, names).records:
            seen = shown.get(str(record["id"]))
            if seen is None or seen["updatedAt"] != record["updatedAt"]:
                continue  # changed, or merged away, between the two
            if any(seen["properties"].get(one) != record["properties"].get(one) for one in names):
                return False
            compared += 1
    return compared > 0
