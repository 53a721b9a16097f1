"""What the target defines: properties, groups, pipelines, stages, owners, labels."""

from collections.abc import Iterator
from typing import Any

import orjson

from include.hubspot import reference
from include.hubspot.definitions import association_labels
from include.hubspot.session import HubSpotSession

OBJECT_TYPES = (
    "tickets", "contacts", "companies", "deals", "notes", "emails", "calls", "meetings", "tasks",
)  # fmt: skip
RELATED = ("contacts", "companies", "deals")
Rows = Iterator[tuple]


def property_groups(session: HubSpotSession) -> Rows:
    """Groups of every object type, as `lookups.property_groups`."""
    for object_type in OBJECT_TYPES:
        for one in reference.property_groups(session, object_type):
            yield object_type, one["name"], one.get("label"), one.get("displayOrder")


def properties(session: HubSpotSession) -> Rows:
    """Properties of every object type, archived ones too, as `lookups.properties`."""
    for object_type in OBJECT_TYPES:
        for archived in (False, True):
            for one in reference.property_definitions(session, object_type, archived):
                yield _property(object_type, one, archived)


def _property(object_type: str, one: dict[str, Any], archived: bool) -> tuple:
    metadata = one.get("modificationMetadata") or {}
    read_only = bool(metadata.get("readOnlyValue")) or bool(one.get("calculated"))
    return (
        object_type,
        one["name"],
        one.get("type"),
        one.get("fieldType"),
        one.get("groupName"),
        read_only,
        bool(one.get("hasUniqueValue")),
        bool(one.get("hubspotDefined")),
        archived,
        orjson.dumps(one, option=orjson.OPT_SORT_KEYS).decode(),
    )


def pipelines(session: HubSpotSession) -> tuple[list[tuple], list[tuple]]:
    """Ticket pipelines and their stages, as `lookups.pipelines` and `lookups.stages`."""
    found = reference.pipelines(session, "tickets")
    stages = [
        (
            one["id"],
            stage["id"],
            stage["label"],
            stage.get("displayOrder"),
            (stage.get("metadata") or {}).get("ticketState", "OPEN"),
        )
        for one in found
        for stage in one["stages"]
    ]
    return [(one["id"], one["label"], one.get("displayOrder")) for one in found], stages


def owners(session: HubSpotSession) -> Rows:
    """Owners, archived ones too, as `lookups.owners`."""
    for archived in (False, True):
        for one in reference.owners(session, archived):
            email = str(one.get("email") or "").lower() or None
            yield str(one["id"]), email, one.get("type"), archived


def labels(session: HubSpotSession) -> Rows:
    """Types of links from tickets, as `lookups.association_labels`."""
    for object_type in RELATED:
        for one in association_labels(session, "tickets", object_type):
            yield object_type, one.get("category"), one.get("typeId"), one.get("label")
