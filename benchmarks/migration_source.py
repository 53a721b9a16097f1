"""The portal that is left, as a dataset of any size: every kind of ticket that a migration meets.

Ten kinds follow each other, so that ten tickets have one of each. What would be unreal in a tenth
of the tickets (texts of 65,536 characters, 300 contacts on one) is rarer in greater numbers.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.migration_tables import Row, iso, write_portal

FIRST = 100_000  # ticket ids begin behind it, contacts' at 5 times, companies' 6, deals' 7 times it
BEGIN = datetime(2025, 1, 1, 8, tzinfo=UTC)
MANY_CONTACTS = 300
LONGEST = 65_536
REQUESTER = 37  # the portal's own label between tickets and contacts
AGENTS, ARCHIVED_AGENT, UNKNOWN_OWNER = 8, 3, "69999999"
STAGES = (
    ("0", "1", "New", 0, "OPEN"),
    ("0", "2", "Waiting on contact", 1, "OPEN"),
    ("0", "3", "Waiting on us", 2, "OPEN"),
    ("0", "4", "Closed", 3, "CLOSED"),
    ("48010", "48011", "Requested", 0, "OPEN"),
    ("48010", "48012", "Waiting on parts", 1, "OPEN"),
    ("48010", "48013", "Installed", 2, "CLOSED"),
)
SUBJECTS = (
    "Printer jams",
    "الطابعة لا تعمل 🖨️ שלום",
    "=HYPERLINK(\"http://example.com\",\"bill\")",
    "<script>alert(1)</script> & \"quotes\"",
    "Ticket\u200bwith\u00a0odd spaces",
)  # fmt: skip
KINDS = ("note", "email in", "email out", "call", "meeting", "task")
_PROPERTIES = (
    ("account_tier", "Account tier", "enumeration", "select", ["bronze", "silver", "gold"]),
    ("services", "Services", "enumeration", "checkbox", ["net", "tv", "telephony"]),
    ("region", "Region", "enumeration", "select", ["north", "south"]),
    ("serial", "Serial", "string", "text", None),
    ("remark", "Remark", "string", "textarea", None),
    ("visit_date", "Visit date", "date", "date", None),
    ("callback_at", "Call back at", "datetime", "date", None),
    ("downtime", "Downtime", "number", "number", None),
    ("is_vip", "VIP", "bool", "booleancheckbox", ["true", "false"]),
)


def kind_of(number: int) -> int:
    """Which of the ten kinds the n-th ticket is, from 1."""
    return (number - 1) % 10 + 1


def is_archived(number: int) -> bool:
    """Whether the n-th ticket lies in the recycle bin."""
    return kind_of(number) == 4


def merged_pairs(tickets: int, most: int = 20) -> list[tuple[int, int]]:
    """Ticket ids that are merged once the portal runs: no dataset can say so."""
    firsts = [number for number in range(1, tickets) if kind_of(number) == 8]
    return [(FIRST + number, FIRST + number + 1) for number in firsts[:most]]


def write_source(folder, portal_id: str, tickets: int) -> None:
    """Write the dataset.

    Args:
        folder: Made when absent.
        portal_id: HubSpot's id of the account.
        tickets: How many.
    """
    write_portal(
        folder,
        portal_id,
        properties=_properties(),
        pipelines=[_pipeline("0", "Support Pipeline", 0), _pipeline("48010", "Installations", 1)],
        stages=(
            dict(zip(("pipeline_id", "stage_id", "label", "display_order", "ticket_state"), one,
                     strict=True))
            for one in STAGES
        ),
        owners=_owners(),
        contacts=(_contact(n) for n in range(_contacts(tickets))),
        companies=(_company(n) for n in range(_companies(tickets))),
        deals=(_deal(n) for n in range(_companies(tickets))),
        tickets=(_ticket(n) for n in range(1, tickets + 1)),
        property_changes=(row for n in range(1, tickets + 1) for row in _changes(n)),
        associations=(row for n in range(1, tickets + 1) for row in _links(n, tickets)),
        engagements=(row for n in range(1, tickets + 1) for row in _engagements(n)),
        messages=(row for n in range(1, tickets + 1) for row in _messages(n)),
    )  # fmt: skip


def _contacts(tickets: int) -> int:
    return MANY_CONTACTS + tickets // 3


def _companies(tickets: int) -> int:
    return 5 + tickets // 20


def _pipeline(pipeline_id: str, label: str, order: int) -> Row:
    return {"pipeline_id": pipeline_id, "label": label, "display_order": order}


def _properties() -> Iterator[Row]:
    for name, label, type_, field_type, options in _PROPERTIES:
        yield {"name": name, "label": label, "type": type_, "field_type": field_type,
               "group_name": "service_details", "options": options}  # fmt: skip


def _owners() -> Iterator[Row]:
    for number in range(AGENTS):
        yield {"id": 61_000_000 + number, "email": f"agent.{number}@support.example.com",
               "firstName": "Agent", "lastName": str(number),
               "archived": "true" if number == ARCHIVED_AGENT else "false"}  # fmt: skip


def _contact(number: int) -> Row:
    # every tenth has no e-mail address: it can be found by nobody
    email = None if number % 10 == 9 else f"person{number}@customer{number % 7}.example.com"
    return {"id": 5 * FIRST + number, "email": email, "firstname": "Zoë 😀",
            "lastname": f"Person {number}", "phone": f"+49 30 {number}"}  # fmt: skip


def _company(number: int) -> Row:
    return {"id": 6 * FIRST + number, "name": f"Company {number}",
            "domain": f"company{number}.example.com"}  # fmt: skip


def _deal(number: int) -> Row:
    return {"id": 7 * FIRST + number, "dealname": f"Deal {number}"}


def born(number: int) -> datetime:
    """When the n-th ticket was created."""
    return BEGIN + timedelta(minutes=7 * number)


def _owner(number: int) -> str | None:
    choice = number % (AGENTS + 2)
    if choice < AGENTS:
        return str(61_000_000 + choice)
    return UNKNOWN_OWNER if choice == AGENTS else None


def _ticket(number: int) -> Row:
    kind, created = kind_of(number), born(number)
    pipeline, stage = ("48010", "48011") if number % 5 == 0 else ("0", "1")
    return {
        "ticket_id": FIRST + number,
        "created_at": iso(created),
        "archived_at": iso(created + timedelta(days=2)) if is_archived(number) else None,
        "hs_pipeline": pipeline,
        "hs_pipeline_stage": stage,
        "subject": f"{SUBJECTS[number % len(SUBJECTS)]} {number}",
        "content": _content(number),
        "hs_ticket_priority": (None, "LOW", "MEDIUM", "HIGH")[number % 4],
        "hubspot_owner_id": _owner(number),
        "account_tier": ("bronze", "silver", "gold", None)[number % 4],
        "services": ("net;tv", "telephony", None)[number % 3],
        # an option that the definition does not have: HubSpot keeps old values
        "region": "atlantis" if kind == 10 else ("north", "south")[number % 2],
        "serial": f"SN-{number}" if number % 2 else None,
        "visit_date": f"{created + timedelta(days=9):%Y-%m-%d}" if number % 3 == 0 else None,
        "callback_at": iso(created + timedelta(hours=5)),
        "downtime": f"{number % 90}.5" if number % 6 == 0 else None,
        "is_vip": ("true", "false", None)[number % 3],
    }  # fmt: skip


def _content(number: int) -> str:
    if kind_of(number) == 3 and number % 500 < 10:
        return (f"{number} \U0001f600" + "é" * LONGEST)[:LONGEST]
    return f"What happened in case {number}, at length:\nline two & <b>three</b> \U0001f600"


def _changes(number: int) -> Iterator[Row]:
    """Lives: a stage or two, a priority, a value that was cleared (empty, not null)."""
    when = born(number)
    steps: list[tuple[str, str]] = [("hs_ticket_priority", ("LOW", "HIGH")[number % 2])]
    stages = ("48012", "48013") if number % 5 == 0 else (("2", "3")[number % 2], "4")
    steps += [("hs_pipeline_stage", stage) for stage in stages[: number % 3]]
    if kind_of(number) in (2, 7):
        steps += [("remark", "to be cleared"), ("remark", "")]
    for name, value in steps:
        when += timedelta(minutes=41)
        yield {"ticket_id": FIRST + number, "changed_at": iso(when), "property": name,
               "value": value, "source_type": "CRM_UI", "source_id": "userId:7"}  # fmt: skip


def _links(number: int, tickets: int) -> Iterator[Row]:
    kind, at = kind_of(number), iso(born(number))

    def link(to_type: str, to_id: int, type_id: int, label: str | None = None) -> Row:
        return {"from_type": "tickets", "from_id": FIRST + number, "to_type": to_type,
                "to_id": to_id, "type_id": type_id, "label": label, "created_at": at}  # fmt: skip

    if is_archived(number):
        return
    if kind == 5 and number % 1000 < 10:
        for one in range(MANY_CONTACTS):
            yield link("contacts", 5 * FIRST + one, 16)
    elif kind != 6:
        contact = 5 * FIRST + number * 7 % _contacts(tickets)
        yield link("contacts", contact, 16)
        if number % 3 == 1:
            yield link("contacts", contact, REQUESTER, "Requester")
    if number % 2:
        company = 6 * FIRST + number % _companies(tickets)
        yield link("companies", company, 339)
        yield link("companies", company, 26)
    if number % 10 in (1, 2):
        yield link("deals", 7 * FIRST + number % _companies(tickets), 28)


def _engagements(number: int) -> Iterator[Row]:
    for place, kind in enumerate(KINDS):
        if is_archived(number) or number % (place + 2):
            continue
        words = kind.split()
        yield {
            "id": 8_000_000 + 10 * number + place,
            "type": f"{words[0]}s",
            "ticket_id": FIRST + number,
            "occurred_at": iso(born(number) + timedelta(hours=1 + place)),
            "direction": {"in": "INCOMING", "out": "OUTGOING"}.get(words[-1], ""),
            "owner_id": 61_000_000 + number % AGENTS,
            "contact_id": 5 * FIRST + number % MANY_CONTACTS if place % 2 else None,
            "subject": f"{kind} {number}",
            "body": f"{kind} on ticket {number}: <i>done</i> & said \U0001f600",
            "attachment_ids": 9 * FIRST + number if kind == "note" and number % 25 == 2 else None,
        }  # fmt: skip


def _messages(number: int) -> Iterator[Row]:
    if number % 3 != 1 or is_archived(number):
        return
    said: tuple[tuple[str, str, str, Any, str], ...] = (
        ("MESSAGE", "INCOMING", "visitor", 5 * FIRST + number % MANY_CONTACTS, "Help <me> & soon"),
        ("MESSAGE", "OUTGOING", "agent", 61_000_000 + number % AGENTS, "On it 👍\nreally"),
        ("COMMENT", "", "agent", 61_000_000, "between us"),
    )
    for place, (type_, direction, sender, sender_id, text) in enumerate(said):
        yield {
            "thread_id": 4_000_000 + number,
            "ticket_id": FIRST + number,
            "message_id": f"m{number}x{place}",
            "created_at": iso(born(number) + timedelta(minutes=11 * place + 3)),
            "type": type_,
            "direction": direction,
            "sender_type": sender,
            "sender_id": sender_id,
            "channel": "EMAIL",
            "text": f"{text} {number}",
            "attachment_ids": 11 * FIRST + number if place == 0 and number % 30 == 1 else None,
        }
