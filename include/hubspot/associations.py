"""Links between records: associations v4 batch read, each pair once, complete per record."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from include.hubspot.answers import Answer
from include.hubspot.batches import cut, halving, in_order
from include.hubspot.errors import SAFE, MalformedAnswer, PagingStuck
from include.hubspot.paging import next_after, results
from include.hubspot.retries import Patience
from include.hubspot.session import HubSpotSession

LIMIT = 1000
_NO_LINKS = "NO_ASSOCIATIONS_FOUND"


@dataclass(frozen=True)
class Edge:
    """One pair of linked records.

    Attributes:
        from_id: Record whose links were read.
        to_id: Record it is linked to.
        types: Each {"category", "typeId", "label"} as sent, none twice, in HubSpot's order.
    """

    from_id: str
    to_id: str
    types: list[dict[str, Any]]


@dataclass(frozen=True)
class EdgeBatch:
    """The complete links of a batch of records to one object type.

    Attributes:
        ids_read: Ids whose links are known now, those without any included.
        edges: Each pair once.
        at: HubSpot's time of the first answer; links made later may be among them.
        missing: Ids that HubSpot says are no record.
    """

    ids_read: list[str]
    edges: list[Edge]
    at: datetime
    missing: list[str] = field(default_factory=list)

    def of(self, ids: set[str]) -> "EdgeBatch":
        """The links of some of the records alone."""
        return EdgeBatch(
            [one for one in self.ids_read if one in ids],
            [edge for edge in self.edges if edge.from_id in ids],
            self.at,
        )


def read_edges(
    session: HubSpotSession, from_type: str, to_type: str, ids: Iterable[str]
) -> Iterator[EdgeBatch]:
    """Read the links of any number of records, several batches in flight, in the order of the ids.

    Inline associations of the list endpoint are not used: they end at 100 and repeat pairs.

    Args:
        session: The portal.
        from_type: tickets, …
        to_type: contacts, companies, deals, …
        ids: Records of `from_type`.

    Raises:
        PagingStuck: A record's next page was named twice.
        MalformedAnswer: Links of a record that was not asked for, or an error in part.
        HubSpotError: As drawn in `errors`.
    """

    def read(piece: list[str]) -> EdgeBatch:
        return read_edge_batch(session, from_type, to_type, piece)

    yield from in_order(session, cut(map(str, ids), LIMIT), read)


def read_edge_batch(
    session: HubSpotSession, from_type: str, to_type: str, ids: list[str]
) -> EdgeBatch:
    """Read the links of at most 1,000 records; arguments and errors as in `read_edges`.

    Raises:
        ValueError: No id, or too many.
    """
    ids = list(dict.fromkeys(map(str, ids)))
    if not 1 <= len(ids) <= LIMIT:
        raise ValueError(f"{len(ids)} ids in one read of links: HubSpot takes {LIMIT}")
    path = session.paths.associations_batch_read(from_type, to_type)
    parts = halving(
        session.patience, ids, lambda half, patience: _read(session, path, half, patience)
    )
    return parts[0] if len(parts) == 1 else _joined(parts)


def _read(session: HubSpotSession, path: str, ids: list[str], patience: Patience) -> EdgeBatch:
    """Read links; what HubSpot says is no record is asked for once more: it may be overloaded."""
    first = _read_once(session, path, ids, patience)
    if not first.missing:
        return first
    again = _read_once(session, path, first.missing, patience)
    return _joined([replace(first, missing=[]), again])


def _read_once(session: HubSpotSession, path: str, ids: list[str], patience: Patience) -> EdgeBatch:
    reading = _Reading(path, ids)
    at, asked = None, [{"id": one} for one in ids]
    while asked:
        answer = session.post(path, {"inputs": asked}, patience=patience)
        at = at or answer.at
        asked = reading.take(answer)
    return reading.batch(at)


class _Reading:
    """Collects the pages of one batch until no record has a next one."""

    def __init__(self, path: str, ids: list[str]):
        self._path = path
        self._ids = ids
        self._links: dict[str, dict[str, dict[tuple, dict]]] = {one: {} for one in ids}
        self._missing: set[str] = set()
        self._asked: set[tuple[str, str]] = set()

    def take(self, answer: Answer) -> list[dict[str, str]]:
        """Add a page; returns the inputs of the next one."""
        following = []
        for row in results(answer, self._path):
            from_id = str(row["from"]["id"])
            if from_id not in self._links:
                raise self._malformed("links of a record that was not asked for")
            self._add(from_id, row.get("to") or [])
            if after := next_after(row):
                following.append(self._next(from_id, after))
        self._note_missing(answer.json.get("errors") or [])
        return following

    def batch(self, at: datetime) -> EdgeBatch:
        read = [one for one in self._ids if one not in self._missing]
        edges = [
            Edge(from_id, to_id, list(types.values()))
            for from_id in read
            for to_id, types in self._links[from_id].items()
        ]
        return EdgeBatch(read, edges, at, [one for one in self._ids if one in self._missing])

    def _add(self, from_id: str, links: list[dict]) -> None:
        for link in links:  # toObjectId is text in HubSpot's specification, a number in its guides
            types = self._links[from_id].setdefault(str(link["toObjectId"]), {})
            for one in link.get("associationTypes") or []:
                types.setdefault((one.get("category"), one.get("typeId")), one)

    def _next(self, from_id: str, after: str) -> dict[str, str]:
        if (from_id, after) in self._asked:
            raise PagingStuck(
                f"HubSpot named the same next page of links of record {from_id} twice on "
                f"{self._path}: stopped instead of looping; {SAFE}",
                route=f"POST {self._path}",
            )
        self._asked.add((from_id, after))
        return {"id": from_id, "after": after}

    def _note_missing(self, problems: list[dict]) -> None:
        """Records without links are absent from results, or reported as an error that is none."""
        for problem in problems:
            if _NO_LINKS in str(problem.get("subCategory") or ""):
                continue
            context = problem.get("context") or {}
            named = [one for key in ("fromObjectId", "ids", "id") for one in context.get(key) or ()]
            if problem.get("category") != "OBJECT_NOT_FOUND" or not named:
                raise self._malformed(f"an error of category {problem.get('category')} in part")
            self._missing.update(map(str, named))

    def _malformed(self, what: str) -> MalformedAnswer:
        return MalformedAnswer(
            f"HubSpot answered {self._path} with {what}: {SAFE}", route=f"POST {self._path}"
        )


def _joined(parts: list[EdgeBatch]) -> EdgeBatch:
    return EdgeBatch(
        [one for part in parts for one in part.ids_read],
        [edge for part in parts for edge in part.edges],
        min(part.at for part in parts),
        [one for part in parts for one in part.missing],
    )
