"""Engagements: what a note, an e-mail, a call, a meeting or a task of a ticket looks like."""

from typing import NamedTuple

from include.sandbox.association_types import unlabelled
from include.sandbox.contents import Contents, LinkEvent
from include.sandbox.moments import MINUTE, to_iso
from include.sandbox.records import Record

KINDS = ("notes", "emails", "calls", "meetings", "tasks")
DIRECTIONS = ("INCOMING", "OUTGOING", "FORWARDED", "")
_EMAIL = {"INCOMING": "INCOMING_EMAIL", "FORWARDED": "FORWARDED_EMAIL"}
_CALL = {"INCOMING": "INBOUND"}


class Engagement(NamedTuple):
    """Something that people did about a ticket; `contact_id` 0 is nobody."""

    id: int
    kind: str
    ticket_id: int
    when: int
    direction: str
    owner_id: str
    contact_id: int
    subject: str
    body: str
    attachment_ids: str = ""


def values_of(done: Engagement) -> dict[str, str]:
    """Return an engagement's properties (hubspot-api.md 2.5)."""
    at = to_iso(done.when)
    own = {
        "notes": {"hs_note_body": done.body},
        "emails": {
            "hs_email_direction": _EMAIL.get(done.direction, "EMAIL"),
            "hs_email_subject": done.subject,
            "hs_email_text": done.body,
            "hs_email_status": "SENT",
        },
        "calls": {
            "hs_call_title": done.subject,
            "hs_call_body": done.body,
            "hs_call_direction": _CALL.get(done.direction, "OUTBOUND"),
            "hs_call_status": "COMPLETED",
        },
        "meetings": {
            "hs_meeting_title": done.subject,
            "hs_meeting_body": done.body,
            "hs_meeting_start_time": at,
            "hs_meeting_end_time": to_iso(done.when + 30 * MINUTE),
            "hs_meeting_outcome": "COMPLETED",
        },
        "tasks": {
            "hs_task_subject": done.subject,
            "hs_task_body": done.body,
            "hs_task_status": "COMPLETED",
            "hs_task_is_completed": "1",
            "hs_task_completion_date": at,
        },
    }[done.kind]
    shared = {
        "hs_timestamp": at,
        "hubspot_owner_id": done.owner_id,
        "hs_attachment_ids": done.attachment_ids,
    }
    return {name: value for name, value in (shared | own).items() if value}


def add_engagement(contents: Contents, done: Engagement, source: int, born: int) -> None:
    """Let an engagement happen in a portal's contents.

    Args:
        contents: of the portal.
        done: the engagement.
        source: number of the source of its values.
        born: when its ticket was created: no link is older than both its ends.
    """
    record = Record(done.id, done.when)
    contents.set_at_creation(done.kind, record, values_of(done), source)
    contents.records[done.kind][done.id] = record
    for to_type, to_id in (("tickets", done.ticket_id), ("contacts", done.contact_id)):
        if to_id:
            when = max(done.when, born) if to_type == "tickets" else done.when
            kind = unlabelled(done.kind, to_type) or 0
            contents.links.append(LinkEvent(when, "link", done.kind, done.id, to_type, to_id, kind))
