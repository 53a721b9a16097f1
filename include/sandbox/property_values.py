"""What a written value must look like, and what HubSpot makes of it (hubspot-api.md 3.4, 3.5)."""

import math
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from include.sandbox.errors import InvalidInput
from include.sandbox.moments import DAY, from_person, to_iso
from include.sandbox.property import Property

MAX_TEXT = 65_536
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_EARLIEST, _LATEST = -62_135_596_800_000, 253_402_300_799_999  # the years 1 to 9999


class Problem(Exception):
    """A value that its property does not take: HubSpot's words and code."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


class Fault(NamedTuple):
    """One property of a write that is not valid."""

    name: str
    message: str
    code: str


def text_of(name: str, value: Any) -> str:
    """Return a JSON value as the text that HubSpot keeps; null clears, as "" does.

    Raises:
        InvalidInput: it is a list or an object.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, str | int):
        return str(value)
    raise InvalidInput(f"Invalid input JSON: the value of property {name[:100]!r} must be a string")


def normal(definition: Property, text: str, current: str) -> str:
    """Return a value as it is kept.

    Args:
        definition: the property.
        text: what was written.
        current: the value at hand, to which a leading `;` appends.

    Raises:
        Problem: the property does not take it.
    """
    if not text:
        return ""
    return _KINDS.get(definition.type, _string)(definition, text, current)


def _string(definition: Property, text: str, current: str) -> str:  # noqa: ARG001  one of several
    if len(text) > MAX_TEXT:
        raise Problem(
            f"The value was {len(text)} characters long; the maximum is {MAX_TEXT}",
            "VALUE_TOO_LONG",
        )
    if definition.name == "email" and definition.defined_by_hubspot:
        if not _EMAIL.fullmatch(text):
            raise Problem(f"Email address {text} is invalid", "INVALID_EMAIL")
        return text.lower()
    return text


def _number(definition: Property, text: str, current: str) -> str:  # noqa: ARG001
    try:
        if "_" in text or not math.isfinite(float(text)):
            raise ValueError
    except ValueError:
        raise Problem(f"{text} was not a valid number.", "INVALID_INTEGER") from None
    return text.strip()


def _bool(definition: Property, text: str, current: str) -> str:  # noqa: ARG001
    if text.lower() not in ("true", "false"):
        raise Problem(f"{text} was not one of the allowed options: [true, false]", "INVALID_OPTION")
    return text.lower()


def _moment(text: str) -> int:
    try:
        moment = int(text) if re.fullmatch(r"-?[0-9]{1,15}", text) else from_person(text)
    except (ValueError, OverflowError):
        raise Problem(f"{text} was not a valid date.", "INVALID_DATE") from None
    if not _EARLIEST <= moment <= _LATEST:
        raise Problem(f"{text} was not a valid date.", "INVALID_DATE")
    return moment


def _datetime(definition: Property, text: str, current: str) -> str:  # noqa: ARG001
    return to_iso(_moment(text))


def _date(definition: Property, text: str, current: str) -> str:  # noqa: ARG001
    moment = _moment(text)
    if moment % DAY:
        raise Problem(f"{text} is at {to_iso(moment)[11:-1]} UTC, not midnight!", "INVALID_DATE")
    return to_iso(moment)[:10]


def _enumeration(definition: Property, text: str, current: str) -> str:
    if definition.field_type != "checkbox":
        _refuse_unknown_options(definition, [text])
        return _string(definition, text, current)
    chosen = [value for value in text.split(";") if value]
    _refuse_unknown_options(definition, chosen)
    if text.startswith(";"):
        chosen = [*(value for value in current.split(";") if value), *chosen]
    return _string(definition, ";".join(dict.fromkeys(chosen)), current)


def _refuse_unknown_options(definition: Property, chosen: list[str]) -> None:
    """Refuse what is no option; one without options takes its values from elsewhere."""
    allowed = [option["value"] for option in definition.options]
    for value in chosen:
        if allowed and value not in allowed:
            raise Problem(
                f"{value} was not one of the allowed options: [{', '.join(allowed)}]",
                "INVALID_OPTION",
            )


_KINDS: dict[str, Callable[[Property, str, str], str]] = {
    "number": _number,
    "bool": _bool,
    "datetime": _datetime,
    "date": _date,
    "enumeration": _enumeration,
}
