"""Links of a lean portal."""

from include.sandbox.associations import Associations
from include.sandbox.lean import Lives


class LeanAssociations(Associations):
    """Links by arithmetic, until one of a record's is changed."""

    def __init__(self, lives: Lives) -> None:
        super().__init__()
        self.lives = lives
        for other in ("contacts", "companies"):
            self.edges[("tickets", other)] = {}
            self.edges[(other, "tickets")] = {}

    def of(self, from_type: str, to_type: str, from_id: int) -> dict[int, tuple[int, ...]]:
        """Return a record's edges to one object type."""
        changed = self.edges.get((from_type, to_type), {}).get(from_id)
        if changed is not None:
            return changed
        return self.lives.edges(from_type, to_type, from_id)

    def _own(self, from_type: str, to_type: str, from_id: int) -> None:
        """Write down a record's links before one of them changes."""
        known = self.edges.setdefault((from_type, to_type), {})
        if from_id not in known:
            known[from_id] = self.lives.edges(from_type, to_type, from_id)

    def _add(self, from_type: str, from_id: int, to_type: str, to_id: int, type_id: int) -> None:
        self._own(from_type, to_type, from_id)
        super()._add(from_type, from_id, to_type, to_id, type_id)

    def _discard(self, from_type: str, from_id: int, to_type: str, to_id: int, kind: int) -> None:
        self._own(from_type, to_type, from_id)
        super()._discard(from_type, from_id, to_type, to_id, kind)

    def _drop(self, from_type: str, from_id: int, to_type: str, to_id: int) -> None:
        self._own(from_type, to_type, from_id)
        super()._drop(from_type, from_id, to_type, to_id)
