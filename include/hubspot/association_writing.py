"""Links written in batches. Linking twice is linking once; labels not repeated are taken away."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from include.hubspot.answers import Answer
from include.hubspot.batches import halving
from include.hubspot.errors import WriteRefused
from include.hubspot.refusals import Refusal, refusal_in
from include.hubspot.retries import Patience
from include.hubspot.writing import WritingSession

LIMIT = 2000
LIMIT_DEFAULT = 1000  # not documented for this route: what every other association batch takes


class Pair(NamedTuple):
    """Two records to link, and the (category, type id) that the link shall have; none: plain."""

    from_id: str
    to_id: str
    types: tuple[tuple[str, int], ...] = ()


def link_batch(
    session: WritingSession, from_type: str, to_type: str, pairs: Sequence[Pair]
) -> dict[tuple[str, str], Refusal]:
    """Give pairs exactly these types, in the place of those they have.

    Args:
        session: Bound to the portal.
        from_type: tickets, …
        to_type: contacts, companies, deals, …
        pairs: At most 2,000.

    Returns:
        The pairs that HubSpot did not link, and why.

    Raises:
        ValueError: Too many pairs.
        HubSpotError: As drawn in `errors`.
    """
    _require_size(pairs, LIMIT)

    def shaped(pair: Pair) -> dict[str, Any]:
        types = [{"associationCategory": c, "associationTypeId": t} for c, t in pair.types]
        return {"from": {"id": pair.from_id}, "to": {"id": pair.to_id}, "types": types}

    path = session.write_paths.links(from_type, to_type, "create")
    return _send(session, path, pairs, shaped, _linked)


def link_plainly(
    session: WritingSession, from_type: str, to_type: str, pairs: Sequence[Pair]
) -> dict[tuple[str, str], Refusal]:
    """Link pairs without a label, at most 1,000; labels they have stay. Else as `link_batch`."""
    _require_size(pairs, LIMIT_DEFAULT)

    def shaped(pair: Pair) -> dict[str, Any]:
        return {"from": {"id": pair.from_id}, "to": {"id": pair.to_id}}

    path = session.write_paths.links(from_type, to_type, "associate/default")
    return _send(session, path, pairs, shaped, _linked_plainly)


def unlink_batch(
    session: WritingSession, from_type: str, to_type: str, pairs: Sequence[Pair]
) -> None:
    """Take pairs apart with all their types, at most 1,000; what is not linked stays so.

    Raises:
        ValueError: Too many pairs.
        HubSpotError: As drawn in `errors`.
    """
    _require_size(pairs, LIMIT_DEFAULT)
    path = session.write_paths.links(from_type, to_type, "archive")
    inputs = [{"from": {"id": pair.from_id}, "to": [{"id": pair.to_id}]} for pair in pairs]
    session.write("POST", path, {"inputs": inputs})


def _require_size(pairs: Sequence[Pair], most: int) -> None:
    if not 1 <= len(pairs) <= most:
        raise ValueError(f"{len(pairs)} links in one write: HubSpot takes 1 to {most}")


def _send(
    session: WritingSession,
    path: str,
    pairs: Sequence[Pair],
    shaped: Callable[[Pair], dict[str, Any]],
    linked: Callable[[Answer], set[tuple[str, str]]],
) -> dict[tuple[str, str], Refusal]:
    refused: dict[tuple[str, str], Refusal] = {}

    def send(part: list[Pair], patience: Patience) -> None:
        try:
            body = {"inputs": [shaped(pair) for pair in part]}
            answer = session.write("POST", path, body, patience=patience)
        except WriteRefused as error:
            if len(part) == 1:
                refused[part[0][:2]] = error.refusal or Refusal("")
                return
            middle = len(part) // 2
            send(part[:middle], patience)
            send(part[middle:], patience)
            return
        done = linked(answer)
        entries = answer.json.get("errors") or []
        refused.update(
            {pair[:2]: _refusal_of(pair, entries) for pair in part if pair[:2] not in done}
        )

    halving(session.patience, list(pairs), send)
    return refused


def _linked(answer: Answer) -> set[tuple[str, str]]:
    rows = answer.json.get("results") or []
    return {(str(row.get("fromObjectId")), str(row.get("toObjectId"))) for row in rows}


def _linked_plainly(answer: Answer) -> set[tuple[str, str]]:
    rows = answer.json.get("results") or []
    return {(str(row["from"]["id"]), str(row["to"]["id"])) for row in rows}


def _refusal_of(pair: Pair, entries: list[dict[str, Any]]) -> Refusal:
    """The error that names one of the pair's ends: there is no trace id in these errors."""
    for entry in entries:
        context = entry.get("context") or {}
        if pair.from_id in map(str, context.get("fromObjectId") or ()) or pair.to_id in map(
            str, context.get("toObjectId") or ()
        ):
            return refusal_in(entry)
    return Refusal("not linked")
