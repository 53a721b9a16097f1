"""Defining, changing and removing property groups (hubspot-api.md 2.2)."""

from typing import Any

from include.sandbox.definitions import Definitions, Group
from include.sandbox.errors import AlreadyExists, InvalidInput, NotFound
from include.sandbox.property_writes import name_of


def create_group(definitions: Definitions, given: dict[str, Any]) -> Group:
    """Define a property group.

    Raises:
        InvalidInput: it is not valid.
        AlreadyExists: there is one of that name.
    """
    name, label = name_of(given.get("name")), given.get("label")
    if not isinstance(label, str) or not label:
        raise InvalidInput("Invalid input JSON: required fields are missing: label")
    known = definitions.groups.get(name)
    if known is not None:
        raise AlreadyExists(
            f"A property group named '{name}' already exists.",
            subCategory="PropertyGroupError.GROUP_WITH_NAME_EXISTS",
        )
    fresh = Group(name, label, _order(given))
    definitions.groups[name] = fresh
    return fresh


def change_group(group: Group, given: dict[str, Any]) -> Group:
    """Change a group's label or place.

    Raises:
        InvalidInput: the change is not valid.
    """
    label, order = given.get("label", group.label), _order(given)
    if not isinstance(label, str) or not label:
        raise InvalidInput("Invalid input JSON: label must be a text")
    group.label = label
    group.display_order = group.display_order if order is None else order
    return group


def _order(given: dict[str, Any]) -> int | None:
    order = given.get("displayOrder")
    if isinstance(order, bool) or not isinstance(order, int | None):
        raise InvalidInput("Invalid input JSON: displayOrder must be a whole number")
    return order


def archive_group(definitions: Definitions, name: str) -> None:
    """Remove a group that has no live properties.

    Raises:
        NotFound: there is no such group.
        InvalidInput: properties stand in it.
    """
    if name not in definitions.groups:
        raise NotFound(f"Property group {name[:100]!r} does not exist")
    held = [p.name for p in definitions.by_name.values() if p.group == name and not p.archived_at]
    if held or name == definitions.default_group:
        raise InvalidInput(
            f"Property group {name} has active properties and cannot be archived",
            subCategory="PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES",
        )
    del definitions.groups[name]
