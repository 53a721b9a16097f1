"""Engagements that changed: a note that is added to a ticket does not change the ticket.

Each type is searched by its own modified time. Search knows all engagements of a portal, most of
which may be of no ticket: their links to tickets say which are read, and which tickets' links to
them have to be read again.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from include.hubspot.associations import LIMIT, EdgeBatch, read_edge_batch
from include.hubspot.batches import cut
from include.hubspot.errors import MissingScopes
from include.hubspot.objects import list_records
from include.hubspot.search import Hit
from include.pipeline.extract import rows
from include.pipeline.extract.engagements import Engagements
from include.pipeline.extract.links import Links
from include.pipeline.extract.tickets import RECYCLE_BIN
from include.pipeline.reading.ahead import asked_ahead
from include.pipeline.reading.in_flight import read_each
from include.pipeline.reading.reading import Reading
from include.pipeline.requests import ENGAGEMENT_TYPES

Page = tuple[list[dict[str, Any]], datetime]


def read_changed_engagements(
    reading: Reading,
    engagements: Engagements,
    links: Links,
    read_already: set[str],
    changed: Mapping[str, Iterable[list[Hit]]],
) -> None:
    """Note the engagements of tickets that changed, and land the links of their tickets.

    Args:
        reading: the run.
        engagements: told what changed.
        links: reads the tickets' links.
        read_already: tickets whose links this run has read.
        changed: what search finds changed, by object type.

    Raises:
        HubSpotError: HubSpot refused, or could not be reached.
    """
    jobs = (
        (kind, piece)
        for kind in reading.of_types(ENGAGEMENT_TYPES)
        if kind in changed
        for piece in cut(_hits(reading, kind, changed[kind]), LIMIT)
    )

    def ask(kind: str, ids: list[str]) -> tuple[list[str], EdgeBatch]:
        """Read the links of some engagements to tickets."""
        return ids, read_edge_batch(reading.session, kind, "tickets", ids)

    touched: list[tuple[str, str]] = []
    for kind, (ids, batch) in read_each(reading, jobs, ask):
        tied = {edge.from_id for edge in batch.edges}
        # What raw has is kept up to date, also when it was taken away from its ticket since.
        fresh = tied | (set(ids) - set(reading.known.missing(kind, ids)))
        engagements.changed(kind, [one for one in ids if one in fresh])
        tickets = {edge.to_id for edge in batch.edges} - read_already
        before = reading.known.tickets_linked_to(kind, ids)
        touched += [(kind, one) for one in sorted(tickets.union(before) - read_already)]
    _read_links_again(reading, links, touched)


def read_archived_engagements(reading: Reading, engagements: Engagements, links: Links) -> None:
    """Land engagements that were archived or restored: neither moves a modified time.

    Raises:
        HubSpotError: HubSpot refused, or could not be reached.
    """
    lists = {
        kind: list_records(reading.session, kind, archived=True)
        for kind in reading.of_types(ENGAGEMENT_TYPES)
        if reading.known.has_any(kind)
    }
    touched: list[tuple[str, str]] = []
    with asked_ahead(lists) as pages:
        for kind in lists:
            try:
                gone = _read_archived(reading, kind, engagements, pages[kind])
            except MissingScopes as error:
                reading.skip(kind, str(error))
                continue
            touched += [(kind, one) for one in reading.known.tickets_linked_to(kind, gone)]
    _read_links_again(reading, links, touched)


def _read_archived(
    reading: Reading, kind: str, engagements: Engagements, pages: Iterable[Page]
) -> list[str]:
    """Land what was archived of a kind, and note what was restored; gives the archived ones."""
    listed: set[str] = set()
    gone: list[str] = []
    for records, at in pages:
        ids = [str(record["id"]) for record in records]
        listed.update(ids)
        newly = set(reading.known.live(kind, ids))
        page = [archived_row(record) for record in records if str(record["id"]) in newly]
        reading.landing.write(kind, page, at)
        gone += sorted(newly)
    recent = set(reading.known.archived_ids(kind, since=reading.account.now - RECYCLE_BIN))
    engagements.changed(kind, sorted(recent - listed))
    return gone


def _hits(reading: Reading, kind: str, pages: Iterable[list[Hit]]) -> Iterator[str]:
    # What a run landed before it was refused the rest counts as new again.
    repeats = reading.request.mode == "window" or reading.catches_up(kind)
    try:
        for page in pages:
            stale = reading.known.stale(kind, [(hit.id, hit.modified_at) for hit in page])
            yield from ([hit.id for hit in page] if repeats else stale)
    except MissingScopes as error:
        reading.skip(kind, str(error))


def _read_links_again(reading: Reading, links: Links, touched: list[tuple[str, str]]) -> None:
    """Read the links of live tickets that raw has.

    A ticket that raw has not is read whole by the next run; an archived one shows no links, which
    says nothing of those it had.
    """
    known = set(reading.known.live("tickets", sorted({one for _, one in touched})))
    jobs = [
        (kind, piece)
        for kind in reading.of_types(ENGAGEMENT_TYPES)
        for piece in cut((one for of, one in touched if of == kind and one in known), LIMIT)
    ]
    links.read_of(jobs)


def archived_row(record: dict[str, Any]) -> rows.Row:
    """Shape the archiving of a record alone, laid over what is stored.

    The archived list shows a few properties only, and none has changed.
    """
    return rows.object_row(record, partial=True) | {"properties": "{}"}
