"""Extract: everything that changed at HubSpot, durably on disk, before any database is touched.

The order matters: definitions first (they name the properties to read), then tickets with their
history and links, what people did about them, then the records that all links lead to. What was
said is found without tickets, and is read beside all that; files come last, for all name some.

A night changes little, and spends its seconds on waiting for answers, one after another. So what
needs nothing of what another part finds is asked for beside it: searches while the definitions are
read, archived and added properties while links are looked at.
"""

import logging
from collections.abc import Iterator, Mapping
from datetime import datetime

from include.hubspot.search import Hit
from include.pipeline.connections import Connection
from include.pipeline.extract.added_properties import read_added_properties
from include.pipeline.extract.changed_engagements import (
    read_archived_engagements,
    read_changed_engagements,
)
from include.pipeline.extract.engagements import Engagements
from include.pipeline.extract.files import Attachments
from include.pipeline.extract.landing_tickets import Tickets
from include.pipeline.extract.links import Links
from include.pipeline.extract.links_in_turn import read_links_in_turn
from include.pipeline.extract.owed import catch_up_engagements, catch_up_files
from include.pipeline.extract.reference import Definitions, read_definitions
from include.pipeline.extract.related import read_related
from include.pipeline.extract.threads import read_conversations
from include.pipeline.extract.tickets import read_archived_tickets, read_tickets, searches
from include.pipeline.reading.ahead import asked_ahead
from include.pipeline.reading.beside import beside
from include.pipeline.reading.reading import Reading, Report, open_reading
from include.pipeline.registry import Portal
from include.pipeline.requests import RunRequest
from include.pipeline.settings import hold_back
from include.warehouse.landing import Manifest

logger = logging.getLogger(__name__)

Changed = Mapping[str, Iterator[list[Hit]]]


def extract(
    portal: Portal, connection: Connection, request: RunRequest, report: Report = logger.info
) -> Manifest:
    """Read a portal into a new landing.

    Args:
        portal: whose tickets.
        connection: where it answers, and the token.
        request: mode and choices.
        report: told lines of progress.

    Returns:
        The landing's manifest. An interrupted run leaves nothing that a load would see.

    Raises:
        PipelineError: the token belongs to another portal, or a chosen property is not defined.
        HubSpotError: HubSpot refused, or could not be reached for longer than is patient.
        WarehouseError: the landing could not be written.
    """
    with open_reading(portal, connection, request, report) as reading:
        with asked_ahead(searches(reading)) as changed:
            definitions = read_definitions(reading)
        attachments = Attachments(reading)
        with beside(reading.session, lambda: read_conversations(reading, attachments)):
            _read_tickets_and_theirs(reading, definitions, attachments, changed)
        catch_up_files(reading, definitions, attachments)
        attachments.read()
        return reading.commit(moved=_moved(reading))


def _read_tickets_and_theirs(
    reading: Reading, definitions: Definitions, attachments: Attachments, changed: Changed
) -> None:
    """Land tickets, and all that is found by them."""
    session = reading.session
    tickets = Tickets(reading, definitions, attachments)
    engagements = Engagements(reading, definitions.names, attachments)
    links = Links(reading, engagements)
    read = read_tickets(reading, tickets, links, changed["tickets"])

    def what_search_does_not_show() -> None:
        """Read archived tickets, then added properties of all others."""
        archived = read_archived_tickets(reading, tickets)
        read_added_properties(reading, definitions, read | archived)

    with beside(session, what_search_does_not_show):
        read_changed_engagements(reading, engagements, links, read, changed)
        read_archived_engagements(reading, engagements, links)
        # Not beside those two: they read links again, and two answers of one second are one to raw.
        read_links_in_turn(reading, links, read)
        catch_up_engagements(reading, engagements)
        engagements.read()
        read_related(reading, definitions.names, changed)


def _moved(reading: Reading) -> dict[str, datetime]:
    """Return the cursors of the next run.

    A cursor is HubSpot's now at the beginning of the read, held back: never the newest row seen,
    for the search index shows rows late and out of order. A backfill moves none, nor does a run
    that left something unread.
    """
    if reading.request.mode == "window" or reading.is_partial:
        return {}
    read = [stream for stream in reading.types if stream not in reading.skipped]
    return dict.fromkeys(
        ("tickets", *read), reading.account.now - reading.late.hold_back(hold_back())
    )
