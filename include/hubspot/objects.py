"""What records are now: batch read by id, with property history; and the plain list."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from include.hubspot.batch_reading import BatchRead, Question, joined
from include.hubspot.batches import cut, halving, in_order
from include.hubspot.paging import pages, results
from include.hubspot.paths import property_chunks
from include.hubspot.session import HubSpotSession

LIMIT = 100
LIMIT_WITH_HISTORY = 50


def batch_limit(history: Sequence[str]) -> int:
    """Ids that one batch read takes: 100, or 50 when property history is asked for."""
    return LIMIT_WITH_HISTORY if history else LIMIT


def read_batch(  # noqa: PLR0913, PLR0917 - the parts of one request
    session: HubSpotSession,
    object_type: str,
    ids: Sequence[str],
    properties: Sequence[str],
    history: Sequence[str] = (),
    archived: bool = False,
) -> BatchRead:
    """Read records by id; every id ends as a record, an alias or missing, or it is an error.

    Property names travel in the body: hundreds of them do not fit into a URL. A batch that HubSpot
    cannot finish is read in halves.

    Args:
        session: The portal.
        object_type: tickets, contacts, companies, deals, …
        ids: At most 100, or 50 with history.
        properties: Names of properties to read; unknown ones are silently left out by HubSpot.
        history: Names of properties whose history to read.
        archived: Read archived records instead of living ones.

    Raises:
        ValueError: No id, or too many.
        MalformedAnswer: An id is neither returned nor reported missing.
        HubSpotError: As drawn in `errors`.
    """
    ids = list(dict.fromkeys(map(str, ids)))
    if not 1 <= len(ids) <= batch_limit(history):
        raise ValueError(f"{len(ids)} ids in one batch read: HubSpot takes {batch_limit(history)}")
    path = session.paths.batch_read(object_type)
    question = Question(path, list(properties), list(history), archived)
    return joined(
        halving(session.patience, ids, lambda part, how: question.settle(session, part, how))
    )


def read_many(  # noqa: PLR0913, PLR0917 - as read_batch
    session: HubSpotSession,
    object_type: str,
    ids: Iterable[str],
    properties: Sequence[str],
    history: Sequence[str] = (),
    archived: bool = False,
) -> Iterator[BatchRead]:
    """Read any number of records by id, several batches in flight, in the order of the ids.

    Ids are drawn as results are taken; memory holds `2 * session.max_in_flight` batches. The first
    error ends it. Arguments and errors as in `read_batch`.
    """

    def read(piece: list[str]) -> BatchRead:
        return read_batch(session, object_type, piece, properties, history, archived)

    yield from in_order(session, cut(map(str, ids), batch_limit(history)), read)


def list_records(
    session: HubSpotSession,
    object_type: str,
    properties: Sequence[str] = (),
    archived: bool = False,
) -> Iterator[tuple[list[dict[str, Any]], datetime]]:
    """List records page by page in the order of ids, 100 at a time, strongly consistent.

    Property names travel in the URL here. Where they do not fit into one, each page is completed
    by batch read: a few calls more, but each record is of one moment.

    Args:
        session: The portal.
        object_type: tickets, contacts, companies, deals, …
        properties: Names; HubSpot's small default set when empty.
        archived: List only archived records (with archivedAt) instead of living ones.

    Yields:
        Records as sent, and HubSpot's time of their answer. Pages may be empty.

    Raises:
        PagingStuck: A page token came twice.
        HubSpotError: As drawn in `errors`.
    """
    chunks = list(property_chunks(properties))
    path = session.paths.objects(object_type)
    params = {"limit": LIMIT, "archived": str(archived).lower()}
    if len(chunks) == 1:
        params["properties"] = ",".join(chunks[0])
    for answer in pages(session, path, params):
        rows = results(answer, path)
        if len(chunks) > 1 and rows:
            ids = [row["id"] for row in rows]
            read = read_batch(session, object_type, ids, properties, archived=archived)
            yield read.records, read.at
        else:
            yield rows, answer.at
