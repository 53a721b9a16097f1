"""A route's declaration: under which paths it stands, what it needs, who answers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from include.sandbox.limits import APP, ASSOCIATION, SEARCH
from include.sandbox.portal import Portal
from include.sandbox.serving.call import Call
from include.sandbox.store import ENGAGEMENTS

Handler = Callable[[Portal, Call], Any]
DATED = ("2026-03", "2026-09")

# HubSpot opens engagements with the scopes of contacts.
_SCOPED_AS = dict.fromkeys(ENGAGEMENTS, "contacts")


def _object_scopes(object_type: str, action: str) -> list[str]:
    if object_type == "tickets":
        return ["tickets"]
    return [f"crm.objects.{_SCOPED_AS.get(object_type, object_type)}.{action}"]


def _schema_scopes(object_type: str, action: str) -> list[str]:
    if object_type == "tickets":
        return ["tickets", f"crm.schemas.tickets.{action}"]
    named = _SCOPED_AS.get(object_type, object_type)
    return [f"crm.schemas.{named}.{action}", f"crm.objects.{named}.{action}"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One route in all its path families.

    `dated` has `{D}` where the version stands, and is empty where legacy versions alone have the
    route. `needs` is "object", "schema" (scopes follow from the object types in the path), a
    scope's name, or "" for none. A handler returns the payload, or (status, payload); a payload
    that is no JSON is an `Answer`. One that `writes` changes the portal: it runs at one moment, is
    journalled when it is not refused, and must change nothing when it refuses. `kept` says what
    the journal has of the body.
    """

    method: str
    legacy: str
    dated: str
    handler: Handler
    needs: str = "object"
    is_search: bool = False
    writes: bool = False
    kept: Callable[[bytes], bytes] = bytes

    def paths(self) -> list[tuple[str, str]]:
        """Return (family, path template) of every family."""
        dated = [(version, self.dated.replace("{D}", version)) for version in DATED]
        return [("v3", self.legacy), *(dated if self.dated else [])]

    @property
    def counter(self) -> str:
        """Which rate limit counts its calls."""
        if self.is_search:
            return SEARCH
        is_v4 = self.legacy.startswith("/crm/v4/") and "/associations" in self.legacy
        return ASSOCIATION if is_v4 else APP

    def scopes(self, object_types: list[str]) -> list[list[str]]:
        """Return the scopes needed: of each list, one must be granted."""
        if self.needs in ("object", "schema"):
            scopes = _object_scopes if self.needs == "object" else _schema_scopes
            action = "write" if self.writes else "read"
            return [scopes(object_type, action) for object_type in object_types]
        return [[self.needs]] if self.needs else []
