"""Threads as the conversations API shows them (hubspot-api.md 2.5)."""

from typing import Any

from include.sandbox.conversations import CHANNELS, Message, Thread, inbox_of
from include.sandbox.moments import to_iso
from include.sandbox.portal import Portal
from include.sandbox.records import Record

_EPOCH = 0


def status_of(portal: Portal, thread: Thread) -> tuple[str, int | None]:
    """Return OPEN or CLOSED and since when: as set over the API, else as its ticket's stage is."""
    if thread.status is not None:
        status, when = thread.status
        return status, when if status == "CLOSED" else None
    ticket = _ticket(portal, thread)
    if ticket is None:
        return "OPEN", None
    codes = portal.stores["tickets"].definitions.codes
    stages = ticket.changes(codes["hs_pipeline_stage"], ticket.visible)
    if not stages or portal.texts.text[stages[-1][1]] not in portal.pipelines.closed_stage_ids:
        return "OPEN", None
    return "CLOSED", stages[-1][0]


def _ticket(portal: Portal, thread: Thread) -> Record | None:
    return None if thread.ticket is None else portal.stores["tickets"].resolve(thread.ticket)


def ticket_id_of(portal: Portal, thread: Thread) -> int | None:
    """Return the id of a thread's ticket, after merges the survivor's."""
    ticket = _ticket(portal, thread)
    return None if ticket is None else ticket.id


def latest(messages: list[Message], direction: str = "") -> int:
    """Return when the newest message (of a direction) came; 0 when none did."""
    return max(
        (m.when for m in messages if m.kind == "MESSAGE" and direction in ("", m.direction)),
        default=_EPOCH,
    )


def thread_body(portal: Portal, thread: Thread, *, with_ticket: bool) -> dict[str, Any]:
    """Return a thread."""
    messages = thread.visible(portal.horizon)
    status, closed = status_of(portal, thread)
    channel = CHANNELS.get(thread.channel, CHANNELS["EMAIL"])
    body: dict[str, Any] = {
        "id": str(thread.id),
        "createdAt": to_iso(messages[0].when),
        "status": status,
        "originalChannelId": channel,
        "originalChannelAccountId": f"{channel}01",
        "latestMessageTimestamp": to_iso(latest(messages) or messages[-1].when),
        "spam": False,
        "inboxId": inbox_of(messages),
        "archived": thread.archived_at is not None,
    }
    for name, direction in (("Sent", "OUTGOING"), ("Received", "INCOMING")):
        if when := latest(messages, direction):
            body[f"latestMessage{name}Timestamp"] = to_iso(when)
    if closed is not None:
        body["closedAt"] = to_iso(closed)
    if thread.contact is not None:
        body["associatedContactId"] = str(thread.contact)
    agents = [m.sender for m in messages if m.sender.startswith("A-") and m.direction != "INCOMING"]
    if agents:
        body["assignedTo"] = agents[-1]
    ticket = ticket_id_of(portal, thread) if with_ticket else None
    if ticket is not None:
        body["threadAssociations"] = {"associatedTicketId": str(ticket)}
    return body
