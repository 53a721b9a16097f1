"""What only people do, in HubSpot's settings: restore records, demand properties."""

from typing import Any

from include.sandbox.errors import ControlRefused
from include.sandbox.portal import Portal
from include.sandbox.store import object_type_of, record_id_of


def restore(portal: Portal, wanted: dict[str, Any]) -> dict[str, Any]:
    """Take records out of the recycle bin.

    Args:
        portal: the portal.
        wanted: `object_type` (tickets) and `ids`.

    Returns:
        `restored` and `not_restored` ids: those that are not in the bin (merged, purged, live).

    Raises:
        ControlRefused: the request cannot be understood.
    """
    object_type = _object_type(wanted, {"object_type", "ids"})
    ids = wanted.get("ids")
    if not isinstance(ids, list):
        raise ControlRefused('restore needs {"ids": a list of record ids}.')
    done: dict[str, Any] = {"restored": [], "not_restored": []}
    for given in ids:
        record_id = record_id_of(str(given))
        back = record_id is not None and portal.restore(object_type, record_id)
        done["restored" if back else "not_restored"].append(str(given))
    return done


def require(portal: Portal, wanted: dict[str, Any]) -> dict[str, Any]:
    """Demand properties of 2026-09's writers, as a portal's settings can.

    Args:
        portal: the portal.
        wanted: `object_type` (tickets), `create`: names demanded of new records, `conditional`: a
            list of {`property`, `when`, `values`}.

    Returns:
        What is demanded now; it replaces what was.

    Raises:
        ControlRefused: the request cannot be understood, or names an unknown property.
    """
    object_type = _object_type(wanted, {"object_type", "create", "conditional"})
    definitions = portal.stores[object_type].definitions
    names, rules = wanted.get("create") or [], wanted.get("conditional") or []
    if not isinstance(names, list) or not isinstance(rules, list):
        raise ControlRefused("create and conditional must be lists.")
    conditional = [_rule(rule) for rule in rules]
    for name in [*names, *(name for rule in conditional for name in rule[:2])]:
        if not isinstance(name, str) or definitions.live(name) is None:
            raise ControlRefused(f"The {object_type} have no property {name!r}.")
    definitions.required, definitions.conditional = set(names), conditional
    return {"object_type": object_type, "create": names, "conditional": rules}


def _rule(rule: Any) -> tuple[str, str, frozenset[str]]:
    if not isinstance(rule, dict) or not isinstance(rule.get("values"), list):
        raise ControlRefused("A conditional rule needs property, when and values.")
    values = frozenset(str(value) for value in rule["values"])
    return str(rule.get("property")), str(rule.get("when")), values


def _object_type(wanted: dict[str, Any], known: set[str]) -> str:
    unknown = sorted(set(wanted) - known)
    if unknown:
        raise ControlRefused(f"There is no field {unknown[0]!r} here.")
    object_type = object_type_of(str(wanted.get("object_type") or "tickets"))
    if object_type is None:
        raise ControlRefused(f"object_type {wanted['object_type']!r} is none.")
    return object_type
