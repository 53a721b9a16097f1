"""Conversations: threads with their tickets, the messages of each, and who speaks (actors).

Scope `conversations.read`. A thread's messages cost one call each: there is no batch read of them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from include.hubspot.batch_reading import reported_missing
from include.hubspot.batches import cut, in_order, ordered
from include.hubspot.errors import ObjectNotFound
from include.hubspot.paging import pages, results
from include.hubspot.session import HubSpotSession

THREADS_PER_PAGE = 500
MESSAGES_PER_PAGE = 100
ACTORS_PER_CALL = 100
WHOLE = "NOT_TRUNCATED"


@dataclass(frozen=True)
class ThreadMessages:
    """The entries of one thread.

    Attributes:
        thread_id: Whose.
        messages: As sent, the newest first.
        at: HubSpot's time of the first answer.
        is_gone: There is no such thread any more.
    """

    thread_id: str
    messages: list[dict[str, Any]]
    at: datetime
    is_gone: bool = False


@dataclass(frozen=True)
class ActorBatch:
    """Who some actors are.

    Attributes:
        records: As sent.
        missing: Ids that are nobody (any more).
        at: HubSpot's time of the answer.
    """

    records: list[dict[str, Any]]
    missing: list[str]
    at: datetime


def inboxes(session: HubSpotSession) -> list[dict[str, Any]]:
    """Read all inboxes as sent.

    Raises:
        HubSpotError: As drawn in `errors`.
    """
    path = session.paths.inboxes()
    return [row for answer in pages(session, path, {"limit": 100}) for row in results(answer, path)]


def list_threads(
    session: HubSpotSession, *, since: datetime | None = None, archived: bool = False
) -> Iterator[tuple[list[dict[str, Any]], datetime]]:
    """List threads page by page, each with the ticket that it belongs to, if it does.

    `association=TICKET` does not choose threads, it adds `threadAssociations` to those of tickets.

    Args:
        session: The portal.
        since: With time zone: only threads whose latest message came then or later. A thread that
            was closed, assigned or commented on since has no later message and is not shown.
        archived: List the archived ones instead (for 30 days, then HubSpot purges them).

    Yields:
        Threads as sent, and HubSpot's time of their answer. Pages may be empty.

    Raises:
        PagingStuck: A page token came twice.
        HubSpotError: As drawn in `errors`.
    """
    params: dict[str, Any] = {
        "association": "TICKET",
        "limit": THREADS_PER_PAGE,
        "archived": str(archived).lower(),
    }
    if since is not None:
        # "After" is strict, and no message of the cursor's own millisecond may be left out.
        after = since.astimezone(UTC) - timedelta(milliseconds=1)
        shown = after.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        params |= {"sort": "latestMessageTimestamp", "latestMessageTimestampAfter": shown}
    path = session.paths.threads()
    for answer in pages(session, path, params):
        yield results(answer, path), answer.at


def read_messages(
    session: HubSpotSession, thread_ids: Iterable[str], *, archived: bool = False
) -> Iterator[ThreadMessages]:
    """Read the messages of any number of threads, many calls in flight, in the order of the ids.

    Args:
        session: The portal.
        thread_ids: Whose messages.
        archived: The threads are archived ones.

    Raises:
        PagingStuck: A page token came twice.
        HubSpotError: As drawn in `errors`.
    """
    params = {"limit": MESSAGES_PER_PAGE, "archived": str(archived).lower()}

    def read(thread_id: str) -> ThreadMessages:
        """Read one thread to its end; one that is gone has no messages."""
        path = session.paths.messages(thread_id)
        messages: list[dict[str, Any]] = []
        at = None
        try:
            for answer in pages(session, path, params):
                messages += results(answer, path)
                at = at or answer.at
        except ObjectNotFound:
            return ThreadMessages(thread_id, [], session.now(), is_gone=True)
        return ThreadMessages(thread_id, messages, at)

    yield from ordered(session.workers(), 2 * session.max_in_flight, thread_ids, read)


def read_originals(
    session: HubSpotSession, messages: Iterable[tuple[str, str]]
) -> Iterator[dict[str, Any] | None]:
    """Read the whole text of messages that the list shows truncated.

    Args:
        session: The portal.
        messages: Thread id and message id of each.

    Yields:
        `text` and `richText` as sent, in the order of the messages; None where there is none.

    Raises:
        HubSpotError: As drawn in `errors`.
    """

    def read(one: tuple[str, str]) -> dict[str, Any] | None:
        """Read the whole text of one message."""
        try:
            return session.get(session.paths.original_content(*one)).json
        except ObjectNotFound:
            return None

    yield from ordered(session.workers(), 2 * session.max_in_flight, messages, read)


def read_actors(session: HubSpotSession, actor_ids: Iterable[str]) -> Iterator[ActorBatch]:
    """Read actors by id, 100 a call: A- users, V- visitors, S- system, E- e-mail addresses.

    Raises:
        MalformedAnswer: An error in part that names no actor.
        HubSpotError: As drawn in `errors`.
    """
    path = session.paths.actors_batch_read()

    def read(ids: list[str]) -> ActorBatch:
        """Read up to a hundred actors, and those left out once more, before they are nobody."""
        answer = session.post(path, {"inputs": ids})
        records = results(answer, path)
        left = reported_missing(answer.json.get("errors") or [], path)
        if left:
            again = session.post(path, {"inputs": sorted(left)})
            records += results(again, path)
            left = reported_missing(again.json.get("errors") or [], path)
        return ActorBatch(records, sorted(left), answer.at)

    yield from in_order(session, cut(actor_ids, ACTORS_PER_CALL), read)
