"""Defining, changing and archiving properties and groups (hubspot-api.md 2.2)."""

import re
from typing import Any

from include.sandbox.definitions import Definitions
from include.sandbox.errors import AlreadyExists, InvalidInput
from include.sandbox.property import Property, option

MAX_UNIQUE, MAX_NAME = 10, 100
_NAME = re.compile(r"[a-z][a-z0-9_]*")
# Which field types a type can have.
_FIELD_TYPES = {
    "bool": {"booleancheckbox", "calculation_equation"},
    "date": {"date"},
    "datetime": {"date"},
    "enumeration": {"booleancheckbox", "checkbox", "radio", "select", "calculation_equation"},
    "number": {"number", "calculation_equation"},
    "phone_number": {"phonenumber"},
    "string": {"file", "html", "phonenumber", "text", "textarea", "calculation_equation"},
}
_SENSITIVITIES = ("non_sensitive", "sensitive", "highly_sensitive")
# Field of the request -> field of the definition, and its JSON type.
_FIELDS: dict[str, tuple[str, type]] = {
    "label": ("label", str),
    "type": ("type", str),
    "fieldType": ("field_type", str),
    "groupName": ("group", str),
    "description": ("description", str),
    "displayOrder": ("display_order", int),
    "hidden": ("hidden", bool),
    "formField": ("form_field", bool),
    "hasUniqueValue": ("unique", bool),
    "dataSensitivity": ("sensitivity", str),
    "calculationFormula": ("formula", str),
}
_OF_HUBSPOTS_OWN = {"options", "displayOrder", "hidden"}  # what a portal may change there


def create_property(definitions: Definitions, given: dict[str, Any], now: int) -> Property:
    """Define a property; the name of an archived one brings that one back as it was.

    Raises:
        InvalidInput: the definition is not valid.
        AlreadyExists: there is a live property of that name.
    """
    missing = [f for f in ("name", "label", "type", "fieldType", "groupName") if not given.get(f)]
    if missing:
        raise InvalidInput(f"Invalid input JSON: required fields are missing: {', '.join(missing)}")
    name = name_of(given["name"])
    known = definitions.by_name.get(name)
    if known is not None and known.archived_at is None:
        raise AlreadyExists(
            f"A property named '{name}' already exists.",
            subCategory="Properties.PROPERTY_WITH_NAME_EXISTS",
        )
    if known is not None:
        known.archived_at, known.updated = None, now
        definitions.bin.pop(name, None)
        definitions.version += 1
        return known
    if name.startswith("hs_"):
        raise InvalidInput(f"Property name must not start with hs_, but given: {name}")
    fresh = Property(name, "", created=now, updated=now)
    _check(definitions, fresh, given, changes=_changes(fresh, given))
    unique = sum(p.unique for p in definitions.by_name.values() if p.archived_at is None)
    if fresh.unique and unique >= MAX_UNIQUE:
        raise InvalidInput(f"Only {MAX_UNIQUE} unique properties are allowed for an object type")
    definitions.define(fresh)
    return fresh


def change_property(
    definitions: Definitions, definition: Property, given: dict[str, Any], now: int
) -> Property:
    """Change a definition; `options` replaces the whole list.

    Raises:
        InvalidInput: the change is not valid, or the definition is HubSpot's own.
    """
    refused = set(given) & {*_FIELDS, "options"} - _OF_HUBSPOTS_OWN
    if definition.defined_by_hubspot and (refused or definition.calculated):
        raise InvalidInput(
            f"Property {definition.name} is defined by HubSpot: its definition is read only",
            subCategory="PropertyValidationError.READ_ONLY_DEFINITION",
        )
    if definition.read_only_options and given.get("options") is not None:
        raise InvalidInput(
            f"Property {definition.name} is defined by HubSpot: its options are read only",
            subCategory="PropertyValidationError.READ_ONLY_OPTIONS",
        )
    changes = _changes(definition, given)
    if changes.get("unique", definition.unique) != definition.unique:
        raise InvalidInput(f"hasUniqueValue of {definition.name} cannot be changed")
    _check(definitions, definition, given, changes=changes)
    definition.updated = now
    definitions.version += 1
    return definition


def archive_property(definitions: Definitions, definition: Property, now: int) -> None:
    """Archive a property; its values come back when it is restored within 90 days.

    Raises:
        InvalidInput: it is HubSpot's own, or the portal's settings demand it.
    """
    refuse_archiving(definitions, definition)
    definition.archived_at = definitions.bin[definition.name] = now
    definitions.version += 1


def refuse_archiving(definitions: Definitions, definition: Property) -> None:
    """Refuse to archive a property that has to stay.

    Raises:
        InvalidInput: it is HubSpot's own, or the portal's settings demand it.
    """
    if definition.defined_by_hubspot:
        raise InvalidInput(
            f"Property {definition.name} is defined by HubSpot and cannot be archived",
            subCategory="PropertyValidationError.CANNOT_DELETE_HUBSPOT_DEFINED_PROPERTY",
        )
    demanded = {name for rule in definitions.conditional for name in rule[:2]}
    if definition.name in definitions.required | demanded:
        raise InvalidInput(
            f"Property {definition.name} is in use and cannot be archived",
            subCategory="PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE",
        )


def name_of(given: Any) -> str:
    """Return a property's or a group's name.

    Raises:
        InvalidInput: it is none.
    """
    if not isinstance(given, str) or len(given) > MAX_NAME:
        raise InvalidInput(f"Property name must be a string of at most {MAX_NAME} characters")
    if given != given.lower():
        raise InvalidInput(f"Property name must be lowercase, but given: {given}")
    if not _NAME.fullmatch(given):
        raise InvalidInput(
            f"Property name must begin with a letter and contain only lowercase letters, numbers"
            f" and underscores, but given: {given}"
        )
    return given


def _changes(definition: Property, given: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that a request sets, by the definition's own names."""
    changes: dict[str, Any] = {}
    for field, (name, kind) in _FIELDS.items():
        value = given.get(field)
        if value is None:
            continue
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise InvalidInput(f"Invalid input JSON: {field} must be a {kind.__name__}")
        changes[name] = value
    if given.get("options") is not None:
        changes["options"] = _options(given["options"])
    if changes.get("type", definition.type) == "bool" and not (
        changes.get("options") or definition.options
    ):
        changes["options"] = [option("true", "Yes", 0), option("false", "No", 1)]
    return changes


def _options(given: Any) -> list[dict[str, Any]]:
    if not isinstance(given, list):
        raise InvalidInput("Invalid input JSON: options must be a list")
    options: list[dict[str, Any]] = []
    for i, item in enumerate(given):
        value = item.get("value") if isinstance(item, dict) else None
        label = item.get("label") if isinstance(item, dict) else None
        if not isinstance(value, str) or not isinstance(label, str) or not value or not label:
            raise InvalidInput("Invalid input JSON: an option needs a label and a value")
        order, hidden = item.get("displayOrder"), item.get("hidden")
        if isinstance(order, bool) or not isinstance(order, int | None):
            raise InvalidInput("Invalid input JSON: displayOrder must be a whole number")
        options.append(option(value, label, i if order is None else order))
        options[-1]["hidden"] = hidden is True
        if isinstance(item.get("description"), str):
            options[-1]["description"] = item["description"]
    for field in ("value", "label"):
        if len({o[field] for o in options}) < len(options):
            raise InvalidInput(f"Property option {field}s must be unique")
    return options


def _check(
    definitions: Definitions, definition: Property, given: dict[str, Any], changes: dict[str, Any]
) -> None:
    """Refuse a definition that would not be valid, else set its fields."""
    kind = changes.get("type", definition.type)
    field_type = changes.get("field_type", definition.field_type)
    if "type" in given or "fieldType" in given:
        if kind not in _FIELD_TYPES:
            raise InvalidInput(f"Invalid property type: {kind[:40]}")
        if field_type not in _FIELD_TYPES[kind]:
            raise InvalidInput(f"Invalid fieldType {field_type[:40]} for a property of type {kind}")
    group = definitions.groups.get(changes.get("group", definitions.default_group))
    if group is None or group.archived:
        raise InvalidInput(f"Property group {changes['group'][:100]} does not exist")
    if changes.get("sensitivity", "non_sensitive") not in _SENSITIVITIES:
        raise InvalidInput(f"dataSensitivity must be one of {', '.join(_SENSITIVITIES)}")
    for name, value in changes.items():
        setattr(definition, name, value)
    definition.calculated = definition.calculated or bool(definition.formula)
