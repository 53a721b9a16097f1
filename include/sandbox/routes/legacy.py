"""Routes of v1, v2 and odd v3/v4 ones that connectors in the field still call (peers.md 1)."""

from typing import Any

from include.sandbox.definitions import Property
from include.sandbox.errors import NotFound
from include.sandbox.portal import Portal
from include.sandbox.routes.objects import get_record, list_records
from include.sandbox.routes.owners import list_owners
from include.sandbox.serving.call import Call
from include.sandbox.serving.endpoint import Endpoint
from include.sandbox.store import object_type_of

# Objects that HubSpot has and this portal has no records of: their definitions are never empty.
_ELSEWHERE = ("product", "line_item", "quote", "form", "goal_target", "lead", "marketing_email",
              "feedback_submission", "order", "cart", "invoice", "user", "communication",
              "postal_mail", "deal_split")  # fmt: skip


def properties_v2(portal: Portal, call: Call) -> list[dict[str, Any]]:
    """List an object's definitions as v2 shows them: a plain list, for every object HubSpot has."""
    return _definitions(portal, call.path["name"])


def company_properties(portal: Portal, call: Call) -> list[dict[str, Any]]:  # noqa: ARG001
    """List the definitions of companies."""
    return _definitions(portal, "companies")


def deal_properties(portal: Portal, call: Call) -> list[dict[str, Any]]:  # noqa: ARG001
    """List the definitions of deals."""
    return _definitions(portal, "deals")


def deal_pipelines(portal: Portal, call: Call) -> list[dict[str, Any]]:  # noqa: ARG001
    """List the deal pipelines as v1 shows them."""
    return [
        {
            "pipelineId": pipeline.id,
            "label": pipeline.label,
            "displayOrder": pipeline.display_order,
            "active": True,
            "staticDefault": pipeline.id == "default",
            "stages": [
                {
                    "stageId": stage.id,
                    "label": stage.label,
                    "displayOrder": stage.display_order,
                    "active": True,
                    "probability": float(stage.probability),
                    "closedWon": stage.probability == "1.0",
                }
                for stage in pipeline.stages
            ],
        }
        for pipeline in portal.pipelines_of["deals"].all
    ]


def schemas(portal: Portal, call: Call) -> dict[str, Any]:  # noqa: ARG001
    """List the custom objects: this portal has none."""
    return {"results": []}


def _definitions(portal: Portal, name: str) -> list[dict[str, Any]]:
    object_type = object_type_of(name)
    if object_type in portal.stores:
        return [_v2(p) for p in portal.stores[object_type].definitions.listed(archived=False)]
    if name.rstrip("s") not in _ELSEWHERE:
        raise NotFound(f"Unable to infer object type from: {name[:100]}")
    few = (
        Property("hs_object_id", "Record ID", "number", "number", defined_by_hubspot=True),
        Property("hs_createdate", "Create date", "datetime", "date", defined_by_hubspot=True),
        Property("hs_lastmodifieddate", "Last modified", "datetime", "date",
                 defined_by_hubspot=True),
    )  # fmt: skip
    return [_v2(definition) for definition in few]


def _v2(definition: Property) -> dict[str, Any]:
    body = definition.body()
    return {
        "name": body["name"],
        "label": body["label"],
        "description": body["description"],
        "groupName": body["groupName"],
        "type": body["type"],
        "fieldType": body["fieldType"],
        "options": body["options"],
        "hidden": body["hidden"],
        "calculated": body["calculated"],
        "externalOptions": body["externalOptions"],
        "hubspotDefined": body["hubspotDefined"],
        "readOnlyValue": body["modificationMetadata"]["readOnlyValue"],
        "createdAt": definition.created,
        "updatedAt": definition.updated,
        "deleted": False,
    }


_V4 = "/crm/v4/objects/{object_type}"
ENDPOINTS = [
    Endpoint("GET", _V4, "", list_records),
    Endpoint("GET", f"{_V4}/{{id}}", "", get_record),
    Endpoint("GET", "/crm/v3/owners/", "", list_owners, "crm.objects.owners.read"),
    Endpoint("GET", "/properties/v2/{name}/properties", "", properties_v2, ""),
    Endpoint("GET", "/properties/v1/deals/properties", "", deal_properties, ""),
    Endpoint("GET", "/companies/v2/properties", "", company_properties, ""),
    Endpoint("GET", "/deals/v1/pipelines", "", deal_pipelines, ""),
    Endpoint("GET", "/crm/v3/schemas", "", schemas, ""),
    Endpoint(
        "GET", "/crm-object-schemas/v3/schemas", "/crm-object-schemas/{D}/schemas", schemas, ""
    ),
]
