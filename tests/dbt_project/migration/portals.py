"""Two small portals: every kind of ticket that a migration meets, and a target with a life."""

import json
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import duckdb

from tests.dbt_project.migration.migration_portal import (
    AS_OF,
    BORN,
    SOURCE,
    TARGET,
    MigrationPortal,
    iso,
    listed,
)


def write_source_marts(path: Path, tickets: Iterable[tuple], clocks: Iterable[tuple]) -> None:
    """Write what a plan reads of the published marts: (ticket, first response), and clocks."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "create schema marts; "
            "create table marts.tickets (ticket_id varchar, first_response_at timestamp); "
            "create table marts.ticket_slas (ticket_id varchar, metric varchar, cycle integer, "
            "status varchar, stopped_at timestamp)"
        )
        for row in tickets:
            connection.execute("insert into marts.tickets values (?, ?)", row)
        for row in clocks:
            connection.execute("insert into marts.ticket_slas values (?, ?, 1, ?, ?)", row)


def source_portal() -> MigrationPortal:
    """Every kind of ticket that a migration meets, one of each or a few."""
    portal = MigrationPortal(SOURCE)
    portal.staged(
        "0",
        "Support Pipeline",
        [("1", "New", "OPEN"), ("2", "Waiting on contact", "OPEN"), ("4", "Closed", "CLOSED")],
    )
    portal.staged(
        "77",
        "Installations",
        [("771", "Requested", "OPEN"), ("772", "Scheduled", "OPEN"), ("773", "Done", "CLOSED")],
    )
    portal.owner("501", "ana@example.com")
    portal.owner("502", "bo@example.com")
    portal.owner("503", "gone@example.com", archived=True)
    portal.define(
        "tickets", "tier", "enumeration", "select", options=listed("gold", "silver", "tin")
    )
    portal.define(
        "tickets", "services", "enumeration", "checkbox", options=listed("net", "tv", "tel")
    )
    portal.define("tickets", "serial")
    portal.define("tickets", "visit_at", "datetime", "date")
    portal.define("tickets", "only_here", "number", "number")
    portal.add(
        "property_groups", object_type="tickets", name="details", label="Details", display_order=2
    )
    for number in range(1, 5):
        portal.record(
            "contacts", f"30{number}", email=f"c{number}@example.com", firstname=f"C{number}"
        )
    portal.record("contacts", "309", archived=True, email="late@example.com")
    portal.record("companies", "401", domain="one.example", name="One")
    portal.record("companies", "402", domain="one.example", name="One B")
    portal.record("deals", "601", dealname="Big deal")
    _tickets(portal)
    _conversations(portal)
    return portal


def _tickets(portal: MigrationPortal) -> None:
    shared = {"hs_pipeline": "0", "hs_pipeline_stage": "1", "hs_ticket_priority": "LOW"}
    everything = {
        "11": {"subject": "Printer", "content": "a < b & c\nnext", "tier": "gold",
               "services": "net;tv", "serial": "S1", "hubspot_owner_id": "501",
               "visit_at": "2026-06-05T10:00:00.000Z", "only_here": "7", "hs_inbox_id": "55",
               "closed_date": "2026-06-04T09:00:00.000Z", "hs_pipeline_stage": "4",
               "hubspot_team_id": "9"},
        "12": {"subject": "שלום 😀", "content": "x" * 65_536, "tier": "tin",
               "hubspot_owner_id": "503", "hs_pipeline": "77", "hs_pipeline_stage": "772"},
        "13": {"subject": "cleared", "serial": "", "content": "one two ", "source_type": "EMAIL"},
        "14": {"subject": "nobody's", "hs_pipeline": "77", "hs_pipeline_stage": "773"},
        "15": {"subject": "orphan", "hubspot_owner_id": "502", "services": "tel"},
    }  # fmt: skip
    for number, (ticket_id, values) in enumerate(everything.items()):
        born = BORN + timedelta(hours=number)
        history = [(name, born, value) for name, value in (shared | values).items()]
        portal.ticket(ticket_id, born, history)
    portal.ticket("16", BORN, [("subject", BORN, "gone")], archived_at=AS_OF, **shared)
    for ticket_id, contact in (("11", "301"), ("12", "302"), ("13", "303"), ("15", "309")):
        portal.link(ticket_id, "contacts", contact)
    portal.link("11", "contacts", "304", types=((16, None), (37, "Requester")))
    for row in portal.rows["ticket_associations"]:
        types = json.loads(row["types"])
        for one in types:
            one["category"] = "USER_DEFINED" if one["label"] == "Requester" else "HUBSPOT_DEFINED"
        row["types"] = json.dumps(types)
    portal.link("11", "companies", "401", types=((26, "Primary"), (339, None)))
    portal.link("12", "companies", "402", types=((339, None),))
    portal.link("11", "deals", "601", types=((28, None),))


def _conversations(portal: MigrationPortal) -> None:
    said = BORN + timedelta(hours=2)
    portal.record(
        "notes", "9001", hs_timestamp=iso(said), hs_note_body="<p>Seen</p>", hubspot_owner_id="501"
    )
    portal.record(
        "emails",
        "9002",
        hs_timestamp=iso(said),
        hs_email_subject="Re",
        hs_email_text="Hi ",
        hs_email_direction="INCOMING_EMAIL",
    )
    portal.record(
        "tasks", "9003", hs_timestamp=iso(said), hs_task_body="Call", hs_task_is_completed="1"
    )
    for kind, number, ticket_id in (
        ("notes", "9001", "11"),
        ("emails", "9002", "12"),
        ("tasks", "9003", "13"),
    ):
        portal.link(ticket_id, kind, number)
    portal.engagement_link("emails", "9002", "302")
    portal.record(
        "notes", "9004", hs_timestamp=iso(said), hs_note_body="With files",
        hs_attachment_ids="7101;7102;7104",
    )  # fmt: skip
    portal.link("14", "notes", "9004")
    portal.engagement_link("notes", "9004", "304")
    portal.file("7101", "Scan of bill.pdf", 1200)
    portal.add("files", id="7102", created_at=said, updated_at=said, archived=True, properties="{}")
    portal.file("7103", "photo.png", 64_000)
    portal.file("7104", "log.txt", 31)
    portal.answer(
        "threads",
        "8001",
        said,
        id="8001",
        status="CLOSED",
        createdAt=iso(said),
        threadAssociations={"associatedTicketId": "12"},
    )
    portal.answer("actors", "A-9501", said, id="A-9501", name="Ana", type="AGENT")
    for number, (kind, direction, sender, text) in enumerate(
        (
            ("MESSAGE", "INCOMING", "V-302", "Help <me> & quickly\n\nplease"),
            ("ASSIGNMENT", None, "S-hubspot", None),
            ("MESSAGE", "OUTGOING", "A-9501", "On it"),
            ("COMMENT", None, "A-9501", "y & " * 17_000),
        )
    ):
        at_text = iso(said + timedelta(minutes=number))
        portal.answer(
            "messages", f"m{number}", said,
            id=f"m{number}", conversationsThreadId="8001", type=kind,
            direction=direction, createdAt=at_text, senders=[{"actorId": sender}], text=text,
            channelId="1002",
            attachments=[{"type": "FILE", "fileId": "7103"}] if number == 0 else [],
        )  # fmt: skip


def target_portal() -> MigrationPortal:
    """A portal that has a life of its own: other ids, some people and properties already there."""
    portal = MigrationPortal(TARGET)
    portal.staged(
        "0",
        "Support Pipeline",
        [
            ("1", "New", "OPEN"),
            ("2", "Waiting on contact", "OPEN"),
            ("3", "Waiting on us", "OPEN"),
            ("4", "Closed", "CLOSED"),
        ],
    )
    portal.owner("71", "ana@example.com")
    portal.owner("72", "desk@example.com")
    portal.define(
        "tickets",
        "tier",
        "enumeration",
        "select",
        options=listed("GOLD", "silver", label={"GOLD": "Gold"}),
    )
    portal.define("tickets", "serial")
    portal.record("contacts", "5001", email="c1@example.com", firstname="Cee")
    portal.record("companies", "5002", domain="one.example", name="The One")
    return portal
