"""The portal's own association labels, and how many records one may be linked to."""

from dataclasses import dataclass

from include.sandbox.association_types import HUBSPOT_DEFINED, INVERSE, is_hubspot_defined

Direction = tuple[str, str]


@dataclass(slots=True)
class Definition:
    """One portal-defined type in one direction; `inverse` is its type id seen from the other."""

    label: str
    name: str
    inverse: int


class Labels:
    """Which types links can have beside HubSpot's own, under direction and type id."""

    def __init__(self) -> None:
        self.defined: dict[Direction, dict[int, Definition]] = {}
        self.limits: dict[tuple[str, str, int], int] = {}
        self._last = 36  # HubSpot gives a portal's own labels small numbers of their own

    def define(self, from_type: str, to_type: str, type_id: int, label: str) -> None:
        """Make a dataset's label known, under the same type id in both directions."""
        if not is_hubspot_defined(from_type, to_type, type_id):
            for direction in ((from_type, to_type), (to_type, from_type)):
                known = self.defined.setdefault(direction, {})
                known[type_id] = Definition(label, label.lower().replace(" ", "_"), type_id)
            self._last = max(self._last, type_id)

    def create(
        self, from_type: str, to_type: str, name: str, label: str, inverse_label: str
    ) -> tuple[int, int]:
        """Define a label; return its type ids (there, back).

        Between records of one object type a label without an inverse is the same from both sides;
        everything else has a type id for each direction.
        """
        there = back = self._next()
        if from_type != to_type or inverse_label:
            back = self._next(there)
        here = self.defined.setdefault((from_type, to_type), {})
        here[there] = Definition(label, name, back)
        if back != there:
            other = self.defined.setdefault((to_type, from_type), {})
            other[back] = Definition(inverse_label or label, name, there)
        return there, back

    def _next(self, last: int | None = None) -> int:
        number = (self._last if last is None else last) + 1
        # Type ids are told apart by category, yet one that HubSpot uses would confuse readers.
        while number in INVERSE:
            number += 1
        self._last = number
        return number

    def relabel(
        self, from_type: str, to_type: str, type_id: int, label: str, inverse_label: str
    ) -> None:
        """Change what a label says, from one side or from both."""
        definition = self.defined[(from_type, to_type)][type_id]
        other = self.defined.get((to_type, from_type), {}).get(definition.inverse)
        one_sided = other is None or other.label == definition.label
        definition.label = label
        if other is not None and other is not definition and (inverse_label or one_sided):
            other.label = inverse_label or label

    def remove(self, from_type: str, to_type: str, type_id: int) -> None:
        """Forget a label in both directions."""
        definition = self.defined[(from_type, to_type)].pop(type_id)
        self.defined.get((to_type, from_type), {}).pop(definition.inverse, None)
        self.limits.pop((from_type, to_type, type_id), None)
        self.limits.pop((to_type, from_type, definition.inverse), None)

    def find(self, from_type: str, to_type: str, type_id: int) -> Definition | None:
        """Return a portal-defined type."""
        return self.defined.get((from_type, to_type), {}).get(type_id)

    def inverse(self, from_type: str, to_type: str, type_id: int) -> int:
        """Return a type's id as seen from the other side."""
        if is_hubspot_defined(from_type, to_type, type_id):
            return INVERSE[type_id]
        definition = self.find(from_type, to_type, type_id)
        return type_id if definition is None else definition.inverse

    def category_and_label(
        self, from_type: str, to_type: str, type_id: int
    ) -> tuple[str, str | None]:
        """Return whose a type is, and its label (None for the unlabelled one)."""
        if is_hubspot_defined(from_type, to_type, type_id):
            return "HUBSPOT_DEFINED", HUBSPOT_DEFINED[(from_type, to_type)][type_id]
        definition = self.find(from_type, to_type, type_id)
        return "USER_DEFINED", None if definition is None else definition.label

    def all_types(self, from_type: str, to_type: str) -> list[int]:
        """Return the type ids that exist between two object types."""
        direction = (from_type, to_type)
        return [*HUBSPOT_DEFINED.get(direction, {}), *self.defined.get(direction, {})]
