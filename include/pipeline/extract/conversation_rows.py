"""From conversations and files to landing rows: HubSpot's whole answer is the properties.

They are no CRM records: their fields are few, documented, and not defined by a portal.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from include.hubspot.files import FileRead
from include.pipeline.extract.rows import Row, as_json, moment


def inbox_row(inbox: Mapping[str, Any]) -> Row:
    """Shape an inbox."""
    return {
        "id": str(inbox["id"]),
        "name": inbox.get("name"),
        "type": inbox.get("type"),
        "archived": bool(inbox.get("archived")),
        "created_at": moment(inbox.get("createdAt")),
        "updated_at": moment(inbox.get("updatedAt")),
    }


def thread_row(thread: Mapping[str, Any], at: datetime) -> Row:
    """Shape a thread; it is as new as its latest message.

    Args:
        thread: as listed.
        at: HubSpot's time of the answer: HubSpot does not say when a thread was archived.
    """
    created_at = moment(thread.get("createdAt")) or at
    archived = bool(thread.get("archived"))
    return {
        "id": str(thread["id"]),
        "created_at": created_at,
        "updated_at": latest_message_at(thread) or created_at,
        "archived": archived,
        "archived_at": at if archived else None,
        "properties": as_json(thread),
    }


def latest_message_at(thread: Mapping[str, Any]) -> datetime | None:
    """Return when a thread's latest message came."""
    return moment(thread.get("latestMessageTimestamp"))


def ticket_of(thread: Mapping[str, Any]) -> str | None:
    """Return the id of the ticket that a thread belongs to."""
    ticket_id = (thread.get("threadAssociations") or {}).get("associatedTicketId")
    return None if ticket_id in (None, "") else str(ticket_id)


def move_row(thread: Mapping[str, Any], stored: Mapping[str, Any], at: datetime) -> Row | None:
    """Shape a thread's move away from the ticket that raw has; None where it did not move.

    Args:
        thread: as listed.
        stored: as it was listed when raw had it last.
        at: HubSpot's time of the answer: HubSpot does not say when a thread moved.
    """
    former = ticket_of(stored)
    if former is None or former == ticket_of(thread):
        return None
    return {"thread_id": str(thread["id"]), "ticket_id": former, "left_at": at}


def message_row(
    message: Mapping[str, Any], at: datetime, original: Mapping[str, Any] | None
) -> Row:
    """Shape an entry of a thread.

    Args:
        message: as listed.
        at: HubSpot's time of the answer.
        original: the whole texts of a message that the list shows truncated.
    """
    whole = (
        {}
        if original is None
        else {"originalText": original.get("text"), "originalRichText": original.get("richText")}
    )
    created_at = moment(message.get("createdAt")) or at
    archived = bool(message.get("archived"))
    return {
        "id": str(message["id"]),
        "created_at": created_at,
        "updated_at": moment(message.get("updatedAt")) or created_at,
        "archived": archived,
        "archived_at": at if archived else None,
        "properties": as_json({**message, **whole}),
    }


def actors_of(message: Mapping[str, Any]) -> set[str]:
    """Return the ids of everybody that an entry of a thread names."""
    people = [*(message.get("senders") or []), *(message.get("recipients") or [])]
    named = [message.get("createdBy"), message.get("assignedTo")]
    named += [one.get("actorId") for one in people]
    return {str(actor_id) for actor_id in named if actor_id}


def files_of(message: Mapping[str, Any]) -> list[str]:
    """Return the ids of the files that are attached to an entry of a thread."""
    attached = message.get("attachments") or []
    return [str(one["fileId"]) for one in attached if one.get("fileId")]


def actor_row(actor: Mapping[str, Any], at: datetime) -> Row:
    """Shape an actor; HubSpot gives one no times."""
    return {
        "id": str(actor["id"]),
        "created_at": at,
        "updated_at": at,
        "archived": False,
        "archived_at": None,
        "properties": as_json(actor),
    }


def file_row(read: FileRead) -> Row:
    """Shape what a file is; one that is gone is archived since it was asked for, and no more."""
    file = read.record or {}
    created_at = moment(file.get("createdAt")) or read.at
    archived = read.record is None or bool(file.get("archived"))
    return {
        "id": read.id,
        "created_at": created_at,
        "updated_at": moment(file.get("updatedAt")) or created_at,
        "archived": archived,
        "archived_at": (moment(file.get("archivedAt")) or read.at) if archived else None,
        "properties": as_json(file),
    }
