"""What a portal is filled with: the whole of a dataset or of a generated life, with its future."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from include.sandbox.conversations import Thread
from include.sandbox.owners import Owner
from include.sandbox.pipelines import Pipeline, default_pipeline
from include.sandbox.records import Record, Sources, Texts
from include.sandbox.store import TYPE_IDS, Store


class LinkEvent(NamedTuple):
    """A link made or ended; `operation` is link, unlink (of one type) or unlink_all."""

    when: int
    operation: str
    from_type: str
    from_id: int
    to_type: str
    to_id: int
    type_id: int


class ArchiveEvent(NamedTuple):
    """A record put into the recycle bin."""

    when: int
    object_type: str
    id: int


class MergeEvent(NamedTuple):
    """Two records merged into a new one with the id `survivor`."""

    when: int
    object_type: str
    primary: int
    secondary: int
    survivor: int


class Label(NamedTuple):
    """A portal's own label of links."""

    from_type: str
    to_type: str
    type_id: int
    label: str


@dataclass
class Contents:
    """Records with their whole logs, and everything else that ever happens in the portal."""

    portal_id: int
    name: str
    time_zone: str = "UTC"
    texts: Texts = field(default_factory=Texts)
    sources: Sources = field(default_factory=Sources)
    stores: dict[str, Store] = field(default_factory=lambda: {t: Store(t) for t in TYPE_IDS})
    pipelines: list[Pipeline] = field(default_factory=lambda: [default_pipeline()])
    owners: list[Owner] = field(default_factory=list)
    records: dict[str, dict[int, Record]] = field(
        default_factory=lambda: {object_type: {} for object_type in TYPE_IDS}
    )
    archives: list[ArchiveEvent] = field(default_factory=list)
    links: list[LinkEvent] = field(default_factory=list)
    merges: list[MergeEvent] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    lean: Any = None  # what makes a lean portal's tickets (lean.Lives)
    threads: dict[int, Thread] = field(default_factory=dict)

    def set_at_creation(
        self, object_type: str, record: Record, values: dict[str, str], source: int
    ) -> None:
        """Append the values that a record has from its first moment."""
        codes = self.stores[object_type].definitions.codes
        for name, value in values.items():
            record.append(record.created, codes[name], self.texts.code(value), source)
