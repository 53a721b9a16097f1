"""What a request for a mutation must look like."""

from typing import Any

from include.sandbox.errors import ControlRefused
from include.sandbox.store import object_type_of

KINDS = ("changes", "archives", "merges", "links", "creates")


def read_mutation(body: dict[str, Any]) -> dict[str, Any]:
    """Check a mutate request.

    Returns:
        `seed` and how many of each kind; `object_type` where it is not that of tickets.

    Raises:
        ControlRefused: a number in it is none, or these records cannot be treated so.
    """
    wanted: dict[str, Any] = {name: body.get(name) or 0 for name in ("seed", *KINDS)}
    for name, value in wanted.items():
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise ControlRefused(f"{name} must be a whole number, not {value!r}.")
    unknown = sorted(set(body) - {*wanted, "object_type"})
    if unknown:
        raise ControlRefused(f"mutate has no field {unknown[0]!r}.")
    return wanted | _object_type(body.get("object_type") or "tickets", wanted)


def _object_type(given: Any, wanted: dict[str, Any]) -> dict[str, str]:
    object_type = object_type_of(given) if isinstance(given, str) else None
    if object_type is None:
        raise ControlRefused(f"object_type {given!r} is none.")
    if object_type == "tickets":
        return {}
    if any(wanted[kind] for kind in KINDS if kind not in ("changes", "archives")):
        raise ControlRefused(f"Only changes and archives are done to {object_type}.")
    return {"object_type": object_type}
