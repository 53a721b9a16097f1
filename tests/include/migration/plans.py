"""Plans made by hand: rows as the dbt models would write them, few and readable."""

import json
from pathlib import Path

from include.migration import plan_tables
from include.migration.entries import hash_of
from include.migration.files import MigrationFiles
from include.migration.plan_file import PlanSeal, seal
from include.warehouse.connection import open_warehouse
from include.warehouse.files import PortalFiles

SOURCE, TARGET = "4990001", "4990002"
KEYED = ("tickets", "contacts", "companies", "deals", "notes", "emails", "calls", "tasks")

PRIMARY = (
    {"category": "HUBSPOT_DEFINED", "typeId": 26, "label": "Primary"},
    {"category": "HUBSPOT_DEFINED", "typeId": 339, "label": None},
)


def text(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def key(source_id, kind=None):
    return f"{SOURCE}:{kind}:{source_id}" if kind else f"{SOURCE}:{source_id}"


def source_key_property(object_type):
    definition = {
        "name": "migration_source_key",
        "label": "Migration source key",
        "type": "string",
        "fieldType": "text",
        "groupName": "migration",
        "hasUniqueValue": True,
    }
    return (object_type, definition["name"], text(definition), "create", None)


class PlanRows:
    """Rows by table, with what every plan needs already in: groups, keys, one new pipeline."""

    def __init__(self, keyed=KEYED):
        self.rows = {table: [] for table in plan_tables.contract()}
        for object_type in keyed:
            self.add("plan_property_groups", object_type, "migration", "Migration", 9, "create")
            self.add("plan_properties", *source_key_property(object_type))
        self.add("plan_pipelines", "70", "Moved support", 5, None, "create")
        for order, (stage, state) in enumerate(
            [("700", "OPEN"), ("701", "OPEN"), ("702", "CLOSED")]
        ):
            label = f"Moved {stage}"
            self.add("plan_stages", "70", stage, label, order, state, None, "create")

    def add(self, table, *values):
        self.rows[table].append(values)
        return self

    def property(self, name, object_type="tickets", **definition):
        given = {
            "name": name,
            "label": name.title(),
            "type": "string",
            "fieldType": "text",
            "groupName": "migration",
        } | definition
        return self.add("plan_properties", object_type, name, text(given), "create", None)

    def ticket(self, source_id, action="create", target_id=None, **properties):
        values = {"subject": f"Ticket {source_id}"} | properties
        if action == "create":
            values = {"hs_pipeline": "70", "hs_pipeline_stage": "700"} | values
        body = None if action == "skip" else text(values)
        return self.add(
            "plan_tickets", source_id, key(source_id), target_id, action, None, body,
            hash_of(values),
        )  # fmt: skip

    def record(self, table, source_id, action="create", target_id=None, **properties):
        body = text(properties) if properties else None
        return self.add(f"plan_{table}", source_id, key(source_id), target_id, action, body)

    def link(self, ticket, object_type, other, *types, action="create"):
        plain = {"contacts": 16, "companies": 339, "deals": 28}[object_type]
        given = types or ({"category": "HUBSPOT_DEFINED", "typeId": plain, "label": None},)
        return self.add("plan_associations", ticket, object_type, other, text(given), action)

    def note(self, source_id, ticket, body, *links, attachments=(), object_type="notes", **more):
        names = {"notes": "hs_note_body", "emails": "hs_email_text", "tasks": "hs_task_body"}
        values = {"hs_timestamp": "2025-01-02T03:04:05.678Z", names[object_type]: body} | more
        ends = [{"object_type": "tickets", "source_id": ticket}, *links]
        return self.add(
            "plan_engagements", object_type, "engagement", source_id, ticket,
            key(source_id, object_type), None, "create", text(values), text(ends),
            text(list(attachments)), hash_of(values),
        )  # fmt: skip

    def save(self, data_dir: Path, **options) -> tuple[MigrationFiles, PlanSeal]:
        files = MigrationFiles(PortalFiles(data_dir, TARGET), SOURCE).ensure()
        files.plan.unlink(missing_ok=True)
        with open_warehouse(files.plan) as connection:
            connection.execute(plan_tables.ddl())
            for table, rows in self.rows.items():
                for row in rows:
                    marks = ", ".join("?" for _ in row)
                    connection.execute(f"insert into migration.{table} values ({marks})", row)
        return files, seal(files.plan, SOURCE, TARGET, options)


def small_plan() -> PlanRows:
    """Ten tickets of many scripts, a contact, a company, links, notes."""
    plan = PlanRows()
    plan.property("tier", type="enumeration", fieldType="select",
                  options=[{"label": "Gold", "value": "gold"}])  # fmt: skip
    for number in range(1, 11):
        plan.ticket(str(number), tier="gold", content="مرحبا 👋 " + "x" * number)
    plan.record("contacts", "501", email="new@example.com", firstname="New")
    plan.record("companies", "601", domain="new.example.com", name="New")
    plan.link("1", "contacts", "501")
    plan.link("1", "companies", "601", *PRIMARY)
    plan.note("801", "1", "first", {"object_type": "contacts", "source_id": "501"})
    plan.note("802", "2", "second")
    return plan


def full_plan(existing: str, file_id: str) -> PlanRows:
    """Every kind of row: besides `small_plan`, changes to what stands, labels, files, e-mails.

    Args:
        existing: A ticket of the target, which the plan changes and links.
        file_id: A file of the source.
    """
    plan = small_plan()
    platinum = [{"label": "Platinum", "value": "platinum"}]
    plan.add("plan_properties", "tickets", "account_tier", text({"options": platinum}),
             "patch_options", None)  # fmt: skip
    plan.add("plan_pipelines", "0", "Support Pipeline", 0, "0", "equal")
    plan.add("plan_stages", "0", "1", "New", 0, "OPEN", "1", "equal")
    plan.add("plan_stages", "0", "9", "Parked", 9, "OPEN", None, "create")
    plan.add("plan_association_labels", "contacts", "Payer", None, "Paid for", None, "create")
    plan.ticket("11", hs_pipeline="0", hs_pipeline_stage="9", account_tier="platinum")
    plan.ticket("12", "update", existing, subject="Changed by the migration", content="")
    plan.ticket("13", "skip", None)
    payer = {"category": "USER_DEFINED", "typeId": 4711, "label": "Payer"}
    plan.link("11", "contacts", "501", {"category": "HUBSPOT_DEFINED", "typeId": 16, "label": None},
              payer)  # fmt: skip
    plan.link("12", "contacts", "501", payer)
    plan.add("plan_files", file_id, key(file_id, "files"), "note.txt", "PRIVATE", 5, "create")
    plan.note("803", "11", "with a file", attachments=[file_id])
    plan.note("804", "12", "an e-mail", object_type="emails", hs_email_direction="INCOMING_EMAIL",
              hs_email_subject="Re: question")  # fmt: skip
    return plan
