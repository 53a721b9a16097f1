"""From HubSpot's records to landing rows: names and times change here, values never do."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from include.hubspot.associations import Edge
from include.hubspot.moments import from_hubspot

Row = dict[str, Any]


def moment(text: str | None) -> datetime | None:
    """Parse one of HubSpot's moments, which may be missing or empty.

    Raises:
        ValueError: it is no moment.
    """
    return from_hubspot(text) if text else None


def as_json(value: object) -> str:
    """Render a JSON column as text."""
    return orjson.dumps(value).decode()


def object_row(record: Mapping[str, Any], *, partial: bool = False) -> Row:
    """Shape a ticket, contact, company or deal.

    Null values are left out (HubSpot sends one for every defined property that has no value);
    `""` stays, for it says that somebody cleared the property.

    Args:
        record: as HubSpot sent it.
        partial: only some properties were read: the row is laid over what is known, so a null
            stays and says that the property has no value any more.
    """
    values = {
        name: value for name, value in record["properties"].items() if partial or value is not None
    }
    return {
        "is_partial": partial,
        "id": str(record["id"]),
        "created_at": moment(record["createdAt"]),
        "updated_at": moment(record["updatedAt"]),
        "archived": bool(record.get("archived")),
        "archived_at": moment(record.get("archivedAt")),
        "properties": as_json(values),
    }


def purged_row(record_id: str, noticed_at: datetime) -> Row:
    """Shape what is known of a record that was deleted for good or merged away: gone since now.

    Laid over what is stored, so nothing that was observed is dropped.
    """
    return {
        "is_partial": True,
        "id": record_id,
        "created_at": noticed_at,
        "updated_at": noticed_at,
        "archived": True,
        "archived_at": noticed_at,
        "properties": "{}",
    }


def edge_row(object_type: str, edge: Edge) -> Row:
    """Shape a link of a ticket; its type ids and labels stay together as JSON."""
    return {
        "ticket_id": edge.from_id,
        "object_type": object_type,
        "object_id": edge.to_id,
        "types": as_json(edge.types),
    }


def owner_row(owner: Mapping[str, Any]) -> Row:
    """Shape an owner; `userId` is null once HubSpot has archived one."""
    return {
        "id": str(owner["id"]),
        "email": owner.get("email"),
        "type": owner.get("type"),
        "first_name": owner.get("firstName"),
        "last_name": owner.get("lastName"),
        "user_id": _text(owner.get("userId") or owner.get("userIdIncludingInactive")),
        "teams": as_json(owner.get("teams") or []),
        "archived": bool(owner.get("archived")),
        "created_at": moment(owner.get("createdAt")),
        "updated_at": moment(owner.get("updatedAt")),
    }


def pipeline_row(pipeline: Mapping[str, Any]) -> Row:
    """Shape a pipeline without its stages."""
    return {
        "id": str(pipeline["id"]),
        "label": pipeline.get("label"),
        "display_order": pipeline.get("displayOrder"),
        "archived": bool(pipeline.get("archived")),
        "created_at": moment(pipeline.get("createdAt")),
        "updated_at": moment(pipeline.get("updatedAt")),
    }


def stage_rows(pipeline: Mapping[str, Any]) -> list[Row]:
    """Shape a pipeline's stages; HubSpot sends `isClosed` as the text "true" or "false"."""
    return [
        {
            "pipeline_id": str(pipeline["id"]),
            "id": str(stage["id"]),
            "label": stage.get("label"),
            "display_order": stage.get("displayOrder"),
            "ticket_state": (stage.get("metadata") or {}).get("ticketState"),
            "is_closed": str((stage.get("metadata") or {}).get("isClosed", "")).lower() == "true",
            "archived": bool(stage.get("archived")),
            "created_at": moment(stage.get("createdAt")),
            "updated_at": moment(stage.get("updatedAt")),
        }
        for stage in pipeline.get("stages") or []
    ]


def property_row(object_type: str, definition: Mapping[str, Any]) -> Row:
    """Shape a property definition; the declared type is HubSpot's word, not a promise."""
    return {
        "object_type": object_type,
        "name": definition["name"],
        "label": definition.get("label"),
        "description": definition.get("description"),
        "type": definition.get("type"),
        "field_type": definition.get("fieldType"),
        "group_name": definition.get("groupName"),
        "options": as_json(definition.get("options") or []),
        "calculated": bool(definition.get("calculated")),
        "has_unique_value": bool(definition.get("hasUniqueValue")),
        "hidden": bool(definition.get("hidden")),
        "hubspot_defined": bool(definition.get("hubspotDefined")),
        "modification_metadata": as_json(definition.get("modificationMetadata") or {}),
        "archived": bool(definition.get("archived")),
    }


def property_group_row(object_type: str, group: Mapping[str, Any]) -> Row:
    """Shape a property group."""
    return {
        "object_type": object_type,
        "name": group["name"],
        "label": group.get("label"),
        "display_order": group.get("displayOrder"),
        "archived": bool(group.get("archived")),
    }


def account_row(details: Mapping[str, Any]) -> Row:
    """Shape the account's details."""
    return {
        "portal_id": str(details["portalId"]),
        "account_type": details.get("accountType"),
        "time_zone": details.get("timeZone"),
        "company_currency": details.get("companyCurrency"),
        "ui_domain": details.get("uiDomain"),
        "data_hosting_location": details.get("dataHostingLocation"),
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)
