"""What was said: the threads of tickets, their messages in full, and who speaks."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import orjson

from include.hubspot.conversations import (
    WHOLE,
    ThreadMessages,
    inboxes,
    list_threads,
    read_actors,
    read_messages,
    read_originals,
)
from include.hubspot.errors import MissingScopes
from include.pipeline.extract.conversation_rows import (
    actor_row,
    actors_of,
    files_of,
    inbox_row,
    latest_message_at,
    message_row,
    thread_row,
    ticket_of,
)
from include.pipeline.extract.files import Attachments
from include.pipeline.extract.rows import Row
from include.pipeline.reading.reading import Reading
from include.pipeline.requests import CONVERSATIONS

ACTORS = "actors"
_THREADS_AT_A_TIME = 200
Thread = dict[str, Any]


def read_conversations(reading: Reading, attachments: Attachments) -> None:
    """Land the threads with a message since the last run, their messages, and the archived ones.

    A thread that was only closed, assigned or commented on has no later message:
    the sweep reads it.

    Args:
        reading: the run.
        attachments: told the files that messages name.

    Raises:
        HubSpotError: HubSpot refused, or could not be reached.
    """
    if not reading.of_types((CONVERSATIONS,)):
        return
    conversations = Conversations(reading, attachments)
    try:
        land_inboxes(reading)
        conversations.read(_changed(reading, conversations))
        conversations.read(_archived(reading, conversations), archived=True)
    except MissingScopes as error:
        reading.skip(CONVERSATIONS, str(error))
    conversations.read_actors()


def land_inboxes(reading: Reading) -> None:
    """Land the inboxes in which conversations arrive: a complete list.

    Raises:
        HubSpotError: HubSpot refused, or could not be reached.
    """
    found = inboxes(reading.session)
    reading.landing.write("inboxes", [inbox_row(one) for one in found], reading.session.now())


class Conversations:
    """Reads messages and lands what was said.

    Args:
        reading: the run.
        attachments: told the files that messages name.
    """

    def __init__(self, reading: Reading, attachments: Attachments) -> None:
        self._reading = reading
        self._attachments = attachments
        self._actors: set[str] = set()

    def land_threads(self, threads: list[Thread], at: datetime) -> list[Thread]:
        """Land threads that are not as raw has them.

        Args:
            threads: of tickets, as listed.
            at: HubSpot's time of the answer.

        Returns:
            Those that landed.
        """
        reading = self._reading
        stored = reading.known.records("threads", [str(thread["id"]) for thread in threads])
        landed = [t for t in threads if _differs(t, stored.get(str(t["id"])))]
        reading.landing.write("threads", [thread_row(thread, at) for thread in landed], at)
        reading.progress.landed("threads", len(landed))
        self._actors.update(str(t["assignedTo"]) for t in landed if t.get("assignedTo"))
        return landed

    def read(self, thread_ids: Iterable[str], *, archived: bool = False) -> None:
        """Read all messages of threads; land those that raw has not, or has older.

        Raises:
            HubSpotError: HubSpot refused, or could not be reached.
        """
        found = read_messages(self._reading.session, thread_ids, archived=archived)
        some: list[ThreadMessages] = []
        for thread in found:
            some.append(thread)
            if len(some) >= _THREADS_AT_A_TIME:
                self._land(some)
                some = []
        self._land(some)

    def read_actors(self) -> None:
        """Read everybody who was named and whom raw has not.

        Raises:
            HubSpotError: HubSpot refused, or could not be reached.
        """
        reading = self._reading
        if reading.catches_up(ACTORS):
            self._actors.update(reading.known.actors_unread())
        unknown = reading.known.missing(ACTORS, sorted(self._actors))
        try:
            for batch in read_actors(reading.session, unknown):
                shaped = [actor_row(actor, batch.at) for actor in batch.records]
                reading.landing.write(ACTORS, shaped, batch.at)
                reading.progress.landed(ACTORS, len(shaped))
        except MissingScopes as error:
            # Not all of conversations: their messages, a call a thread, are not read again for it.
            reading.skip(ACTORS, str(error))

    def _land(self, threads: list[ThreadMessages]) -> None:
        reading = self._reading
        shown = {
            str(message["id"]): (thread, message)
            for thread in threads
            for message in thread.messages
        }
        versions = [
            (key, message_row(message, thread.at, None)["updated_at"])
            for key, (thread, message) in shown.items()
        ]
        new = reading.known.stale("messages", versions)
        originals = self._originals([shown[key] for key in new])
        shaped: dict[datetime, list[Row]] = {}
        for key in new:
            thread, message = shown[key]
            row = message_row(message, thread.at, originals.get(key))
            shaped.setdefault(thread.at, []).append(row)
            self._actors |= actors_of(message)
            self._attachments.named(files_of(message))
        for at, page in shaped.items():
            reading.landing.write("messages", page, at)
        reading.progress.landed("messages", len(new))

    def _originals(self, new: list[tuple[ThreadMessages, Thread]]) -> dict[str, dict]:
        cut_off = [
            (thread.thread_id, str(message["id"]))
            for thread, message in new
            if message.get("truncationStatus", WHOLE) != WHOLE
        ]
        whole = read_originals(self._reading.session, cut_off)
        return {key: text for (_, key), text in zip(cut_off, whole, strict=True) if text}


def _changed(reading: Reading, conversations: Conversations) -> Iterator[str]:
    """List all that changed before the first message is read: a list is not kept open for hours."""
    since, until = reading.since(CONVERSATIONS), reading.request.window_to
    ids: dict[str, None] = {}
    for page, at in list_threads(reading.session, since=since):
        of_tickets = [thread for thread in page if ticket_of(thread)]
        if until:
            of_tickets = [t for t in of_tickets if (latest_message_at(t) or until) <= until]
        landed = conversations.land_threads(of_tickets, at)
        # Threads that landed before a run was refused their messages differ in nothing since.
        repeats = since is None or until or reading.catches_up(CONVERSATIONS)
        ids |= dict.fromkeys(str(thread["id"]) for thread in (of_tickets if repeats else landed))
    reading.progress.expect("threads", len(ids))
    yield from ids


def _archived(reading: Reading, conversations: Conversations) -> Iterator[str]:
    """List the archived threads; those that raw never had are read while HubSpot has them."""
    unknown: list[str] = []
    for page, at in list_threads(reading.session, archived=True):
        of_tickets = [thread for thread in page if ticket_of(thread)]
        ids = [str(thread["id"]) for thread in of_tickets]
        missing = reading.known.missing("threads", ids)
        newly = {*missing, *reading.known.live("threads", ids)}
        conversations.land_threads([t for t in of_tickets if str(t["id"]) in newly], at)
        unknown += missing
    if reading.catches_up(CONVERSATIONS):
        unknown += reading.known.archived_threads_without_messages()
    yield from dict.fromkeys(unknown)


def _differs(thread: Thread, stored: str | None) -> bool:
    return stored is None or orjson.loads(stored) != thread
