"""Conversations, read: threads with their filters, and messages."""

import base64
import binascii
from typing import Any

from include.sandbox.conversations import Message, Thread, inbox_of
from include.sandbox.errors import InvalidInput, NotFound
from include.sandbox.message_bodies import message_body
from include.sandbox.moments import from_person
from include.sandbox.portal import Portal
from include.sandbox.serving.call import Call
from include.sandbox.serving.endpoint import Endpoint
from include.sandbox.store import record_id_of
from include.sandbox.thread_bodies import (
    latest,
    status_of,
    thread_body,
    ticket_id_of,
)

MAX_PAGE = 500
READ = "conversations.read"


def list_threads(portal: Portal, call: Call) -> dict[str, Any]:
    """List threads by id, or by their latest message from a moment on."""
    sort = call.text("sort") or "id"
    since = call.text("latestMessageTimestampAfter")
    if sort not in ("id", "latestMessageTimestamp"):
        raise InvalidInput(f"Invalid input: threads cannot be sorted by {sort[:40]!r}")
    if sort == "latestMessageTimestamp" and not since:
        raise InvalidInput(
            "latestMessageTimestampAfter is required when sorting by latestMessageTimestamp"
        )
    keyed = sorted(
        (_moment(portal, thread) if sort != "id" else 0, thread.id, thread)
        for thread in _filtered(portal, call, _since(since))
    )
    after = _decode(call.text("after"))
    rest = [thread for moment, number, thread in keyed if (moment, number) > after]
    limit = call.number("limit", MAX_PAGE, MAX_PAGE)
    page = rest[:limit]
    with_ticket = call.text("association").upper() == "TICKET"
    body: dict[str, Any] = {
        "results": [thread_body(portal, thread, with_ticket=with_ticket) for thread in page]
    }
    if len(rest) > limit:
        last = page[-1]
        moment = _moment(portal, last) if sort != "id" else 0
        body["paging"] = call.paging(_encode(moment, last.id))
    return body


def get_thread(portal: Portal, call: Call) -> dict[str, Any]:
    """Show one thread."""
    thread = thread_of(portal, call, archived=call.flag("archived"))
    return thread_body(portal, thread, with_ticket=call.text("association").upper() == "TICKET")


def list_messages(portal: Portal, call: Call) -> dict[str, Any]:
    """List a thread's entries, the newest first unless `sort=createdAt`."""
    thread = thread_of(portal, call, archived=call.flag("archived"))
    messages = thread.visible(portal.horizon)
    sort = call.text("sort") or "-createdAt"
    if sort not in ("createdAt", "-createdAt"):
        raise InvalidInput(f"Invalid input: messages cannot be sorted by {sort[:40]!r}")
    if sort == "-createdAt":
        messages = messages[::-1]
    ids, limit, after = [m.id for m in messages], call.number("limit", 100, MAX_PAGE), 0
    if call.text("after"):
        _, after = _decode(call.text("after"))
    page = messages[after : after + limit]
    body: dict[str, Any] = {"results": [message_body(portal, thread, m) for m in page]}
    if after + limit < len(ids):
        body["paging"] = call.paging(_encode(0, after + limit))
    return body


def get_message(portal: Portal, call: Call) -> dict[str, Any]:
    """Show one entry of a thread."""
    thread = thread_of(portal, call)
    return message_body(portal, thread, _message_of(portal, thread, call))


def original_content(portal: Portal, call: Call) -> dict[str, Any]:
    """Show a message's whole text, what it quotes included."""
    message = _message_of(portal, thread_of(portal, call), call)
    whole = message_body(portal, thread_of(portal, call), message._replace(channel="CHAT"))
    return {"text": message.text, "richText": whole.get("richText", "")}


def thread_of(portal: Portal, call: Call, *, archived: bool = False) -> Thread:
    """Return the thread that a path names.

    Raises:
        NotFound: there is none.
    """
    number = record_id_of(call.path["thread_id"])
    found = None
    if number is not None:
        found = portal.conversations.find(number, portal.horizon, archived=archived)
    if found is None:
        raise NotFound("resource not found")
    return found


def _message_of(portal: Portal, thread: Thread, call: Call) -> Message:
    for message in thread.visible(portal.horizon):
        if message.id == call.path["message_id"]:
            return message
    raise NotFound("resource not found")


def _moment(portal: Portal, thread: Thread) -> int:
    messages = thread.visible(portal.horizon)
    return latest(messages) or messages[-1].when


def _filtered(portal: Portal, call: Call, since: int) -> list[Thread]:
    contact, ticket = call.text("associatedContactId"), call.text("associatedTicketId")
    status, inbox = call.text("threadStatus").upper(), call.text("inboxId")
    if status not in ("", "OPEN", "CLOSED"):
        raise InvalidInput("Invalid input: threadStatus must be OPEN or CLOSED")
    wants_ticket = call.text("association").upper() == "TICKET"
    chosen = []
    for thread in portal.conversations.began(portal.horizon, archived=call.flag("archived")):
        mine = ticket_id_of(portal, thread) if ticket or wants_ticket else None
        if (
            (contact and str(thread.contact) != contact)
            or (ticket and str(mine) != ticket)
            or (inbox and inbox != inbox_of(thread.visible(portal.horizon)))
            or (status and status_of(portal, thread)[0] != status)
            or (since >= 0 and _moment(portal, thread) <= since)
        ):
            continue
        chosen.append(thread)
    return chosen


def _since(text: str) -> int:
    if not text:
        return -1
    number = record_id_of(text)
    if number is not None:
        return number
    try:
        return from_person(text)
    except ValueError as error:
        raise InvalidInput(f"Invalid input: latestMessageTimestampAfter: {error}") from None


def _encode(moment: int, number: int) -> str:
    return base64.urlsafe_b64encode(f"{moment}|{number}".encode()).decode()


def _decode(text: str) -> tuple[int, int]:
    if not text:
        return (-1, -1)
    try:
        moment, _, number = base64.urlsafe_b64decode(text).decode().partition("|")
        return int(moment), max(0, int(number))
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise InvalidInput("Invalid input: after is not a paging cursor") from None


_LEGACY, _DATED = "/conversations/v3/conversations", "/conversations/conversations/{D}"
_THREAD = "/threads/{thread_id}"
ENDPOINTS = [
    Endpoint(method, _LEGACY + rest, _DATED + rest, handler, READ)
    for method, rest, handler in (
        ("GET", "/threads", list_threads),
        ("GET", _THREAD, get_thread),
        ("GET", f"{_THREAD}/messages", list_messages),
        ("GET", f"{_THREAD}/messages/{{message_id}}", get_message),
        ("GET", f"{_THREAD}/messages/{{message_id}}/original-content", original_content),
    )
]
