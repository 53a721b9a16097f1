"""Links between records: an edge is a pair, and a pair may carry several types."""

from collections.abc import Iterable
from typing import Any

from include.sandbox.association_labels import Labels
from include.sandbox.association_types import EXCLUSIVE, PRIMARY, is_hubspot_defined, unlabelled

Direction = tuple[str, str]


class Associations:
    """All edges of a portal, kept in both directions.

    The types of a pair are a shared, sorted tuple: of 100,000 tickets' edges nearly all have one
    of a handful of them.
    """

    def __init__(self) -> None:
        self.edges: dict[Direction, dict[int, dict[int, tuple[int, ...]]]] = {}
        self.labels = Labels()
        self._tuples: dict[tuple[int, ...], tuple[int, ...]] = {}
        self._rendered: dict[tuple[str, str, tuple[int, ...]], list[dict[str, Any]]] = {}

    def define_label(self, from_type: str, to_type: str, type_id: int, label: str) -> None:
        """Make a dataset's label known."""
        self.labels.define(from_type, to_type, type_id, label)

    def forget_type(self, from_type: str, to_type: str, type_id: int) -> None:
        """Remove a portal's own type from all edges, and its definition."""
        for start, ends in self.edges.get((from_type, to_type), {}).items():
            for end in [end for end, kinds in ends.items() if type_id in kinds]:
                self.unlink(from_type, start, to_type, end, type_id)
        self.labels.remove(from_type, to_type, type_id)
        self.relabelled()

    def relabelled(self) -> None:
        """Forget what was rendered: a label was renamed or removed."""
        self._rendered.clear()

    def link(self, from_type: str, from_id: int, to_type: str, to_id: int, type_id: int) -> None:
        """Add a type to a pair (and the unlabelled type that stands beside every label)."""
        back = self.labels.inverse(from_type, to_type, type_id)
        if is_hubspot_defined(from_type, to_type, type_id):  # only HubSpot's own can be primary
            if type_id in EXCLUSIVE:
                self._demote(from_type, from_id, to_type, type_id)
            elif back in EXCLUSIVE:
                self._demote(to_type, to_id, from_type, back)
        self._add(from_type, from_id, to_type, to_id, type_id)
        self._add(to_type, to_id, from_type, from_id, back)

    def replace(
        self, from_type: str, from_id: int, to_type: str, to_id: int, type_ids: Iterable[int]
    ) -> None:
        """Give a pair these types (and the unlabelled one) and no others.

        HubSpot's label writes replace the labels that they do not repeat (hubspot-api.md 2.4).
        """
        wanted = set(type_ids)
        plain = unlabelled(from_type, to_type)
        for type_id in self.of(from_type, to_type, from_id).get(to_id, ()):
            if type_id != plain and type_id not in wanted:
                self.unlink(from_type, from_id, to_type, to_id, type_id)
        for type_id in sorted(wanted):
            self.link(from_type, from_id, to_type, to_id, type_id)

    def unlink(self, from_type: str, from_id: int, to_type: str, to_id: int, type_id: int) -> None:
        """Remove a type from a pair; removing the unlabelled or the only type ends the edge."""
        self._remove(from_type, from_id, to_type, to_id, type_id)
        back = self.labels.inverse(from_type, to_type, type_id)
        self._remove(to_type, to_id, from_type, from_id, back)

    def unlink_all(self, from_type: str, from_id: int, to_type: str, to_id: int) -> None:
        """Remove an edge with all its types."""
        for here, start, there, end in (
            (from_type, from_id, to_type, to_id),
            (to_type, to_id, from_type, from_id),
        ):
            self._drop(here, start, there, end)

    def forget(self, object_type: str, record_id: int) -> None:
        """Remove all edges of a record that was purged."""
        for from_type, to_type in list(self.edges):
            if from_type == object_type:
                for other in list(self.of(from_type, to_type, record_id)):
                    self.unlink_all(from_type, record_id, to_type, other)

    def of(self, from_type: str, to_type: str, from_id: int) -> dict[int, tuple[int, ...]]:
        """Return a record's edges to one object type: {other id: type ids}."""
        return self.edges.get((from_type, to_type), {}).get(from_id, {})

    def types(
        self, from_type: str, to_type: str, type_ids: tuple[int, ...]
    ) -> list[dict[str, Any]]:
        """Return type ids as v4's `associationTypes`."""
        key = (from_type, to_type, type_ids)
        if key not in self._rendered:
            self._rendered[key] = [
                {"category": category, "typeId": type_id, "label": label}
                for type_id in type_ids
                for category, label in [self.labels.category_and_label(*key[:2], type_id)]
            ]
        return self._rendered[key]

    def move(self, object_type: str, losers: Iterable[int], survivor: int) -> None:
        """Give the edges of merged records to their survivor, the first loser's types first."""
        for loser in losers:
            for from_type, to_type in list(self.edges):
                if from_type != object_type:
                    continue
                for other, type_ids in list(self.of(from_type, to_type, loser).items()):
                    self.unlink_all(from_type, loser, to_type, other)
                    if other != survivor:
                        self._move_edge(from_type, survivor, to_type, other, type_ids)

    def _move_edge(
        self, from_type: str, survivor: int, to_type: str, other: int, type_ids: tuple[int, ...]
    ) -> None:
        has_primary = any(
            PRIMARY & set(types) for types in self.of(from_type, to_type, survivor).values()
        )
        for type_id in type_ids:
            if not (has_primary and type_id in EXCLUSIVE):
                self.link(from_type, survivor, to_type, other, type_id)

    def _demote(self, from_type: str, from_id: int, to_type: str, type_id: int) -> None:
        for other, type_ids in list(self.of(from_type, to_type, from_id).items()):
            if type_id in type_ids:
                self._discard(from_type, from_id, to_type, other, type_id)
                back = self.labels.inverse(from_type, to_type, type_id)
                self._discard(to_type, other, from_type, from_id, back)

    def _add(self, from_type: str, from_id: int, to_type: str, to_id: int, type_id: int) -> None:
        tos = self.edges.setdefault((from_type, to_type), {}).setdefault(from_id, {})
        plain = unlabelled(from_type, to_type)
        kinds = {*tos.get(to_id, ()), type_id} | ({plain} if plain is not None else set())
        self._set(tos, to_id, kinds)

    def _set(self, tos: dict[int, tuple[int, ...]], to_id: int, kinds: Iterable[int]) -> None:
        ordered = tuple(sorted(kinds))
        tos[to_id] = self._tuples.setdefault(ordered, ordered)

    def _discard(self, from_type: str, from_id: int, to_type: str, to_id: int, kind: int) -> None:
        tos = self.edges[(from_type, to_type)][from_id]
        self._set(tos, to_id, set(tos[to_id]) - {kind})

    def _remove(self, from_type: str, from_id: int, to_type: str, to_id: int, kind: int) -> None:
        type_ids = self.of(from_type, to_type, from_id).get(to_id)
        if type_ids is None:
            return
        plain = unlabelled(from_type, to_type)
        if kind == plain or not set(type_ids) - {kind}:
            self._drop(from_type, from_id, to_type, to_id)
        else:
            self._discard(from_type, from_id, to_type, to_id, kind)

    def _drop(self, from_type: str, from_id: int, to_type: str, to_id: int) -> None:
        tos = self.edges.get((from_type, to_type), {}).get(from_id)
        if tos is not None:
            tos.pop(to_id, None)
