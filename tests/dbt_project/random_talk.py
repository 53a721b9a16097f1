"""What was said on made-up tickets, as the engagements and threads that HubSpot has of it."""

from collections.abc import Callable
from datetime import datetime

from tests.dbt_project.raw_portal import RawPortal
from tests.dbt_project.reference_ticket import Ticket

_EMAILS = {
    "incoming email": {"hs_email_direction": "INCOMING_EMAIL"},
    "outgoing email": {"hs_email_direction": "EMAIL", "hs_email_status": "SENT"},
    "forwarded email": {"hs_email_direction": "FORWARDED_EMAIL"},
    "bounced email": {"hs_email_direction": "EMAIL", "hs_email_status": "BOUNCED"},
}
_CALLS = {
    "answered call": {"hs_call_direction": "OUTBOUND", "hs_call_status": "COMPLETED"},
    "missed call": {"hs_call_direction": "OUTBOUND", "hs_call_status": "NO_ANSWER"},
}
_MESSAGES = {
    "visitor message": ("V-1", {}),
    "agent message": ("A-7", {}),
    "failed message": ("A-7", {"status": {"statusType": "FAILED"}}),
    "bot message": ("L-3", {}),
    "welcome": ("S-hubspot", {"type": "WELCOME_MESSAGE"}),
    "comment": ("A-7", {"type": "COMMENT", "direction": None}),
}


def say(
    portal: RawPortal, ticket: Ticket, is_known: Callable[[int, datetime], bool] | None = None
) -> None:
    """Add a ticket's messages to the raw tables, those of threads to one thread.

    Args:
        portal: to which.
        ticket: whose.
        is_known: of which messages, by number and time; default: all.
    """
    said = [
        (number, when, kind)
        for number, (when, kind) in enumerate(ticket.messages)
        if is_known is None or is_known(number, when)
    ]
    if not said:
        return
    portal.thread(ticket.ticket_id, f"t{ticket.ticket_id}", min(ticket.messages)[0])
    for number, when, kind in said:
        key = f"{ticket.ticket_id}-{number}"
        if kind in _EMAILS:
            portal.engagement(ticket.ticket_id, "emails", key, when, **_EMAILS[kind])
        elif kind in _CALLS:
            portal.engagement(ticket.ticket_id, "calls", key, when, **_CALLS[kind])
        elif kind == "note":
            portal.engagement(ticket.ticket_id, "notes", key, when)
        else:
            sender, fields = _MESSAGES[kind]
            portal.message(f"t{ticket.ticket_id}", key, when, sender, **fields)
