"""The sweep's third part: what people did and said, as far as no search and no list told of it."""

from collections import Counter
from datetime import datetime, timedelta

from include.hubspot.associations import LIMIT, EdgeBatch, read_edge_batch
from include.hubspot.batches import cut
from include.hubspot.errors import MissingScopes
from include.hubspot.objects import read_many
from include.hubspot.search import modified_property
from include.pipeline.extract import rows
from include.pipeline.extract.changed_engagements import archived_row
from include.pipeline.extract.conversation_rows import latest_message_at
from include.pipeline.extract.conversations import Conversations
from include.pipeline.extract.engagements import Engagements
from include.pipeline.extract.files import Attachments
from include.pipeline.extract.reference import Definitions
from include.pipeline.extract.threads import land_gone, list_all, list_archived
from include.pipeline.reading.in_flight import read_each
from include.pipeline.reading.reading import Reading
from include.pipeline.requests import CONVERSATIONS, ENGAGEMENT_TYPES

# A comment moves no time of its thread: threads that are open, or were lately, are read again.
_STILL_TALKED_IN = timedelta(days=14)


def sweep_engagements(reading: Reading, engagements: Engagements, found: Counter[str]) -> None:
    """Hold every engagement that the warehouse has as live against HubSpot, and read what differs.

    Args:
        reading: the sweep.
        engagements: told what is to be read.
        found: counts `engagements` (changed or linked, unseen), `engagements_gone` and
            `engagements_relinked` (with other contacts).

    Raises:
        HubSpotError: HubSpot refused, or could not be reached.
    """
    found.update(engagements=0, engagements_gone=0)
    for kind in reading.of_types(ENGAGEMENT_TYPES):
        gone: list[str] = []
        known = reading.known.live_ids(kind)
        for batch in read_many(reading.session, kind, known, [modified_property(kind)]):
            versions = [(str(r["id"]), rows.moment(r["updatedAt"])) for r in batch.records]
            stale = reading.known.stale(kind, versions)
            engagements.changed(kind, stale)
            found["engagements"] += len(stale)
            gone += [*batch.missing, *batch.aliases]
        _land_gone_engagements(reading, kind, gone)
        unread = reading.known.linked_but_unread(kind)
        engagements.changed(kind, unread)
        found["engagements"] += len(unread)
        found["engagements_gone"] += len(gone)
    engagements.read()
    _sweep_contacts(reading, engagements, found)


def _sweep_contacts(reading: Reading, engagements: Engagements, found: Counter[str]) -> None:
    found["engagements_relinked"] = 0
    if "contacts" not in reading.types:
        return
    jobs = (
        (kind, piece)
        for kind in reading.of_types(ENGAGEMENT_TYPES)
        for piece in cut(reading.known.live_ids(kind), LIMIT)
    )

    def ask(kind: str, ids: list[str]) -> EdgeBatch:
        """Read the links of some engagements to contacts."""
        return read_edge_batch(reading.session, kind, "contacts", ids)

    for kind, batch in read_each(reading, jobs, ask):
        edges = [(e.from_id, e.to_id, rows.as_json(e.types)) for e in batch.edges]
        differing = set(reading.known.engagement_links_differ(kind, batch.ids_read, edges))
        found["engagements_relinked"] += len(differing)
        engagements.land_contacts(kind, batch.of(differing))


def _land_gone_engagements(reading: Reading, kind: str, gone: list[str]) -> None:
    """Land the archived ones with the moment HubSpot gives, the others as gone since now."""
    named = [modified_property(kind)]
    for batch in read_many(reading.session, kind, gone, named, archived=True):
        shaped = [archived_row(record) for record in batch.records if record.get("archived")]
        lost = [*batch.missing, *batch.aliases]
        shaped += [rows.purged_row(record_id, batch.at) for record_id in lost]
        reading.landing.write(kind, shaped, batch.at)


def sweep_conversations(reading: Reading, attachments: Attachments, found: Counter[str]) -> None:
    """Hold every thread that HubSpot lists against the warehouse, and read what differs.

    Args:
        reading: the sweep.
        attachments: told the files that messages name.
        found: counts `threads` (changed or unread) and `threads_gone`.

    Raises:
        HubSpotError: HubSpot refused, or could not be reached.
    """
    found.update(threads=0, threads_gone=0)
    if not reading.of_types((CONVERSATIONS,)):
        return
    try:
        _sweep_threads(reading, attachments, found)
    except MissingScopes as error:
        reading.skip(CONVERSATIONS, str(error))


def _sweep_threads(reading: Reading, attachments: Attachments, found: Counter[str]) -> None:
    conversations = Conversations(reading, attachments)
    quiet_since = reading.account.now - _STILL_TALKED_IN
    listed = list_all(reading, conversations, lambda thread: _is_lively(thread, quiet_since))
    found["threads"] = listed.differing
    conversations.read(listed.again)
    conversations.read(list_archived(reading, conversations, listed), archived=True)
    found["threads_gone"] = land_gone(reading, listed)
    conversations.read_actors()


def _is_lively(thread: dict, quiet_since: datetime) -> bool:
    latest = latest_message_at(thread)
    return thread.get("status") == "OPEN" or latest is None or latest >= quiet_since


def sweep_files(definitions: Definitions, attachments: Attachments, found: Counter[str]) -> None:
    """Read the files that anything in the warehouse names and that were never read.

    Args:
        definitions: which ticket properties name files.
        attachments: reads them.
        found: counts `files`.

    Raises:
        HubSpotError: HubSpot refused, or could not be reached.
    """
    unread = attachments.unread(definitions.file_properties)
    found["files"] = len(unread)
    attachments.named(unread)
    attachments.read()
