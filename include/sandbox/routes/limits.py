"""Limits tracking: how much of what an account may hold is used, which a migration asks first."""

from typing import Any

from include.sandbox.portal import Portal
from include.sandbox.serving.call import Call
from include.sandbox.serving.endpoint import Endpoint
from include.sandbox.store import SINGULAR, TYPE_IDS, object_type_of

# What a Professional account may hold (HubSpot's product catalogue; portals differ).
RECORDS, PROPERTIES, CALCULATED, PIPELINES, LABELS, LINKS = 15_000_000, 1_000, 25, 15, 10, 50_000
_LABELLED = ("contacts", "companies", "deals", "tickets")


def records(portal: Portal, call: Call) -> dict[str, Any]:  # noqa: ARG001
    """Show how many records of each object stand."""
    return _by_object({t: len(store.live) for t, store in portal.stores.items()}, RECORDS)


def pipelines(portal: Portal, call: Call) -> dict[str, Any]:  # noqa: ARG001
    """Show how many pipelines stand."""
    return _by_object({t: len(found.all) for t, found in portal.pipelines_of.items()}, PIPELINES)


def custom_properties(portal: Portal, call: Call) -> dict[str, Any]:  # noqa: ARG001
    """Show how many properties of its own the portal defines."""
    used = {
        t: sum(not p.defined_by_hubspot for p in store.definitions.listed(archived=False))
        for t, store in portal.stores.items()
    }
    rows = [_row(t, count, PROPERTIES) for t, count in used.items()]
    return {"byObjectType": rows, **_overall(sum(used.values()), PROPERTIES * len(used))}


def calculated_properties(portal: Portal, call: Call) -> dict[str, Any]:  # noqa: ARG001
    """Show how many calculated properties of its own the portal defines."""
    used = {
        t: sum(
            p.calculated and not p.defined_by_hubspot
            for p in store.definitions.listed(archived=False)
        )
        for t, store in portal.stores.items()
    }
    rows = [_row(t, count) for t, count in used.items()]
    return {"byObjectType": rows, **_overall(sum(used.values()), CALCULATED)}


def custom_object_types(portal: Portal, call: Call) -> dict[str, Any]:  # noqa: ARG001
    """Show that there are no custom objects."""
    return {"limit": 10, "usage": 0, "percentage": 0.0}


def labels(portal: Portal, call: Call) -> dict[str, Any]:
    """Show how many labels of its own the portal has for each pair of objects."""
    known = portal.associations.labels.defined
    wanted = [call.text("fromObjectTypeId"), call.text("toObjectTypeId")]
    results = []
    for here in _LABELLED:
        for there in _LABELLED:
            if any(w and w != TYPE_IDS[t] for w, t in zip(wanted, (here, there), strict=True)):
                continue
            mine = [definition.label for definition in known.get((here, there), {}).values()]
            results.append(
                {
                    "fromObjectType": _named(here),
                    "toObjectType": _named(there),
                    "allLabels": mine,
                    "limit": LABELS,
                    "usage": len(mine),
                    "percentage": _share(len(mine), LABELS),
                }
            )
    return {"results": results}


def links_from(portal: Portal, call: Call) -> dict[str, Any]:
    """Show which objects have records at or near their limit of links."""
    given = object_type_of(call.path.get("object_type", ""))
    results = []
    for here in _LABELLED:
        directions = [
            (start, end)
            for start, end in portal.associations.edges
            if (start == here if given is None else (start, end) == (given, here))
        ]
        most = max((_most(portal, *direction) for direction in directions), default=0)
        near, at = most >= LINKS * 8 // 10, most >= LINKS
        results.append({**_named(here), "hasRecordsNearLimit": near, "hasRecordsAtLimit": at})
    return {"results": results}


def links_between(portal: Portal, call: Call) -> dict[str, Any]:
    """List the records of one object that are near their limit of links to another, or at it."""
    here, there = call.path["from_type"], call.path["to_type"]
    edges = portal.associations.edges.get((here, there), {})
    return {
        "results": [
            {
                "recordId": str(start),
                "usage": len(ends),
                "limit": LINKS,
                "percentage": _share(len(ends), LINKS),
            }
            for start, ends in sorted(edges.items())
            if len(ends) >= LINKS * 8 // 10
        ]
    }


def _most(portal: Portal, here: str, there: str) -> int:
    return max((len(e) for e in portal.associations.edges[(here, there)].values()), default=0)


def _named(object_type: str) -> dict[str, str]:
    return {
        "objectTypeId": TYPE_IDS[object_type],
        "singularLabel": SINGULAR[object_type].title(),
        "pluralLabel": object_type.title(),
    }


def _share(usage: int, limit: int) -> float:
    return round(100 * usage / limit, 4)


def _row(object_type: str, usage: int, limit: int | None = None) -> dict[str, Any]:
    row: dict[str, Any] = {**_named(object_type), "usage": usage}
    return row if limit is None else row | {"limit": limit, "percentage": _share(usage, limit)}


def _overall(usage: int, limit: int) -> dict[str, Any]:
    return {"overallLimit": limit, "overallUsage": usage, "overallPercentage": _share(usage, limit)}


def _by_object(used: dict[str, int], limit: int) -> dict[str, Any]:
    return {
        "hubspotDefinedObjectTypes": [_row(t, count, limit) for t, count in used.items()],
        "customObjectTypes": {"byObjectType": [], **_overall(0, limit)},
    }


_LEGACY, _DATED = "/crm/v3/limits", "/crm/limits/{D}"
ENDPOINTS = [
    Endpoint("GET", f"{_LEGACY}/{rest}", f"{_DATED}/{rest}", handler, "")
    for rest, handler in (
        ("records", records),
        ("pipelines", pipelines),
        ("custom-properties", custom_properties),
        ("calculated-properties", calculated_properties),
        ("custom-object-types", custom_object_types),
        ("associations/labels", labels),
        ("associations/records/from", links_from),
        ("associations/records/{object_type}/to", links_from),
        ("associations/records/{from_type}/{to_type}", links_between),
    )
]
