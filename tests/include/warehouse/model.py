"""The rules of raw, slow and obvious: what any sequence of runs must leave behind."""

from collections import defaultdict
from dataclasses import dataclass, field


@dataclass
class Model:
    """Raw as plain Python; times are minutes.

    Attributes:
        tickets: id to (updated, extracted, properties).
        history: natural key to the run that brought it.
        windows: edge to its windows [observed, gone, is_first_read, label].
        reads: (ticket, object type) to [first, last].
        owners: id to the time at which it was found missing, or None.
        cursor: of tickets.
    """

    tickets: dict = field(default_factory=dict)
    history: dict = field(default_factory=dict)
    windows: dict = field(default_factory=lambda: defaultdict(list))
    reads: dict = field(default_factory=dict)
    owners: dict = field(default_factory=dict)
    cursor: float | None = None

    def version(self, ticket: str, updated: float, extracted: float, value: str) -> None:
        stored = self.tickets.get(ticket)
        if stored is None or (updated, extracted) >= stored[:2]:
            self.tickets[ticket] = (updated, extracted, value)

    def entry(self, key: tuple, run: int) -> None:
        self.history.setdefault(key, run)

    def read(self, group: tuple, minute: float, members: dict[str, str]) -> None:
        """One complete set: what stands that is not in it closes, what is new opens."""
        first, last = self.reads.get(group, (None, None))
        if last is not None and minute < last:
            return
        for (*of_group, member), spans in self.windows.items():
            if tuple(of_group) == group and spans[-1][1] is None and member not in members:
                spans[-1][1] = minute
        for member, label in members.items():
            spans = self.windows[(*group, member)]
            if spans and spans[-1][1] == minute:
                spans[-1][1] = None
            if not spans or spans[-1][1] is not None:
                spans.append([minute, None, last is None, label])
            spans[-1][3] = label
        self.reads[group] = (minute if first is None else first, minute)

    def snapshot(self, owners: set[str], minute: float) -> None:
        for owner in self.owners:
            if owner not in owners and self.owners[owner] is None:
                self.owners[owner] = minute
        self.owners |= dict.fromkeys(owners)

    def move(self, cursor: float) -> None:
        self.cursor = cursor if self.cursor is None else max(self.cursor, cursor)
