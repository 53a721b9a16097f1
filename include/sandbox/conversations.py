"""Conversations: threads of messages between visitors and agents, and who they are (actors)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from include.sandbox.clock import Clock
from include.sandbox.moments import DAY

PURGED_AFTER = 30 * DAY
KINDS = ("MESSAGE", "COMMENT", "WELCOME_MESSAGE", "ASSIGNMENT", "THREAD_STATUS_CHANGE",
         "THREAD_INBOX_CHANGE")  # fmt: skip
# Channel ids are HubSpot's, the same in every portal.
CHANNELS = {"CHAT": "1000", "FACEBOOK": "1001", "EMAIL": "1002", "FORM": "1003", "PHONE": "1004",
            "WHATSAPP": "1007"}  # fmt: skip
INBOX, SECOND_INBOX = "45001", "45002"
INBOXES = {INBOX: ("Support", "HELP_DESK"), SECOND_INBOX: ("Second line", "CONVERSATIONS")}
_QUOTED = re.compile(r"\n+On [^\n]{1,200} wrote:\n")
_MOST_SHOWN = 65_536


class Message(NamedTuple):
    """One entry of a thread; `sender` is an actor's id, `text` what it says or sets.

    `attachments` are file ids, separated by semicolons.
    """

    when: int
    id: str
    kind: str
    direction: str
    sender: str
    channel: str
    text: str
    attachments: str = ""
    subject: str = ""


@dataclass(slots=True)
class Thread:
    """One thread: what its contents hold, what was written over the API, what was set there."""

    id: int
    ticket: int | None
    contact: int | None
    channel: str
    messages: list[Message] = field(default_factory=list)
    written: list[Message] = field(default_factory=list)
    status: tuple[str, int] | None = None  # set over the API, and when
    archived_at: int | None = None

    def visible(self, horizon: int) -> list[Message]:
        """Return what had been said by the portal's horizon, and what was written since."""
        told = [message for message in self.messages if message.when <= horizon]
        return sorted([*told, *self.written], key=lambda message: message.when)


def inbox_of(messages: list[Message]) -> str:
    """Return the inbox in which a thread lies after these messages."""
    moves = [m.text for m in messages if m.kind == "THREAD_INBOX_CHANGE"]
    return moves[-1] if moves else INBOX


class Conversations:
    """All threads of a portal, by id; archived ones are gone after 30 days."""

    def __init__(self, threads: dict[int, Thread], clock: Clock) -> None:
        self.threads = dict(sorted(threads.items()))
        self._clock = clock
        self._written = 0

    def began(self, horizon: int, *, archived: bool) -> Iterator[Thread]:
        """Yield the threads that exist at a horizon, by id."""
        for thread in self.threads.values():
            if thread.messages[0].when <= horizon and self._stands(thread, archived):
                yield thread

    def _stands(self, thread: Thread, archived: bool) -> bool:
        if thread.archived_at is None:
            return not archived
        return archived and self._clock.now() - thread.archived_at < PURGED_AFTER

    def find(self, thread_id: int, horizon: int, *, archived: bool = False) -> Thread | None:
        """Return a thread that exists at a horizon and is (or is not) archived as asked."""
        thread = self.threads.get(thread_id)
        if thread is None or thread.messages[0].when > horizon:
            return None
        return thread if self._stands(thread, archived) else None

    def new_message_id(self) -> str:
        """Return the id of a message written now."""
        self._written += 1
        return f"{0xAB000000 + self._written:032x}"


def shortened(message: Message) -> tuple[str, str]:
    """Return a message's text as the list shows it, and its `truncationStatus`.

    An e-mail shows its newest reply only; what it quotes has to be asked for
    (`original-content`).
    """
    if message.channel == "EMAIL":
        quoted = _QUOTED.search(message.text)
        if quoted is not None:
            return message.text[: quoted.start()], "TRUNCATED_TO_MOST_RECENT_REPLY"
    if len(message.text) > _MOST_SHOWN:
        return message.text[:_MOST_SHOWN], "TRUNCATED"
    return message.text, "NOT_TRUNCATED"
