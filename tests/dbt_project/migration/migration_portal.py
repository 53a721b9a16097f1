"""A portal of a migration, written row by row: what RawPortal has, and all that a plan reads."""

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from include.warehouse.connection import open_warehouse
from include.warehouse.tables import prepare_raw
from tests.dbt_project.raw_portal import RawPortal, at

SOURCE, TARGET = "1111", "2222"
AS_OF = at("2026-06-10 12:00")
BORN = at("2026-06-01 09:00")
ENGAGEMENTS = ("notes", "emails", "calls", "meetings", "tasks")
TYPES = ("tickets", "contacts", "companies", "deals", *ENGAGEMENTS)
# name, type, field type, writable
HUBSPOT_DEFINED = {
    "tickets": (
        ("subject", "string", "text", True), ("content", "string", "textarea", True),
        ("hs_pipeline", "enumeration", "select", True),
        ("hs_pipeline_stage", "enumeration", "select", True),
        ("hs_ticket_priority", "enumeration", "select", True),
        ("hubspot_owner_id", "enumeration", "select", True),
        ("source_type", "enumeration", "select", True),
        ("hubspot_team_id", "enumeration", "select", True),
        ("closed_date", "datetime", "date", False), ("createdate", "datetime", "date", False),
        ("hs_lastmodifieddate", "datetime", "date", False),
        ("hs_object_id", "number", "number", False),
        ("hs_object_source", "string", "text", False),
        ("hs_object_source_id", "string", "text", False),
        ("hs_merged_object_ids", "enumeration", "checkbox", False),
        ("hs_inbox_id", "number", "number", True),
        ("hs_v2_date_entered_1", "datetime", "calculation_read_time", False),
    ),
    "contacts": (("email", "string", "text", True), ("firstname", "string", "text", True)),
    "companies": (("domain", "string", "text", True), ("name", "string", "text", True)),
    "deals": (("dealname", "string", "text", True),),
    "notes": (
        ("hs_note_body", "string", "html", True),
        ("hs_attachment_ids", "enumeration", "checkbox", True),
    ),
    "emails": (
        ("hs_email_subject", "string", "text", True), ("hs_email_text", "string", "textarea", True),
        ("hs_email_direction", "enumeration", "radio", True),
        ("hs_email_status", "enumeration", "select", True),
    ),
    "calls": (("hs_call_body", "string", "html", True),),
    "meetings": (("hs_meeting_body", "string", "html", True),),
    "tasks": (
        ("hs_task_body", "string", "html", True),
        ("hs_task_is_completed", "number", "calculation_equation", False),
    ),
}  # fmt: skip
OPTIONS = {
    "hs_ticket_priority": ("LOW", "MEDIUM", "HIGH", "URGENT"),
    "source_type": ("EMAIL", "CHAT", "FORM", "PHONE"),
    "hs_email_direction": ("EMAIL", "INCOMING_EMAIL", "FORWARDED_EMAIL"),
    "hs_email_status": ("SENT", "BOUNCED"),
}


def listed(*values: str, label: dict[str, str] | None = None) -> str:
    """Options of a property, as HubSpot lists them."""
    return json.dumps(
        [
            {"value": v, "label": (label or {}).get(v, v.title()), "displayOrder": i}
            for i, v in enumerate(values)
        ]
    )


class MigrationPortal(RawPortal):
    """A raw portal with what a migration reads beyond the marts' needs."""

    def __init__(self, portal_id: str) -> None:
        super().__init__(AS_OF)
        self.portal_id = portal_id
        self.add("account", portal_id=portal_id, time_zone="UTC")
        for object_type, definitions in HUBSPOT_DEFINED.items():
            engagement = object_type in ENGAGEMENTS
            extra = (("hs_timestamp", "datetime", "date", True),) if engagement else ()
            owner = (
                ()
                if object_type == "tickets"
                else (("hubspot_owner_id", "enumeration", "select", True),)
            )
            for name, kind, field_type, writable in (*definitions, *extra, *owner):
                self.define(
                    object_type, name, kind, field_type,
                    options=listed(*OPTIONS.get(name, ())), writable=writable, hubspot=True,
                )  # fmt: skip

    def define(
        self, object_type: str, name: str, kind: str = "string", field_type: str = "text", *,
        options: str = "[]", writable: bool = True, hubspot: bool = False, unique: bool = False,
        fixed: bool = False,
    ) -> None:  # fmt: skip
        """Add a property definition."""
        self.add(
            "properties", object_type=object_type, name=name, label=name.replace("_", " "),
            type=kind, field_type=field_type,
            group_name="ticketinformation" if hubspot else "details", options=options,
            calculated=field_type.startswith("calculation"), hubspot_defined=hubspot,
            has_unique_value=unique, archived=False,
            modification_metadata=json.dumps(
                {"readOnlyValue": not writable, "readOnlyOptions": fixed}
            ),
        )  # fmt: skip

    def write(self, path: Path) -> None:
        """Write all rows into a new warehouse file, a table at a time: there are thousands."""
        loads = [{"run_id": "run", "mode": "full", "data_as_of": self.data_as_of}]
        with open_warehouse(path) as connection:
            prepare_raw(connection)
            for table, rows in (self.rows | {"loads": loads}).items():
                names = sorted({name for row in rows for name in row})
                columns = {name: [row.get(name) for row in rows] for name in names}
                connection.register("given", pa.table(columns))
                connection.execute(f"insert into raw.{table} by name select * from given")

    def staged(self, pipeline_id: str, label: str, stages: Iterable[tuple[str, str, str]]) -> None:
        """Add a pipeline with a label of its own."""
        self.pipeline(pipeline_id, stages)
        self.rows["pipelines"][-1]["label"] = label

    def owner(self, owner_id: str, email: str, *, archived: bool = False) -> None:
        """Add an owner whose user id is the owner's id with a 9 before it."""
        self.add("owners", id=owner_id, email=email, user_id=f"9{owner_id}", archived=archived)

    def record(
        self, table: str, record_id: str, *, archived: bool = False,
        created_at: datetime = BORN, **properties: str,
    ) -> None:  # fmt: skip
        """Add a contact, company, deal or engagement."""
        self.add(
            table, id=record_id, created_at=created_at, updated_at=created_at, archived=archived,
            properties=json.dumps(properties),
        )  # fmt: skip

    def engagement_link(self, engagement_type: str, engagement_id: str, contact_id: str) -> None:
        """Add an engagement's link to a contact."""
        self.add(
            "engagement_associations", engagement_type=engagement_type,
            engagement_id=engagement_id, object_type="contacts", object_id=contact_id,
            types="[]", observed_at=self.data_as_of, is_first_read=True,
        )  # fmt: skip

    def answer(self, table: str, record_id: str, created_at: datetime, **whole: Any) -> None:
        """Add a thread, message, actor or file: HubSpot's whole answer."""
        self.add(
            table, id=record_id, created_at=created_at, updated_at=created_at, archived=False,
            properties=json.dumps(whole),
        )  # fmt: skip

    def file(self, file_id: str, name: str, size: int, path: str = "") -> None:
        """Add a file of the file manager, as HubSpot tells it."""
        stem, _, extension = name.rpartition(".")
        self.answer(
            "files", file_id, BORN, id=file_id, name=stem, extension=extension, size=size,
            type="DOCUMENT", fileMd5=f"{size:032}", path=path or f"/{name}",
        )  # fmt: skip


def iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds") + "Z"
