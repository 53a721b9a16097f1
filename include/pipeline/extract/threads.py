"""Which threads are read: those that HubSpot's lists show otherwise than raw has them.

A thread that was closed, reopened, assigned, or followed its ticket into a merge has no later
message. HubSpot searches no threads and dates no such change, but lists 500 in one call: a night
lists them all, up to a number that is a setting, and beyond it those with a later message only.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from include.hubspot.conversations import list_threads
from include.hubspot.errors import MissingScopes
from include.pipeline.extract import rows
from include.pipeline.extract.conversation_rows import latest_message_at, ticket_of
from include.pipeline.extract.conversations import Conversations, Thread, land_inboxes
from include.pipeline.extract.files import Attachments
from include.pipeline.reading.reading import Reading
from include.pipeline.requests import CONVERSATIONS
from include.pipeline.settings import threads_listed_nightly

Page = tuple[list[Thread], datetime]


@dataclass
class ListedThreads:
    """What HubSpot lists of threads.

    Attributes:
        ids: Threads of tickets, the archived ones too.
        again: Threads whose messages have to be read.
        differing: How many of them were otherwise in raw.
        is_whole: The list of the living ones was read to its end.
    """

    ids: set[str] = field(default_factory=set)
    again: dict[str, None] = field(default_factory=dict)
    differing: int = 0
    is_whole: bool = False


def read_conversations(reading: Reading, attachments: Attachments) -> None:
    """Land what changed of threads, their messages, and who speaks.

    A comment changes nothing of its thread that a list shows: it comes with the next message, or
    by the sweep.

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
        found = list_changed(reading, conversations)
        conversations.read(found.again)
        conversations.read(list_archived(reading, conversations, found), archived=True)
        land_gone(reading, found)
    except MissingScopes as error:
        reading.skip(CONVERSATIONS, str(error))
    conversations.read_actors()


def list_changed(reading: Reading, conversations: Conversations) -> ListedThreads:
    """Land the threads that changed; none is read while its list is still open.

    Args:
        reading: the run.
        conversations: lands them.

    Raises:
        HubSpotError: HubSpot refused, or could not be reached.
    """
    since = reading.since(CONVERSATIONS)
    # Of threads that landed before a run was refused their messages, no list tells again.
    repeats = since is None or reading.request.mode == "window" or reading.catches_up(CONVERSATIONS)
    found = ListedThreads()
    if since is None:
        _read_whole_list(reading, conversations, found)
    elif not repeats:
        _read_whole_list(reading, conversations, found, most=threads_listed_nightly())
    if not found.is_whole:
        for page, at in list_threads(reading.session, since=since):
            _note(reading, conversations, found, (page, at), repeats=repeats)
    reading.progress.expect("threads", len(found.again))
    return found


def list_all(
    reading: Reading, conversations: Conversations, is_lively: Callable[[Thread], bool]
) -> ListedThreads:
    """Land the threads that differ, of all that there are.

    Args:
        reading: the run.
        conversations: lands them.
        is_lively: whether a thread's messages are read again though it is as raw has it.

    Raises:
        HubSpotError: HubSpot refused, or could not be reached.
    """
    found = ListedThreads(is_whole=True)
    for page, at in list_threads(reading.session):
        _note(reading, conversations, found, (page, at))
        found.again |= dict.fromkeys(str(t["id"]) for t in page if ticket_of(t) and is_lively(t))
    return found


def list_archived(
    reading: Reading, conversations: Conversations, found: ListedThreads
) -> list[str]:
    """Land the threads that were archived since, and note all archived ones as listed.

    Returns:
        Those that raw never had: they are read while HubSpot has them.

    Raises:
        HubSpotError: HubSpot refused, or could not be reached.
    """
    unknown: list[str] = []
    for page, at in list_threads(reading.session, archived=True):
        of_tickets = [thread for thread in page if ticket_of(thread)]
        ids = [str(thread["id"]) for thread in of_tickets]
        missing = reading.known.missing("threads", ids)
        newly = {*missing, *reading.known.live("threads", ids)}
        conversations.land_threads([t for t in of_tickets if str(t["id"]) in newly], at)
        found.ids.update(str(thread["id"]) for thread in page)
        unknown += missing
    if reading.catches_up(CONVERSATIONS):
        unknown += reading.known.archived_threads_without_messages()
    return list(dict.fromkeys(unknown))


def land_gone(reading: Reading, found: ListedThreads) -> int:
    """Land threads that no list shows any more: purged, or taken away from their ticket.

    Returns:
        How many; none where the list was not read to its end.
    """
    if not found.is_whole:
        return 0
    gone = sorted(set(reading.known.live_ids("threads")) - found.ids)
    now = reading.session.now()
    reading.landing.write("threads", [rows.purged_row(one, now) for one in gone], now)
    return len(gone)


def _read_whole_list(
    reading: Reading, conversations: Conversations, found: ListedThreads, most: int | None = None
) -> None:
    """Read the list to its end; a night gives up where it is too long.

    Most threads of a portal may be of no ticket: how long the list is, raw cannot know.
    """
    listed = 0
    for page, at in list_threads(reading.session) if most != 0 else ():
        listed += len(page)
        if most is not None and listed > most:
            reading.progress.say(
                f"more than {most:,} threads (THREADS_LISTED_NIGHTLY): those that were only "
                "closed, reopened or moved, without a new message, are left to the sweep"
            )
            return
        _note(reading, conversations, found, (page, at), repeats=most is None)
    found.is_whole = most != 0


def _note(
    reading: Reading,
    conversations: Conversations,
    found: ListedThreads,
    listed: Page,
    *,
    repeats: bool = False,
) -> None:
    page, at = listed
    until = reading.request.window_to
    of_tickets = [t for t in page if ticket_of(t) and str(t["id"]) not in found.ids]
    if until:
        of_tickets = [t for t in of_tickets if (latest_message_at(t) or until) <= until]
    landed = conversations.land_threads(of_tickets, at)
    found.differing += len(landed)
    found.ids.update(str(thread["id"]) for thread in of_tickets)
    read = of_tickets if repeats else landed
    found.again |= dict.fromkeys(str(thread["id"]) for thread in read)
