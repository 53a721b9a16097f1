"""Checks a write against definitions, pipelines and owners before anything is changed."""

from typing import TYPE_CHECKING, Any

import orjson

from include.sandbox.errors import InvalidInput
from include.sandbox.pipelines import Pipelines
from include.sandbox.property_values import Fault, Problem, normal, text_of
from include.sandbox.records import Record
from include.sandbox.store import ENGAGEMENTS, SINGULAR

if TYPE_CHECKING:
    from include.sandbox.portal import Portal

REQUIRED = {"tickets": ("hs_pipeline_stage",), "emails": ("hs_timestamp", "hs_email_direction")}
_REQUIRED_OF_ENGAGEMENTS = ("hs_timestamp",)


def checked_values(
    portal: "Portal", object_type: str, given: Any, record: Record | None, family: str
) -> dict[str, str]:
    """Return a write's values as they are kept.

    Args:
        portal: where it is written.
        object_type: of what.
        given: the `properties` of the request.
        record: what is written to, None for a new record.
        family: v3, 2026-03 or 2026-09, which checks more.

    Raises:
        InvalidInput: in HubSpot's words; nothing was changed.
    """
    if given is None:
        given = {}
    if not isinstance(given, dict):
        raise InvalidInput("Invalid input JSON: properties must be an object")
    texts = {name: text_of(name, value) for name, value in given.items()}
    current = {} if record is None else current_values(portal, object_type, record)
    if record is None:
        _refuse_missing(object_type, texts)
    values, faults = _each(portal, object_type, texts, current)
    if object_type in portal.pipelines_of and not faults:
        faults = _stage_faults(portal.pipelines_of[object_type], values, current)
    if family == "2026-09" and not faults:
        faults = _demanded(portal, object_type, {**current, **values}, is_new=record is None)
    if faults:
        raise refused(portal.id, faults)
    return values


def current_values(portal: "Portal", object_type: str, record: Record) -> dict[str, str]:
    """Return what was written to a record, by name."""
    names, text = portal.stores[object_type].definitions.names, portal.texts.text
    return {names[code]: text[value] for code, value in record.values(record.visible).items()}


def refused(portal_id: int, faults: list[Fault]) -> InvalidInput:
    """Return HubSpot's refusal of property values."""
    listed = [
        {
            "isValid": False,
            "message": fault.message,
            "error": fault.code,
            "name": fault.name,
            "localizedErrorMessage": fault.message,
            "portalId": portal_id,
        }
        for fault in faults
    ]
    return InvalidInput(
        f"Property values were not valid: {orjson.dumps(listed).decode()}",
        errors=[
            {
                "message": fault.message,
                "code": fault.code,
                "context": {"propertyName": [fault.name]},
            }
            for fault in faults
        ],
    )


def _refuse_missing(object_type: str, texts: dict[str, str]) -> None:
    required = REQUIRED.get(object_type, ())
    if object_type in ENGAGEMENTS and not required:
        required = _REQUIRED_OF_ENGAGEMENTS
    missing = [name for name in required if not texts.get(name)]
    if missing:
        kind = SINGULAR[object_type].upper()
        raise InvalidInput(
            f"Cannot create object with type: {kind}. The following required properties were"
            f" missing: {', '.join(missing)}",
            errors=[
                {
                    "message": f"{name} is required",
                    "code": "MISSING_REQUIRED_PROPERTY",
                    "context": {"propertyName": [name]},
                }
                for name in missing
            ],
        )


def _each(
    portal: "Portal", object_type: str, texts: dict[str, str], current: dict[str, str]
) -> tuple[dict[str, str], list[Fault]]:
    values: dict[str, str] = {}
    faults: list[Fault] = []
    for name, text in texts.items():
        definition = portal.stores[object_type].definitions.writable(name)
        if definition is None:
            message = f'Property "{name[:200]}" does not exist'
            faults.append(Fault(name[:200], message, "PROPERTY_DOESNT_EXIST"))
        elif definition.read_only:
            message = f'"{name}" is a read only property; its value cannot be set.'
            faults.append(Fault(name, message, "READ_ONLY_VALUE"))
        else:
            try:
                values[name] = normal(definition, text, current.get(name, ""))
                if name == "hubspot_owner_id":
                    _refuse_unknown_owner(portal, values[name], current.get(name, ""))
            except Problem as problem:
                faults.append(Fault(name, problem.message, problem.code))
    return values, faults


def _refuse_unknown_owner(portal: "Portal", owner_id: str, current: str) -> None:
    """Refuse who is no owner; archived ones keep what they have and are given nothing more."""
    live = {owner.id for owner in portal.owners if not owner.archived}
    if owner_id and owner_id != current and owner_id not in live:
        raise Problem(f"{owner_id} was not one of the allowed options: []", "INVALID_OPTION")


def _stage_faults(
    pipelines: Pipelines, values: dict[str, str], current: dict[str, str]
) -> list[Fault]:
    """Refuse a pipeline that is none, and a stage that is not one of its stages."""
    place, step = pipelines.pipeline_property, pipelines.stage_property
    if not {place, step} & values.keys():
        return []
    if not current:
        values[place] = values.get(place) or pipelines.all[0].id
    pipeline_id = values.get(place, current.get(place, ""))
    stage_id = values.get(step, current.get(step, ""))
    pipeline = pipelines.by_id.get(pipeline_id)
    if pipeline is None:
        allowed = ", ".join(pipelines.by_id)
        message = f"{pipeline_id} was not one of the allowed options: [{allowed}]"
        return [Fault(place, message, "INVALID_OPTION")]
    stages = [stage.id for stage in pipeline.stages]
    if stage_id not in stages:
        message = f"{stage_id} was not one of the allowed options: [{', '.join(stages)}]"
        return [Fault(step, message, "INVALID_OPTION")]
    return []


def _demanded(
    portal: "Portal", object_type: str, values: dict[str, str], *, is_new: bool
) -> list[Fault]:
    """Return what the portal's own settings demand (2026-09 only; hubspot-api.md 1)."""
    definitions = portal.stores[object_type].definitions
    faults = [
        Fault(name, f"{name} is required", "MISSING_REQUIRED_PROPERTY")
        for name in sorted(definitions.required)
        if is_new and not values.get(name)
    ]
    for name, decides, accepted in definitions.conditional:
        if values.get(decides) in accepted and not values.get(name):
            message = f"{name} is required when {decides} is {values[decides]}"
            faults.append(Fault(name, message, "MISSING_CONDITIONAL_REQUIRED_PROPERTY"))
    return faults
