"""Property definitions and groups. There is no paging here, as at HubSpot."""

from typing import Any

from include.sandbox.definitions import Definitions
from include.sandbox.errors import InvalidInput, NotFound
from include.sandbox.portal import Portal
from include.sandbox.property import Property
from include.sandbox.routes.batch import batch_answer
from include.sandbox.serving.call import Call
from include.sandbox.serving.endpoint import Endpoint


def list_properties(portal: Portal, call: Call) -> dict[str, Any]:
    """List definitions: the live or the archived ones, never the sensitive ones unasked."""
    definitions, asked = _definitions(portal, call), _sensitivity(call.text("dataSensitivity"))
    shown = [p for p in definitions.listed(call.flag("archived")) if p.sensitivity == asked]
    return {"results": [p.body() for p in shown if asked not in definitions.secret]}


def _sensitivity(given: Any) -> str:
    """Return which properties are asked for: without a word, never the sensitive ones."""
    asked = given or "non_sensitive"
    if asked not in ("non_sensitive", "sensitive", "highly_sensitive"):
        raise InvalidInput("dataSensitivity must be non_sensitive, sensitive or highly_sensitive")
    return asked


def _is_shown(
    definitions: Definitions, definition: Property, asked: str, *, archived: bool
) -> bool:
    return (
        (definition.archived_at is not None) == archived
        and definition.sensitivity == asked
        and asked not in definitions.secret
    )


def get_property(portal: Portal, call: Call) -> dict[str, Any]:
    """Show one definition."""
    definitions = _definitions(portal, call)
    found = definitions.by_name.get(call.path["name"])
    asked = _sensitivity(call.text("dataSensitivity"))
    if found is None or not _is_shown(definitions, found, asked, archived=call.flag("archived")):
        raise NotFound(f"Property {call.path['name'][:100]!r} does not exist")
    return found.body()


def batch_read_properties(portal: Portal, call: Call) -> tuple[int, dict[str, Any]]:
    """Show several definitions by name."""
    body = call.body()
    archived, definitions = body.get("archived") is True, _definitions(portal, call)
    asked = _sensitivity(body.get("dataSensitivity"))
    found, missing = [], []
    for name in dict.fromkeys(call.named(body, 100, "name")):
        definition = definitions.by_name.get(name)
        if definition is not None and _is_shown(definitions, definition, asked, archived=archived):
            found.append(definition.body())
        else:
            missing.append(name)
    return batch_answer(portal, call, found, missing, "properties")


def list_groups(portal: Portal, call: Call) -> dict[str, Any]:
    """List the property groups."""
    groups = _definitions(portal, call).groups
    return {"results": [groups[name].body(i) for i, name in enumerate(sorted(groups))]}


def get_group(portal: Portal, call: Call) -> dict[str, Any]:
    """Show one property group."""
    groups, name = _definitions(portal, call).groups, call.path["name"]
    if name not in groups:
        raise NotFound(f"Property group {name[:100]!r} does not exist")
    return groups[name].body(sorted(groups).index(name))


def _definitions(portal: Portal, call: Call) -> Definitions:
    return portal.stores[call.path["object_type"]].definitions


_LEGACY, _DATED = "/crm/v3/properties/{object_type}", "/crm/properties/{D}/{object_type}"
ENDPOINTS = [
    Endpoint(method, _LEGACY + rest, _DATED + rest, handler, "schema")
    for method, rest, handler in (
        ("GET", "", list_properties),
        ("POST", "/batch/read", batch_read_properties),
        ("GET", "/groups", list_groups),
        ("GET", "/groups/{name}", get_group),
        ("GET", "/{name}", get_property),
    )
]
