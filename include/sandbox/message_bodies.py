"""Entries of a thread as the conversations API shows them: each type has its own fields."""

from html import escape
from pathlib import PurePosixPath
from typing import Any

from include.sandbox.actor_bodies import actor_body
from include.sandbox.conversations import CHANNELS, Message, Thread, inbox_of, shortened
from include.sandbox.moments import to_iso
from include.sandbox.portal import Portal
from include.sandbox.store import record_id_of

_CLIENTS = {"I": "INTEGRATION", "S": "SYSTEM"}
_USAGES = {"IMG": "IMAGE", "AUDIO": "AUDIO"}


def message_body(portal: Portal, thread: Thread, message: Message) -> dict[str, Any]:
    """Return one entry of a thread, with the fields that its type has."""
    client: dict[str, Any] = {"clientType": _CLIENTS.get(message.sender[0], "HUBSPOT")}
    app = record_id_of(message.sender[2:]) if message.sender[0] == "I" else None
    if app is not None:
        client["integrationAppId"] = app
    body: dict[str, Any] = {
        "type": message.kind,
        "id": message.id,
        "conversationsThreadId": str(thread.id),
        "createdAt": to_iso(message.when),
        "updatedAt": to_iso(message.when),
        "createdBy": message.sender,
        "client": client,
        "senders": [{"actorId": message.sender}],
        "recipients": [],
        "archived": False,
    }
    if message.kind in _CHANGES:
        return body | _CHANGES[message.kind](_before(thread, message), message)
    text, truncation = shortened(message)
    body |= {"text": text, "richText": _rich(text)}
    if message.kind != "WELCOME_MESSAGE":
        body["attachments"] = _attachments(portal, message)
    if message.kind == "COMMENT":
        return body
    channel = CHANNELS.get(message.channel, CHANNELS["EMAIL"])
    body |= {"channelId": channel, "channelAccountId": f"{channel}01"}
    if message.kind == "WELCOME_MESSAGE":
        return body
    return body | _spoken(portal, thread, message) | {"truncationStatus": truncation}


def _before(thread: Thread, message: Message) -> list[Message]:
    entries = sorted([*thread.messages, *thread.written], key=lambda entry: entry.when)
    return entries[: [entry.id for entry in entries].index(message.id)]


def _assigned(before: list[Message], message: Message) -> dict[str, Any]:
    known = [entry.text for entry in before if entry.kind == "ASSIGNMENT"]
    body = {"assignedTo": message.text}
    return body | {"assignedFrom": known[-1]} if known else body


def _moved(before: list[Message], message: Message) -> dict[str, Any]:
    return {"fromInboxId": inbox_of(before), "toInboxId": message.text}


_CHANGES = {
    "ASSIGNMENT": _assigned,
    "THREAD_STATUS_CHANGE": lambda _, message: {"newStatus": message.text},
    "THREAD_INBOX_CHANGE": _moved,
}


def _spoken(portal: Portal, thread: Thread, message: Message) -> dict[str, Any]:
    """Return what a message has beside its words: from whom, to whom, how it went."""
    visitor = None if thread.contact is None else f"V-{thread.contact}"
    to = visitor if message.direction == "OUTGOING" else None
    recipients = [_participant(portal, to, message.channel, "recipientField", "TO")] if to else []
    spoken: dict[str, Any] = {
        "senders": [_participant(portal, message.sender, message.channel, "senderField", "FROM")],
        "recipients": recipients,
        "status": {"statusType": "SENT" if message.direction == "OUTGOING" else "RECEIVED"},
        "direction": message.direction,
    }
    return spoken | ({"subject": message.subject} if message.subject else {})


def _participant(
    portal: Portal, actor_id: str, channel: str, field: str, role: str
) -> dict[str, Any]:
    actor = actor_body(portal, actor_id) or {}
    shown: dict[str, Any] = {"actorId": actor_id}
    if actor.get("name"):
        shown["name"] = actor["name"]
    if channel == "EMAIL" and actor.get("email"):
        shown[field] = role
        shown["deliveryIdentifier"] = {"type": "HS_EMAIL_ADDRESS", "value": actor["email"]}
    return shown


def _rich(text: str) -> str:
    return "<div>" + escape(text).replace("\n", "<br>") + "</div>"


def _attachments(portal: Portal, message: Message) -> list[dict[str, Any]]:
    """Return a message's files; their links are the files API's to give, and end after an hour."""
    shown = []
    for given in filter(None, message.attachments.split(";")):
        file = portal.files.attached(int(given), message.when)
        usage = _USAGES.get(file.kind, "OTHER")
        name = PurePosixPath(file.name).name
        shown.append({"type": "FILE", "fileId": given, "fileUsageType": usage, "name": name})
    return shown
