"""The properties that HubSpot itself defines in every portal, and which of them callers may set."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from include.sandbox.property import Property, option

_DATA = Path(__file__).parent / "data"

# HubSpot's to write, though their definitions do not say `calculated`: service levels, counters,
# who and when. Migrations read `modificationMetadata.readOnlyValue`, so it has to be right here.
_LOCKED = frozenset(
    {
        "closed_date",
        "created_by",
        "createdate",
        "hs_createdate",
        "hs_created_by_user_id",
        "hs_is_one_touch_ticket",
        "hs_last_closed_date",
        "hs_lastmodifieddate",
        "hs_merged_object_ids",
        "hs_object_id",
        "hs_sla_operating_hours",
        "hs_sla_pause_status",
        "hs_ticket_reopened_at",
        "hs_unique_creation_key",
        "hs_updated_by_user_id",
        "hs_was_imported",
        "hubspot_owner_assigneddate",
        "lastmodifieddate",
        "notes_last_contacted",
        "notes_last_updated",
        "num_contacted_notes",
        "num_notes",
    }
)
_LOCKED_PREFIXES = (
    "hs_all_",
    "hs_applied_sla_",
    "hs_copied_",
    "hs_most_relevant_sla_",
    "hs_num_",
    "hs_object_source",
    "hs_retroactive_sla_",
    "hs_time_to_",
    "hs_user_ids_of_all_",
)


def hubspot_properties(object_type: str) -> Iterator[Property]:
    """Yield the definitions that an object type has in a fresh portal."""
    for definition in _all(object_type):
        name = definition.name
        definition.locked = name in _LOCKED or name.startswith(_LOCKED_PREFIXES)
        yield definition


def _all(object_type: str) -> Iterable[Property]:
    if object_type == "tickets":
        yield from _ticket_properties()
        return
    modified = "lastmodifieddate" if object_type == "contacts" else "hs_lastmodifieddate"
    for name in ("createdate" if object_type in ("contacts", "companies", "deals")
                 else "hs_createdate", modified):  # fmt: skip
        yield Property(name, _label(name), "datetime", "date", defined_by_hubspot=True)
    yield Property("hs_object_id", "Record ID", "number", "number", defined_by_hubspot=True)
    yield Property("hs_merged_object_ids", "Merged IDs", "enumeration", "checkbox",
                   defined_by_hubspot=True)  # fmt: skip
    yield Property("hubspot_owner_id", "Owner", "enumeration", "select", defined_by_hubspot=True)
    for name in ("hs_object_source", "hs_object_source_id", "hs_object_source_label"):
        yield Property(name, _label(name), defined_by_hubspot=True)
    yield from _rows("object-properties.csv", object_type)


def _ticket_properties() -> Iterator[Property]:
    for definition in _rows("ticket-properties.csv", ""):
        # Those of the default pipeline's stages come from the pipelines this portal has.
        if not definition.name.startswith(("hs_date_entered_", "hs_date_exited_", "hs_time_in_")):
            yield definition
    yield Property("hs_is_closed", "Is Closed", "bool", "calculation_equation",
                   calculated=True, defined_by_hubspot=True)  # fmt: skip


def _rows(file: str, object_type: str) -> Iterator[Property]:
    with (_DATA / file).open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            if row.get("object_type", "") != object_type:
                continue
            pairs = [pair.partition("=") for pair in row["options"].split("|") if pair]
            yield Property(
                row["name"],
                row["label"],
                row["type"],
                row["field_type"],
                options=[option(v, label, i) for i, (v, _, label) in enumerate(pairs)],
                calculated=row["calculated"] == "true",
                defined_by_hubspot=True,
            )


def _label(name: str) -> str:
    return name.replace("hs_", "").replace("_", " ").capitalize()
