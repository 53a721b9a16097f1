"""What was said: the threads of tickets, their messages in full, and who speaks."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import orjson

from include.hubspot.conversations import (
    WHOLE,
    ThreadMessages,
    inboxes,
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
    message_row,
    move_row,
    thread_row,
)
from include.pipeline.extract.files import Attachments
from include.pipeline.extract.rows import Row
from include.pipeline.reading.reading import Reading

ACTORS = "actors"
_THREADS_AT_A_TIME = 200
Thread = dict[str, Any]


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
        """Land threads that are not as raw has them, and the tickets that they have left.

        Args:
            threads: of tickets, as listed.
            at: HubSpot's time of the answer.

        Returns:
            Those that landed.
        """
        reading = self._reading
        ids = [str(thread["id"]) for thread in threads]
        stored, live = (
            reading.known.records("threads", ids),
            set(reading.known.live("threads", ids)),
        )
        # What counted as gone and is listed again need not have changed.
        landed = [
            t
            for t, one in zip(threads, ids, strict=True)
            if one not in stored
            or orjson.loads(stored[one]) != t
            or (one in live) is bool(t.get("archived"))
        ]
        reading.landing.write("threads", [thread_row(thread, at) for thread in landed], at)
        self._land_moves(landed, stored, at)
        reading.progress.landed("threads", len(landed))
        self._actors.update(str(t["assignedTo"]) for t in landed if t.get("assignedTo"))
        return landed

    def _land_moves(self, threads: list[Thread], stored: dict[str, str], at: datetime) -> None:
        known = [(one, stored.get(str(one["id"]))) for one in threads]
        moves = [move_row(one, orjson.loads(text), at) for one, text in known if text]
        if found := [move for move in moves if move]:
            self._reading.landing.write("thread_moves", found, at)

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
