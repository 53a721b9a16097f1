"""Tickets with history and links: search says which changed, batch read says what they are."""

from collections import deque
from collections.abc import Iterable, Iterator
from datetime import timedelta

from include.hubspot.associations import LIMIT, EdgeBatch
from include.hubspot.batches import cut
from include.hubspot.objects import list_records
from include.hubspot.search import Hit, all_ids, changed_since
from include.pipeline.extract.landing_tickets import Landed, Tickets
from include.pipeline.extract.links import LINKED_TYPES, Links
from include.pipeline.extract.rows import moment
from include.pipeline.reading.in_flight import read_each
from include.pipeline.reading.reading import Reading
from include.pipeline.requests import ENGAGEMENT_TYPES, RECORD_TYPES

# HubSpot's recycle bin keeps an archived record for 90 days; one that left the archived list
# sooner was restored. Two days more, for clocks and time zones.
RECYCLE_BIN = timedelta(days=92)


def searches(reading: Reading) -> dict[str, Iterator[list[Hit]]]:
    """Give the searches for what changed, of tickets first: pages by object type.

    Of what tickets are linked to, those that the last run brought to an end. None asks before a
    page is taken.
    """
    found = {"tickets": _pages(reading)}
    until = reading.request.window_to
    for kind in reading.of_types(ENGAGEMENT_TYPES):
        if (since := reading.since(kind)) is not None:
            found[kind] = changed_since(reading.session, kind, since, until=until)
    for kind in reading.of_types(RECORD_TYPES):
        # A full read too: a record that only an archived ticket links to is found no other way.
        if kind in reading.cursors and reading.request.mode != "window":
            found[kind] = changed_since(reading.session, kind, reading.cursors[kind])
    return found


def read_tickets(
    reading: Reading, tickets: Tickets, links: Links, pages: Iterable[list[Hit]]
) -> set[str]:
    """Land every ticket that changed, with its history and links.

    Links are read as tickets land, a thousand at a time: what a read holds in memory does not grow
    with the portal.

    Args:
        reading: the run.
        tickets: reads and lands them.
        links: reads the links of what landed.
        pages: what search finds changed.

    Returns:
        The ids of the tickets whose links were read; none where everything is read.

    Raises:
        HubSpotError: HubSpot refused, or could not be reached.
    """
    read: set[str] = set()
    for ids in _read_with_links(reading, tickets, links, _changed_ids(reading, pages)):
        if reading.since("tickets") is not None:
            read.update(ids)
    _read_links_never_read(reading, links, read)
    return read


def _read_with_links(
    reading: Reading, tickets: Tickets, links: Links, changed: Iterable[str]
) -> Iterator[list[str]]:
    """Read tickets and, as they land, their links, in one stream: neither waits for the other.

    Yields:
        The ids of the tickets of each batch that landed.
    """
    landed: list[str] = []
    waiting: deque[tuple[str, list[str]]] = deque()

    def jobs() -> Iterator[tuple[str, list[str]]]:
        for piece in tickets.pieces(changed):
            while waiting:
                yield waiting.popleft()
            yield "tickets", piece

    def ask(stream: str, ids: list[str]) -> Landed | EdgeBatch:
        return tickets.take(ids) if stream == "tickets" else links.ask(stream, ids)

    for stream, result in read_each(reading, jobs(), ask):
        if isinstance(result, EdgeBatch):
            links.land(stream, result)
            continue
        tickets.note(result)
        landed += result.ids
        while len(landed) >= LIMIT:
            waiting += links.jobs(landed[:LIMIT])
            del landed[:LIMIT]
        yield result.ids
    links.read_of([*waiting, *links.jobs(landed)])


def _changed_ids(reading: Reading, pages: Iterable[list[Hit]]) -> Iterator[str]:
    # Search gives each id once: only a window, which is small, has to remember which it gave.
    yielded: set[str] = set()
    for page in pages:
        hits = [(hit.id, hit.modified_at) for hit in page]
        if reading.request.mode != "window":
            reading.late.note(hits)
        # A window repeats what it covers, and a full read repeats everything.
        is_new = reading.request.mode == "incremental"
        ids = reading.known.stale("tickets", hits) if is_new else [hit.id for hit in page]
        if reading.request.mode == "window":
            yielded.update(ids)
        reading.progress.expect("tickets", len(ids))
        yield from ids
    if reading.request.mode == "window":
        yield from _known_in_window(reading, yielded)


def _pages(reading: Reading) -> Iterator[list[Hit]]:
    since = reading.since("tickets")
    if since is None:
        return all_ids(reading.session, "tickets")
    return changed_since(reading.session, "tickets", since, until=reading.request.window_to)


def _known_in_window(reading: Reading, yielded: set[str]) -> list[str]:
    """Return tickets that changed in the window and again since, which search no longer finds."""
    window = reading.request.window_from, reading.request.window_to
    more = [i for i in reading.known.tickets_changed_between(*window) if i not in yielded]
    reading.progress.expect("tickets", len(more))
    return more


def _read_links_never_read(reading: Reading, links: Links, read: set[str]) -> None:
    """Read what no changed ticket brings: links to an object type that is synced since lately."""
    if reading.request.mode != "incremental" or reading.is_partial:
        return
    jobs = (
        (kind, piece)
        for kind in reading.of_types(LINKED_TYPES)
        for piece in cut(_never_read(reading, kind, read), LIMIT)
    )
    links.read_of(jobs)


def _never_read(reading: Reading, kind: str, read: set[str]) -> list[str]:
    return [one for one in reading.known.tickets_without_links(kind) if one not in read]


def read_archived_tickets(reading: Reading, tickets: Tickets) -> set[str]:
    """Land tickets that were archived or restored since: neither moves a modified time.

    Returns:
        The ids of those that were archived.

    Raises:
        HubSpotError: HubSpot refused, or could not be reached.
    """
    listed: set[str] = set()
    newly: set[str] = set()
    for records, _ in list_records(reading.session, "tickets", archived=True):
        page = [(str(record["id"]), moment(record.get("archivedAt"))) for record in records]
        listed.update(one for one, _ in page)
        newly.update(reading.known.not_archived_so("tickets", page))
    recent = set(reading.known.archived_ids("tickets", since=reading.account.now - RECYCLE_BIN))
    gone = listed if reading.request.mode == "full" else newly
    tickets.land(sorted(gone), archived=True)
    tickets.land(sorted(recent - listed))
    return gone
