"""A dataset's conversation messages, gathered into threads."""

from pathlib import Path

from include.sandbox.contents import Contents
from include.sandbox.conversations import INBOXES, KINDS, Message, Thread
from include.sandbox.dataset.rows import Table
from include.sandbox.store import record_id_of

_COLUMNS = ("thread_id", "ticket_id", "message_id", "created_at", "type", "direction",
            "sender_type", "sender_id", "channel", "text")  # fmt: skip


def read_messages(folder: Path, contents: Contents) -> None:
    """Read messages; agents are named by owner id, visitors by contact id.

    `attachment_ids` and `subject` are columns that a dataset may have.
    """
    table = Table(folder, "messages.csv.gz", _COLUMNS)
    users = {owner.id: owner.user_id for owner in contents.owners}
    seen: set[str] = set()
    for cells in table.rows():
        row = dict(zip(table.columns, cells, strict=True))
        if not row["message_id"] or row["message_id"] in seen:
            raise table.broken(f"the message {row['message_id']!r} is empty or stands twice")
        seen.add(row["message_id"])
        thread = _thread(table, contents, row)
        kind, direction = row["type"] or "MESSAGE", row["direction"]
        if kind not in KINDS:
            raise table.broken(f"type {kind!r} is none of {', '.join(KINDS)}")
        if direction not in ("INCOMING", "OUTGOING") and (kind == "MESSAGE" or direction):
            raise table.broken(f"direction {direction!r} is neither INCOMING nor OUTGOING")
        message = Message(
            table.moment(row["created_at"], "created_at"),
            row["message_id"],
            kind,
            direction,
            _sender(table, users, thread, row),
            row["channel"].upper() or thread.channel,
            row["text"],
            _attachments(table, row.get("attachment_ids", "")),
            row.get("subject", ""),
        )
        if kind == "THREAD_INBOX_CHANGE" and message.text not in INBOXES:
            raise table.broken(f"the inbox {message.text[:40]!r} is none of {', '.join(INBOXES)}")
        thread.messages.append(message)
    for thread in contents.threads.values():
        thread.messages.sort(key=lambda message: message.when)


def _attachments(table: Table, text: str) -> str:
    if any(record_id_of(part) is None for part in text.split(";") if part):
        raise table.broken(f"attachment_ids {text[:80]!r} are no file ids separated by ;")
    return text


def _thread(table: Table, contents: Contents, row: dict[str, str]) -> Thread:
    thread_id = table.whole_number(row["thread_id"], "thread_id")
    ticket = table.whole_number(row["ticket_id"], "ticket_id") if row["ticket_id"] else None
    if ticket is not None and ticket not in contents.records["tickets"]:
        raise table.broken(f"the ticket {ticket} is unknown")
    thread = contents.threads.get(thread_id)
    if thread is None:
        thread = Thread(thread_id, ticket, None, row["channel"].upper() or "EMAIL")
        contents.threads[thread_id] = thread
    elif thread.ticket != ticket:
        raise table.broken(f"thread {thread_id} belongs to the ticket {thread.ticket} already")
    return thread


def _sender(table: Table, users: dict[str, int], thread: Thread, row: dict[str, str]) -> str:
    """Return the sender's actor id; the first visitor is the thread's contact."""
    kind, given = row["sender_type"], row["sender_id"]
    if kind == "system":
        return f"S-{given or 'hubspot'}"
    if kind == "agent":
        if given not in users:
            raise table.broken(f"the owner {given!r} is unknown")
        return f"A-{users[given]}"
    if kind != "visitor":
        raise table.broken(f"sender_type {kind!r} is none of agent, visitor, system")
    contact = table.whole_number(given, "sender_id")
    if thread.contact is None:
        thread.contact = contact
    return f"V-{contact}"
