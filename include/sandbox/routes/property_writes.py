"""Properties and groups: define, change, archive."""

from typing import Any

from include.sandbox.definitions import Definitions
from include.sandbox.errors import NotFound, Refusal
from include.sandbox.group_writes import archive_group, change_group, create_group
from include.sandbox.portal import Portal
from include.sandbox.property import Property
from include.sandbox.property_writes import (
    archive_property,
    change_property,
    create_property,
    refuse_archiving,
)
from include.sandbox.routes.batch import partial_answer
from include.sandbox.serving.call import Call
from include.sandbox.serving.endpoint import Endpoint
from include.sandbox.serving.wire import Answer, created_answer

MOST = 100


def create(portal: Portal, call: Call) -> Answer:
    """Define a property, or bring an archived one of that name back."""
    made = create_property(_definitions(portal, call), call.body(), portal.clock.now())
    return created_answer(call.url, made.name, made.body())


def update(portal: Portal, call: Call) -> dict[str, Any]:
    """Change a definition."""
    definitions, now = _definitions(portal, call), portal.clock.now()
    return change_property(definitions, _property(portal, call), call.body(), now).body()


def archive(portal: Portal, call: Call) -> tuple[int, None]:
    """Archive a property."""
    definitions, now = _definitions(portal, call), portal.clock.now()
    archive_property(definitions, _property(portal, call), now)
    return 204, None


def batch_create(portal: Portal, call: Call) -> tuple[int, dict[str, Any]]:
    """Define several properties, each for itself."""
    definitions, now = _definitions(portal, call), portal.clock.now()
    made, errors = [], []
    for item in call.items(MOST):
        try:
            made.append(create_property(definitions, item, now).body())
        except Refusal as refusal:
            errors.append(refusal.entry({"name": [str(item.get("name"))[:100]]}))
    return partial_answer(portal, call, made, errors, 200 if call.family == "2026-09" else 201)


def batch_archive(portal: Portal, call: Call) -> tuple[int, None]:
    """Archive several properties, all or none; unknown names do not matter."""
    definitions, now = _definitions(portal, call), portal.clock.now()
    named = call.named(call.body(), MOST, "name")
    found = [p for name in dict.fromkeys(named) if (p := definitions.live(name)) is not None]
    for definition in found:
        refuse_archiving(definitions, definition)
    for definition in found:
        archive_property(definitions, definition, now)
    return 204, None


def create_group_(portal: Portal, call: Call) -> Answer:
    """Define a group."""
    definitions = _definitions(portal, call)
    group = create_group(definitions, call.body())
    body = group.body(sorted(definitions.groups).index(group.name))
    return created_answer(call.url, group.name, body)


def update_group(portal: Portal, call: Call) -> dict[str, Any]:
    """Change a group."""
    definitions, name = _definitions(portal, call), call.path["name"]
    if name not in definitions.groups:
        raise NotFound(f"Property group {name[:100]!r} does not exist")
    group = change_group(definitions.groups[name], call.body())
    return group.body(sorted(definitions.groups).index(name))


def archive_group_(portal: Portal, call: Call) -> tuple[int, None]:
    """Remove a group without live properties."""
    archive_group(_definitions(portal, call), call.path["name"])
    return 204, None


def _definitions(portal: Portal, call: Call) -> Definitions:
    return portal.stores[call.path["object_type"]].definitions


def _property(portal: Portal, call: Call) -> Property:
    found = _definitions(portal, call).writable(call.path["name"])
    if found is None:
        raise NotFound(f"Property {call.path['name'][:100]!r} does not exist")
    return found


_LEGACY, _DATED = "/crm/v3/properties/{object_type}", "/crm/properties/{D}/{object_type}"
ENDPOINTS = [
    Endpoint(method, _LEGACY + rest, _DATED + rest, handler, "schema", writes=True)
    for method, rest, handler in (
        ("POST", "", create),
        ("POST", "/batch/create", batch_create),
        ("POST", "/batch/archive", batch_archive),
        ("POST", "/groups", create_group_),
        ("PATCH", "/groups/{name}", update_group),
        ("DELETE", "/groups/{name}", archive_group_),
        ("PATCH", "/{name}", update),
        ("DELETE", "/{name}", archive),
    )
]
