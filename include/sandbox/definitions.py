"""Property definitions and groups of one object type: what properties there ARE in this portal."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from include.sandbox.hubspot_properties import hubspot_properties
from include.sandbox.property import Property, option

__all__ = ["Definitions", "Group", "Property", "option"]

_DEFAULT_GROUP = {
    "tickets": "ticketinformation",
    "contacts": "contactinformation",
    "companies": "companyinformation",
    "deals": "dealinformation",
    "communications": "engagementinfo",
    "tasks": "task",
    "notes": "engagementinfo",
    "meetings": "meeting",
    "calls": "call",
    "emails": "email",
}


@dataclass(slots=True)
class Group:
    """A property group; one without a display order stands where its name falls."""

    name: str
    label: str
    display_order: int | None = None
    archived: bool = False

    def body(self, order: int) -> dict[str, Any]:
        """Return the group as the properties API shows it."""
        return {
            "name": self.name,
            "label": self.label,
            "displayOrder": order if self.display_order is None else self.display_order,
            "archived": self.archived,
        }


class Definitions:
    """All definitions of an object type, and the numbers that logs use for their names."""

    def __init__(self, object_type: str) -> None:
        self.object_type = object_type
        self.default_group = _DEFAULT_GROUP[object_type]
        self.names: list[str] = []
        self.codes: dict[str, int] = {}
        self.by_name: dict[str, Property] = {}
        self.groups: dict[str, Group] = {}
        self.add_group(
            self.default_group, self.default_group.replace("information", " information").title()
        )
        self.version = 0
        self.bin: dict[str, int] = {}  # archived by apps, and when; gone for good 90 days later
        self.secret: frozenset[str] = frozenset()  # sensitivities that the token may not see
        self.secret_names: frozenset[str] = frozenset()
        # What a portal's settings demand: names, and (name, when this property, has one of these).
        self.required: set[str] = set()
        self.conditional: list[tuple[str, str, frozenset[str]]] = []
        self.define_all(hubspot_properties(object_type))

    def add_group(self, name: str, label: str) -> None:
        """Add a group, unless there is one of that name."""
        self.groups.setdefault(name, Group(name, label))

    def define(self, definition: Property) -> None:
        """Add a definition, or replace the one of that name."""
        definition.group = definition.group or self.default_group
        self.add_group(definition.group, definition.group.replace("_", " ").title())
        self.by_name[definition.name] = definition
        if definition.name not in self.codes:
            self.codes[definition.name] = len(self.names)
            self.names.append(definition.name)
        self.version += 1

    def define_all(self, definitions: Iterable[Property]) -> None:
        """Add several definitions."""
        for definition in definitions:
            self.define(definition)

    def live(self, name: str) -> Property | None:
        """Return the definition of a property that exists and is not archived."""
        found = self.by_name.get(name)
        return found if found is not None and found.archived_at is None else None

    def writable(self, name: str) -> Property | None:
        """Return a live definition that the token may name; its value may be HubSpot's to set."""
        found = self.live(name)
        return None if found is None or found.sensitivity in self.secret else found

    def shown(self, name: str) -> Property | None:
        """Return a live definition whose values the token may see."""
        return None if name in self.secret_names else self.writable(name)

    def purge(self, before: int) -> None:
        """Forget what apps archived before a moment, and its values."""
        for name in [name for name, when in self.bin.items() if when <= before]:
            self.names[self.codes[name]] = ""  # old logs keep the number, nobody reads it
            del self.bin[name], self.by_name[name], self.codes[name]
            self.version += 1

    def listed(self, archived: bool) -> list[Property]:
        """Return the archived or the other definitions, by name."""
        return [
            self.by_name[name]
            for name in sorted(self.by_name)
            if (self.by_name[name].archived_at is not None) == archived
        ]
