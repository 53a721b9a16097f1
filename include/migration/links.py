"""Links written in batches, of tickets and of engagements alike."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from include.hubspot import association_writing as links
from include.hubspot.association_writing import Pair
from include.hubspot.associations import read_edges
from include.hubspot.refusals import Refusal
from include.migration.entries import Entry, Intent, Outcome, hash_of
from include.migration.run import Run, batched

OF_TICKETS, OF_ENGAGEMENTS = "ticket_associations", "engagement_links"
RELATED = ("contacts", "companies", "deals")
_NO_END = "one of the two records is not at the target"


@dataclass(frozen=True, slots=True)
class Link:
    """A link to write, or to take away.

    Attributes:
        key: Its name in the ledger.
        action: create or archive.
        pair: The two records at the target; None where one of them is not there.
    """

    key: str
    action: str
    pair: Pair | None


class LinkWriter:
    """Writes links from one object type to another.

    Linking twice is linking once, so what was sent without a known outcome is sent again.

    Args:
        run: The migration.
        kind: Of the ledger: OF_TICKETS or OF_ENGAGEMENTS.
        from_type: tickets, notes, …
        to_type: contacts, tickets, …
        ours: What links begin at, as the ledger's keys call it, that undo takes away itself.
    """

    def __init__(self, run: Run, kind: str, from_type: str, to_type: str, ours: set[str]):
        self._run = run
        self._kind = kind
        self._from_type = from_type
        self._to_type = to_type
        self._ours = ours
        self._entries: dict[str, Entry] = {}

    def write(self, source: Iterator[Link], action: str) -> None:
        """Write links of one action (create, archive) that are not confirmed yet.

        Raises:
            HubSpotError: As drawn in its room; what was sent is in the ledger.
        """
        size = links.LIMIT if self._kind == OF_TICKETS and action == "create" else 1000
        write: Callable[[list[Link]], int] = self._link if action == "create" else self._unlink
        done = sum(self._run.side_by_side(self._intended(batched(source, size)), write))
        if done:
            self._run.report(f"{self._from_type} to {self._to_type}: {done:,} links {action}d")

    def _intended(self, batches: Iterator[list[Link]]) -> Iterator[list[Link]]:
        """Note intents of what is open.

        Not on the workers: a before-image is read on them, and workers that wait for workers may
        wait for ever.
        """
        for batch in batches:
            if not self._entries:  # only where there are links: the ledger may know 100,000 others
                self._entries = self._run.entries(self._kind)
            lost = [link for link in batch if link.pair is None]
            self._run.settle(
                self._kind, [Outcome(link.key, "failed", reason=_NO_END) for link in lost]
            )
            left = [
                link
                for link in batch
                if link.pair is not None
                and not self._entries[link.key].is_done_with(hash_of(list(link.pair)))
            ]
            if left:
                self._intend(left)
                yield left

    def _link(self, batch: list[Link]) -> int:
        pairs = [link.pair for link in batch]
        if self._kind == OF_TICKETS:
            refused = links.link_batch(self._run.target, self._from_type, self._to_type, pairs)
        else:
            refused = links.link_plainly(self._run.target, self._from_type, self._to_type, pairs)
        self._run.settle(self._kind, [_outcome(link, refused) for link in batch])
        return len(batch) - len(refused)

    def _unlink(self, batch: list[Link]) -> int:
        pairs = [link.pair for link in batch]
        links.unlink_batch(self._run.target, self._from_type, self._to_type, pairs)
        self._run.settle(self._kind, [_outcome(link, {}) for link in batch])
        return len(batch)

    def _intend(self, batch: list[Link]) -> None:
        """Note intents; links of a record that was there before have a before-image."""
        older = sorted({link.pair.from_id for link in batch if not self._is_new(link)})
        before: dict[tuple[str, str], list] = {}
        if older:
            for read in read_edges(self._run.target, self._from_type, self._to_type, older):
                before |= {(edge.from_id, edge.to_id): edge.types for edge in read.edges}
        intents = []
        for link in batch:
            image = None if self._is_new(link) else _image(link.pair, before)
            intents.append(Intent(link.key, hash_of(list(link.pair)), image))
        self._run.intend(self._kind, intents)

    def _is_new(self, link: Link) -> bool:
        """Whether the record that the link begins at goes with undo, and its links with it."""
        start = link.key.split(">", maxsplit=1)[0]
        return start.removeprefix(f"{self._from_type}:") in self._ours


def _image(pair: Pair, before: dict[tuple[str, str], list]) -> dict[str, Any]:
    return {
        "from": pair.from_id,
        "to": pair.to_id,
        "types": before.get((pair.from_id, pair.to_id), []),
    }


def _outcome(link: Link, refused: dict[tuple[str, str], Refusal]) -> Outcome:
    refusal = refused.get(link.pair[:2])
    if refusal:
        return Outcome(link.key, "failed", reason=refusal.reason)
    return Outcome(link.key, "confirmed", f"{link.pair.from_id}>{link.pair.to_id}")
