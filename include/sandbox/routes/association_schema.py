"""Association labels and configured limits: what links may be, not which there are."""

from typing import Any

from include.sandbox.association_labels import Labels
from include.sandbox.association_types import HUBSPOT_DEFINED
from include.sandbox.errors import InvalidInput, NotFound
from include.sandbox.moments import to_iso
from include.sandbox.portal import Portal
from include.sandbox.routes.batch import envelope
from include.sandbox.serving.call import Call
from include.sandbox.serving.endpoint import Endpoint
from include.sandbox.store import TYPE_IDS

MAX_TYPES, MAX_LABEL, MAX_LINKS, MAX_INPUTS = 10, 50, 50_000, 100
Done = tuple[int, Any]


def list_labels(portal: Portal, call: Call) -> dict[str, Any]:
    """List the types that links between two object types can have."""
    here, there = _direction(call)
    types = portal.associations.labels.all_types(here, there)
    return {"results": [_type(portal.associations.labels, here, there, i) for i in types]}


def create_label(portal: Portal, call: Call) -> dict[str, Any]:
    """Define a label; answer its type in both directions."""
    here, there = _direction(call)
    labels, body = portal.associations.labels, call.body()
    label, name = _text(body, "label"), _text(body, "name")
    inverse = _text(body, "inverseLabel", required=False)
    known = labels.defined.get((here, there), {}).values()
    if any(definition.name == name for definition in known):
        raise InvalidInput(f"An association label named '{name}' already exists")
    _refuse_label(labels, here, there, label)
    if here != there or inverse:
        _refuse_label(labels, there, here, inverse or label)
    type_id, back = labels.create(here, there, name, label, inverse)
    portal.associations.relabelled()
    shown = [_type(labels, here, there, type_id)]
    return {"results": shown if back == type_id else [*shown, _type(labels, there, here, back)]}


def _refuse_label(labels: Labels, here: str, there: str, label: str) -> None:
    types = labels.all_types(here, there)
    if label in {labels.category_and_label(here, there, type_id)[1] for type_id in types}:
        raise InvalidInput(f"The label '{label}' is used already from {here} to {there}")
    if len(types) >= MAX_TYPES:
        raise InvalidInput(f"There can be at most {MAX_TYPES} types from {here} to {there}")


def update_label(portal: Portal, call: Call) -> Done:
    """Change what a label says."""
    here, there = _direction(call)
    body = call.body()
    type_id = _own_type(portal, here, there, body.get("associationTypeId"))
    label, inverse = _text(body, "label"), _text(body, "inverseLabel", required=False)
    portal.associations.labels.relabel(here, there, type_id, label, inverse)
    portal.associations.relabelled()
    return 204, None


def delete_label(portal: Portal, call: Call) -> Done:
    """Forget a label; the links that carried it stay without it."""
    here, there = _direction(call)
    given = call.path["type_id"]
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None
    type_id = _own_type(portal, here, there, number)
    portal.associations.forget_type(here, there, type_id)
    return 204, None


def list_configurations(portal: Portal, call: Call) -> dict[str, Any]:
    """List the configured limits between two object types."""
    return {"results": _configured(portal, *_direction(call))}


def list_all_configurations(portal: Portal, call: Call) -> dict[str, Any]:  # noqa: ARG001
    """List all configured limits."""
    directions = sorted({(here, there) for here, there, _ in portal.associations.labels.limits})
    return {"results": [row for pair in directions for row in _configured(portal, *pair)]}


def set_configurations(portal: Portal, call: Call) -> Done:
    """Limit how many records one record may be linked to by a type (create and update alike)."""
    here, there = _direction(call)
    asked = [
        (_known_type(portal, here, there, item), _most(item)) for item in call.items(MAX_INPUTS)
    ]
    for type_id, most in asked:
        portal.associations.labels.limits[(here, there, type_id)] = most
    wanted = {type_id for type_id, _ in asked}
    rows = [r for r in _configured(portal, here, there) if r["typeId"] in wanted]
    return 200, envelope(portal, rows)


def purge_configurations(portal: Portal, call: Call) -> Done:
    """Take configured limits away."""
    here, there = _direction(call)
    for type_id in [_known_type(portal, here, there, item) for item in call.items(MAX_INPUTS)]:
        portal.associations.labels.limits.pop((here, there, type_id), None)
    return 204, None


def high_usage_report(portal: Portal, call: Call) -> dict[str, Any]:
    """Promise a user the report that HubSpot sends by e-mail (here nobody is written to)."""
    for owner in portal.owners:
        if str(owner.user_id) == call.path["user_id"]:
            now = to_iso(portal.clock.now())
            return {"userId": owner.user_id, "userEmail": owner.email, "enqueueTime": now}
    raise NotFound("resource not found")


def _direction(call: Call) -> tuple[str, str]:
    return call.path["from_type"], call.path["to_type"]


def _type(labels: Labels, here: str, there: str, type_id: int) -> dict[str, Any]:
    category, label = labels.category_and_label(here, there, type_id)
    return {"category": category, "typeId": type_id, "label": label}


def _text(body: dict[str, Any], field: str, *, required: bool = True) -> str:
    text = body.get(field)
    if text is None and not required:
        return ""
    if not isinstance(text, str) or not text.strip() or len(text) > MAX_LABEL:
        raise InvalidInput(f"Invalid input JSON: {field} must be 1 to {MAX_LABEL} characters")
    return text


def _known_type(portal: Portal, here: str, there: str, item: dict[str, Any]) -> int:
    type_id = item.get("typeId")
    known = isinstance(type_id, int) and not isinstance(type_id, bool)
    if not known or type_id not in portal.associations.labels.all_types(here, there):
        raise InvalidInput(f"Association type {str(type_id)[:20]} does not exist")
    return int(type_id)


def _own_type(portal: Portal, here: str, there: str, type_id: Any) -> int:
    """Return the id of a portal's own type, which alone can be changed."""
    if not isinstance(type_id, int) or isinstance(type_id, bool):
        raise NotFound(f"Association type {str(type_id)[:20]} does not exist")
    if type_id in HUBSPOT_DEFINED.get((here, there), {}):
        raise InvalidInput("HubSpot defined association types cannot be changed")
    if portal.associations.labels.find(here, there, type_id) is None:
        raise NotFound(f"Association type {type_id} does not exist")
    return type_id


def _most(item: dict[str, Any]) -> int:
    most = item.get("maxToObjectIds")
    if not isinstance(most, int) or isinstance(most, bool) or not 1 <= most <= MAX_LINKS:
        raise InvalidInput(f"Invalid input JSON: maxToObjectIds must lie in 1..{MAX_LINKS}")
    return most


def _configured(portal: Portal, here: str, there: str) -> list[dict[str, Any]]:
    labels = portal.associations.labels
    return [
        {
            "fromObjectTypeId": TYPE_IDS[here],
            "toObjectTypeId": TYPE_IDS[there],
            **_type(labels, here, there, type_id),
            "userEnforcedMaxToObjectIds": labels.limits[(here, there, type_id)],
        }
        for type_id in labels.all_types(here, there)
        if (here, there, type_id) in labels.limits
    ]


_PAIR = "{from_type}/{to_type}"
ENDPOINTS = [
    Endpoint(
        method,
        f"/crm/v4/associations/{rest}",
        f"/crm/associations/{{D}}/{rest}",
        handler,
        "" if "_type}" not in rest else "object",
        writes=writes,
    )
    for method, rest, handler, writes in (
        ("GET", "definitions/configurations/all", list_all_configurations, False),
        ("GET", f"definitions/configurations/{_PAIR}", list_configurations, False),
        ("POST", f"definitions/configurations/{_PAIR}/batch/create", set_configurations, True),
        ("POST", f"definitions/configurations/{_PAIR}/batch/update", set_configurations, True),
        ("POST", f"definitions/configurations/{_PAIR}/batch/purge", purge_configurations, True),
        ("POST", "usage/high-usage-report/{user_id}", high_usage_report, False),
        ("GET", f"{_PAIR}/labels", list_labels, False),
        ("POST", f"{_PAIR}/labels", create_label, True),
        ("PUT", f"{_PAIR}/labels", update_label, True),
        ("DELETE", f"{_PAIR}/labels/{{type_id}}", delete_label, True),
    )
]
