"""The completeness proof: every id that HubSpot lists, against the warehouse; what differs is read.

Search finds what changed, but its index lags, and archiving, merging and links move no modified
time. The list endpoint is ordered by id and consistent: what it shows, with its modified times,
the archived list and all links, is the truth that the warehouse is held against.
"""

import logging
import time
from collections import Counter

from include.hubspot.objects import list_records, read_many
from include.hubspot.search import modified_property
from include.pipeline.connections import Connection
from include.pipeline.extract import rows
from include.pipeline.extract.engagements import Engagements
from include.pipeline.extract.files import Attachments
from include.pipeline.extract.landing_tickets import Tickets
from include.pipeline.extract.links import Links
from include.pipeline.extract.reference import read_definitions
from include.pipeline.extract.related import read_related
from include.pipeline.extract.tickets import searches
from include.pipeline.reading.reading import Reading, Report, open_reading
from include.pipeline.registry import Portal
from include.pipeline.requests import RunRequest
from include.pipeline.sweep.activities import sweep_conversations, sweep_engagements, sweep_files
from include.pipeline.sweep.calculated import sweep_calculated
from include.pipeline.sweep.related import sweep_related
from include.warehouse.landing import Manifest

logger = logging.getLogger(__name__)


def sweep(portal: Portal, connection: Connection, report: Report = logger.info) -> Manifest:
    """Prove that nothing is missing, and land what was.

    The proof holds for the moment at which the listing began (`complete_through`): what changes
    while the lists are read may or may not be seen, and is the next night's.

    Args:
        portal: whose tickets; its landings must be loaded, or all of them count as missing.
        connection: where it answers, and the token.
        report: told lines of progress.

    Returns:
        The manifest, whose `proof` counts live, archived, missing, stale, extra (kept here, gone
        at HubSpot: of them merged and purged), recalculated (open tickets with other calculated
        values), relinked (link sets that differ though their ticket had not changed), engagements
        (changed unseen), engagements_gone and engagements_relinked, threads (changed or unread) and
        threads_gone, files (unread), related (contacts, companies and deals that had changed
        unseen) and related_gone (archived, merged or purged), calls and seconds.

    Raises:
        PipelineError, HubSpotError, WarehouseError: as `extract`.
    """
    began = time.monotonic()
    with open_reading(portal, connection, RunRequest(mode="sweep"), report) as reading:
        found: Counter[str] = Counter()
        _sweep_all(reading, found)
        found["calls"] = sum(reading.session.calls.values())
        found["seconds"] = round(time.monotonic() - began)
        report("swept: " + ", ".join(f"{count:,} {what}" for what, count in found.items()))
        return reading.commit(moved={}, complete_through=reading.account.now, proof=dict(found))


def _sweep_all(reading: Reading, found: Counter[str]) -> None:
    """Hold everything against the warehouse, tickets first: the rest hangs on them."""
    definitions = read_definitions(reading)
    attachments = Attachments(reading)
    engagements = Engagements(reading, definitions.names, attachments)
    tickets = Tickets(reading, definitions, attachments)
    found["live"] = 0
    behind, archived = _list_live(reading, found), _list_archived(reading)
    read = _repair_records(reading, tickets, behind, archived, found)
    sweep_calculated(reading, definitions, read, found)
    _repair_links(reading, Links(reading, engagements), read, found)
    sweep_engagements(reading, engagements, found)
    sweep_conversations(reading, attachments, found)
    sweep_files(definitions, attachments, found)
    read_related(reading, definitions.names, searches(reading))
    sweep_related(reading, definitions.names, found)


def _list_live(reading: Reading, found: Counter[str]) -> list[str]:
    """List the live tickets with their modified times; gives those that raw has not as they are.

    What a sweep holds does not grow with the portal: of the live ones only those that differ.
    """
    behind: list[str] = []
    wanted = (modified_property("tickets"),)
    for records, _ in list_records(reading.session, "tickets", wanted):
        hits = [(str(record["id"]), rows.moment(record["updatedAt"])) for record in records]
        reading.known.note_listed([ticket_id for ticket_id, _ in hits])
        behind += reading.known.stale("tickets", hits)
        reading.late.note(hits)
        found["live"] += len(hits)
        reading.progress.landed("listed", len(records))
    return behind


def _list_archived(reading: Reading) -> dict[str, bool]:
    """List the archived tickets; of each, whether raw knows it as archived since then."""
    archived: dict[str, bool] = {}
    for records, _ in list_records(reading.session, "tickets", archived=True):
        page = [(str(record["id"]), rows.moment(record.get("archivedAt"))) for record in records]
        reading.known.note_listed([one for one, _ in page], archived=True)
        otherwise = set(reading.known.not_archived_so("tickets", page))
        archived |= {one: one not in otherwise for one, _ in page}
    return archived


def _repair_records(
    reading: Reading,
    tickets: Tickets,
    behind: list[str],
    archived: dict[str, bool],
    found: Counter[str],
) -> set[str]:
    """Read the tickets that differ; returns their ids."""
    known = reading.known
    # One that was archived between the two lists stands in both.
    behind = [ticket_id for ticket_id in behind if ticket_id not in archived]
    unknown = set(known.missing("tickets", [*behind, *archived]))
    unarchived = {ticket_id for ticket_id, is_known in archived.items() if not is_known}
    found.update(
        archived=len(archived),
        missing=len(unknown),
        stale=len(set(behind) - unknown) + len(unarchived - unknown),
    )
    read = {*tickets.read(behind), *tickets.read(sorted(unarchived), archived=True)}
    # A merge's loser is named by its survivor; what became of it is known.
    merged = set(known.named_in("tickets", "hs_merged_object_ids", ";"))
    extras = set(known.unlisted()) - merged
    _settle_extras(reading, tickets, sorted(extras), found)
    return read | extras


def _settle_extras(
    reading: Reading, tickets: Tickets, extras: list[str], found: Counter[str]
) -> None:
    """Tell what became of tickets that HubSpot no longer lists: merged away, or purged."""
    found.update(extra=len(extras), merged=0, purged=0)
    missing: list[str] = []
    for batch in read_many(reading.session, "tickets", extras, ["hs_merged_object_ids"]):
        found["merged"] += len(batch.aliases)
        missing += batch.missing
    # One that was archived after the archived list was read is gone from the live ones only.
    for batch in tickets.batches(missing, archived=True):
        found["purged"] += len(batch.missing)
        # Permanently deleted: HubSpot says neither when nor by whom; its absence was seen now.
        gone = [rows.purged_row(ticket_id, batch.at) for ticket_id in batch.missing]
        reading.landing.write("tickets", gone, batch.at)


def _repair_links(reading: Reading, links: Links, read: set[str], found: Counter[str]) -> None:
    """Read all links, land what differs, and count what no change of a ticket told of."""
    found["relinked"] = 0
    for kind, batch in links.batches(reading.known.listed_live()):
        reading.progress.landed("link sets", len(batch.ids_read))
        edges = [(e.from_id, e.to_id, rows.as_json(e.types)) for e in batch.edges]
        differing = set(reading.known.links_differ(kind, batch.ids_read, edges))
        found["relinked"] += len(differing - read)
        links.land(kind, batch.of(differing))
