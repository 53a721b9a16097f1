"""Conversations, written: a message or comment, a thread's status, archiving and restoring."""

from typing import Any

from include.sandbox.actor_bodies import actor_body
from include.sandbox.conversations import Message, Thread
from include.sandbox.errors import InvalidInput
from include.sandbox.message_bodies import message_body
from include.sandbox.portal import Portal
from include.sandbox.routes.conversations import thread_of
from include.sandbox.serving.call import Call
from include.sandbox.serving.endpoint import Endpoint
from include.sandbox.store import record_id_of
from include.sandbox.thread_bodies import thread_body

WRITE = "conversations.write"
MAX_TEXT = 65_536


def send(portal: Portal, call: Call) -> tuple[int, dict[str, Any]]:
    """Add a message to the visitor, or a comment among agents; nobody is really written to."""
    thread, body = thread_of(portal, call), call.body()
    kind = body.get("type")
    if kind not in ("MESSAGE", "COMMENT"):
        raise InvalidInput("Invalid input JSON: type must be MESSAGE or COMMENT")
    text = body.get("text")
    if not isinstance(text, str) or not text or len(text) > MAX_TEXT:
        raise InvalidInput(f"Invalid input JSON: text must be 1 to {MAX_TEXT} characters")
    sender = body.get("senderActorId") or "I-1"
    if not isinstance(sender, str) or actor_body(portal, sender) is None:
        raise InvalidInput("Invalid input JSON: senderActorId is no actor")
    if kind == "MESSAGE" and not body.get("recipients"):
        raise InvalidInput("Invalid input JSON: a message needs recipients")
    direction = "OUTGOING" if kind == "MESSAGE" else ""
    attached, subject = _attachments(portal, body), body.get("subject") or ""
    if not isinstance(subject, str):
        raise InvalidInput("Invalid input JSON: subject must be a string")
    subject = subject if thread.channel == "EMAIL" else ""  # elsewhere it is ignored
    now, number = portal.clock.now(), portal.conversations.new_message_id()
    said = (now, number, str(kind), direction, sender, thread.channel, text, attached, subject)
    message = Message(*said)
    thread.written.append(message)
    return 201, message_body(portal, thread, message)


def _attachments(portal: Portal, body: dict[str, Any]) -> str:
    """Return the ids of the files that a new message names."""
    given = body.get("attachments") or []
    items = given if isinstance(given, list) else [given]
    ids = [str(item.get("fileId")) for item in items if isinstance(item, dict)]
    known = portal.files.files
    if len(ids) != len(items) or any(record_id_of(i) not in known for i in ids):
        raise InvalidInput("Invalid input JSON: attachments must name uploaded files by fileId")
    return ";".join(ids)


def update(portal: Portal, call: Call) -> dict[str, Any]:
    """Open or close a thread, or take it out of the recycle bin."""
    archived, body = call.flag("archived"), call.body()
    thread = thread_of(portal, call, archived=archived)
    status = body.get("status")
    if status is not None and status not in ("OPEN", "CLOSED"):
        raise InvalidInput("Invalid input JSON: status must be OPEN or CLOSED")
    if body.get("archived") not in (None, True, False):
        raise InvalidInput("Invalid input JSON: archived must be true or false")
    if status is not None:
        _set_status(portal, thread, status)
    if body.get("archived") is False:
        thread.archived_at = None
    return thread_body(portal, thread, with_ticket=False)


def _set_status(portal: Portal, thread: Thread, status: str) -> None:
    now = portal.clock.now()
    thread.status = (status, now)
    number = portal.conversations.new_message_id()
    change = Message(now, number, "THREAD_STATUS_CHANGE", "", "I-1", thread.channel, status)
    thread.written.append(change)


def archive(portal: Portal, call: Call) -> tuple[int, None]:
    """Put a thread into the recycle bin."""
    thread_of(portal, call).archived_at = portal.clock.now()
    return 204, None


_LEGACY, _DATED = "/conversations/v3/conversations", "/conversations/conversations/{D}"
ENDPOINTS = [
    Endpoint(method, _LEGACY + rest, _DATED + rest, handler, WRITE, writes=True)
    for method, rest, handler in (
        ("POST", "/threads/{thread_id}/messages", send),
        ("PATCH", "/threads/{thread_id}", update),
        ("DELETE", "/threads/{thread_id}", archive),
    )
]
