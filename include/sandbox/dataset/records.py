"""A dataset's tickets, contacts, companies and deals as they were created."""

from pathlib import Path

from include.sandbox.contents import ArchiveEvent, Contents
from include.sandbox.dataset.rows import Table
from include.sandbox.definitions import Property
from include.sandbox.pipelines import Pipelines
from include.sandbox.records import Record

# HubSpot stamps these itself; a dataset that set them would contradict its own times.
STAMPED = frozenset({"createdate", "hs_createdate", "hs_lastmodifieddate", "hs_object_id"})


def read_tickets(folder: Path, contents: Contents) -> None:
    """Read tickets with the values they had when they were created."""
    table = Table(folder, "tickets.csv.gz", ("ticket_id", "created_at"))
    source = contents.sources.code("CRM_UI")
    first = min(contents.pipelines, key=lambda pipeline: pipeline.display_order).id
    pipelines = Pipelines(contents.pipelines)
    properties: list[tuple[int, str]] = []
    for cells in table.rows():
        if not properties:
            properties = _property_columns(table, contents)
        number, created, archived = table.places("ticket_id", "created_at", "archived_at")
        ticket_id = table.whole_number(cells[number], "ticket_id")
        if ticket_id in contents.records["tickets"]:
            raise table.broken(f"ticket {ticket_id} stands twice")
        record = Record(ticket_id, table.moment(cells[created], "created_at"))
        values = {"hs_pipeline": first} | {
            name: cells[place] for place, name in properties if cells[place]
        }
        for name, value in values.items():
            refuse_unknown_reference(table, pipelines, name, value)
        contents.set_at_creation("tickets", record, values, source)
        contents.records["tickets"][ticket_id] = record
        if archived >= 0 and cells[archived]:
            when = table.moment(cells[archived], "archived_at")
            if when < record.created:
                raise table.broken("archived_at is earlier than created_at")
            contents.archives.append(ArchiveEvent(when, "tickets", ticket_id))


def _property_columns(table: Table, contents: Contents) -> list[tuple[int, str]]:
    known = contents.stores["tickets"].definitions.by_name
    found = []
    for place, name in enumerate(table.columns):
        if name in ("ticket_id", "created_at", "archived_at"):
            continue
        if name not in known or name in STAMPED:
            table.line = 1
            raise table.broken(f"the column {name!r} is no ticket property that can be set")
        found.append((place, name))
    return found


def refuse_unknown_reference(table: Table, pipelines: Pipelines, name: str, value: str) -> None:
    """Refuse a stage or a pipeline that the portal does not have."""
    if name == "hs_pipeline_stage" and value and value not in pipelines.stage_ids:
        raise table.broken(f"the stage {value!r} is unknown")
    if name == "hs_pipeline" and value and value not in pipelines.by_id:
        raise table.broken(f"the pipeline {value!r} is unknown")


def read_related(folder: Path, contents: Contents) -> None:
    """Read contacts, companies and deals; one without `createdate` is as old as the portal."""
    tickets = contents.records["tickets"].values()
    oldest = min((ticket.created for ticket in tickets), default=1_136_073_600_000)  # 2006
    for object_type in ("contacts", "companies", "deals"):
        _read_one_type(Table(folder, f"{object_type}.csv.gz", ("id",)), contents, oldest)


def _read_one_type(table: Table, contents: Contents, oldest: int) -> None:
    object_type = table.file.partition(".")[0]
    store, records = contents.stores[object_type], contents.records[object_type]
    source = contents.sources.code("CRM_UI")
    stamped = STAMPED | {store.modified_property}
    for cells in table.rows():
        row = dict(zip(table.columns, cells, strict=True))
        record_id = table.whole_number(row.pop("id"), "id")
        if record_id in records:
            raise table.broken(f"the id {record_id} stands twice")
        created = row.get("createdate")
        record = Record(record_id, table.moment(created, "createdate") if created else oldest)
        values = {name: value for name, value in row.items() if value and name not in stamped}
        for name in values:
            if name not in store.definitions.by_name:
                store.definitions.define(Property(name, name))
        contents.set_at_creation(object_type, record, values, source)
        records[record_id] = record
