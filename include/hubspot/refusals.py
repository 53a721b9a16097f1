"""Why HubSpot refused one object of a write: its words for kinds, never the values written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_EXISTING = re.compile(r"Existing ID: (\d+)")
_PASSING = frozenset({"RATE_LIMITS", "INTERNAL_ERROR", "LOCKED", "TIMEOUT"})


@dataclass(frozen=True)
class Refusal:
    """One refused object.

    Attributes:
        category: HubSpot's category: VALIDATION_ERROR, CONFLICT, OBJECT_NOT_FOUND, …
        sub_category: Its sub-category, or "".
        codes: Codes of the single faults: INVALID_OPTION, READ_ONLY_VALUE, …
        properties: Names of the properties at fault.
        existing_id: The record that holds a unique value already, where HubSpot names it.
    """

    category: str
    sub_category: str = ""
    codes: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()
    existing_id: str | None = None

    @property
    def reason(self) -> str:
        """The refusal in HubSpot's words for kinds; holds no value of a record."""
        kind = self.sub_category or self.category or "refused"
        if self.codes or self.properties:
            return f"{kind}: {' '.join(self.codes)} {', '.join(self.properties)}".strip()
        return f"{kind}: existing record {self.existing_id}" if self.existing_id else kind

    @property
    def is_absence(self) -> bool:
        """Whether what was to be changed, or an end of a link, is not there any more."""
        return self.category == "OBJECT_NOT_FOUND"

    @property
    def may_pass(self) -> bool:
        """Whether the same object may be taken another time."""
        return self.category in _PASSING


def refusal_in(entry: Mapping[str, Any]) -> Refusal:
    """Read an error envelope, or an entry of a batch answer's `errors`; every field is optional."""
    listed = [one for one in entry.get("errors") or [] if isinstance(one, dict)]
    codes = [str(one["code"]) for one in listed if one.get("code")]
    names = [
        str(name) for one in listed for name in (one.get("context") or {}).get("propertyName") or ()
    ]
    existing = _EXISTING.search(str(entry.get("message") or ""))
    return Refusal(
        category=str(entry.get("category") or ""),
        sub_category=str(entry.get("subCategory") or ""),
        codes=tuple(dict.fromkeys(codes)),
        properties=tuple(dict.fromkeys(names)),
        existing_id=existing[1] if existing else None,
    )
