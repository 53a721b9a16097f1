"""Many records in one write: each input ends as a record, a refusal, or unsettled.

Every input carries an `objectWriteTraceId`, its position: without one on every input a single bad
row fails the whole batch. Results come in no promised order.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from include.hubspot.answers import Answer
from include.hubspot.batches import halving
from include.hubspot.errors import WriteRefused
from include.hubspot.refusals import Refusal, refusal_in
from include.hubspot.retries import Patience
from include.hubspot.writing import WritingSession

LIMIT = 100
# Values of a batch, in characters: 100 texts of 65,536 are more than HubSpot's edge may take.
CHARACTERS = 2_000_000
Row = tuple[str, Mapping[str, str]]


@dataclass(frozen=True)
class BatchWrite:
    """What became of the inputs of a batch, by position.

    Attributes:
        records: Records as HubSpot sent them; after an upsert with `new`.
        refused: Why HubSpot did not take the others.
        unsettled: Positions of which the answer said nothing: read them back.
    """

    records: dict[int, dict[str, Any]] = field(default_factory=dict)
    refused: dict[int, Refusal] = field(default_factory=dict)
    unsettled: list[int] = field(default_factory=list)


def upsert_batch(
    session: WritingSession, object_type: str, id_property: str, rows: Sequence[Row]
) -> BatchWrite:
    """Create records, or change those that have the key already.

    Args:
        session: Bound to the portal.
        object_type: tickets, contacts, notes, …
        id_property: A unique property, or a contact's `email`.
        rows: At most 100 of (value of `id_property`, properties); no value twice.

    Raises:
        ValueError: No row, or too many.
        HubSpotError: As drawn in `errors`; a refusal of single rows is none.
    """

    def shaped(row: Row) -> dict[str, Any]:
        return {"idProperty": id_property, "id": row[0], "properties": dict(row[1])}

    def key_of(record: Mapping[str, Any]) -> str:
        return str((record.get("properties") or {}).get(id_property) or "").lower()

    return _write(session, object_type, "upsert", rows, shaped, key_of)


def update_batch(session: WritingSession, object_type: str, rows: Sequence[Row]) -> BatchWrite:
    """Change records by id; arguments as `upsert_batch`, with rows of (record id, properties)."""

    def shaped(row: Row) -> dict[str, Any]:
        return {"id": row[0], "properties": dict(row[1])}

    return _write(session, object_type, "update", rows, shaped, lambda record: str(record["id"]))


def archive_batch(session: WritingSession, object_type: str, ids: Sequence[str]) -> None:
    """Put records into the recycle bin; those that are there or unknown change nothing.

    Raises:
        ValueError: No id, or too many.
        HubSpotError: As drawn in `errors`.
    """
    _require_size(ids)
    path = session.write_paths.batch(object_type, "archive")

    def archive(part: list[str], patience: Patience) -> None:
        session.write("POST", path, {"inputs": [{"id": one} for one in part]}, patience=patience)

    halving(session.patience, list(ids), archive)


def _require_size(rows: Sequence[Any]) -> None:
    if not 1 <= len(rows) <= LIMIT:
        raise ValueError(f"{len(rows)} records in one write: HubSpot takes 1 to {LIMIT}")


def _write(  # noqa: PLR0913, PLR0917 - one batch, said in full by its three callers
    session: WritingSession,
    object_type: str,
    action: str,
    rows: Sequence[Row],
    shaped: Callable[[Row], dict[str, Any]],
    key_of: Callable[[Mapping[str, Any]], str],
) -> BatchWrite:
    _require_size(rows)
    path = session.write_paths.batch(object_type, action)
    inputs = [shaped(row) | {"objectWriteTraceId": str(i)} for i, row in enumerate(rows)]
    positions = {row[0].lower(): i for i, row in enumerate(rows)}
    settled = BatchWrite()

    def send(part: list[int], patience: Patience) -> None:
        try:
            body = {"inputs": [inputs[i] for i in part]}
            answer = session.write("POST", path, body, patience=patience)
        except WriteRefused as error:
            if len(part) == 1:
                settled.refused[part[0]] = error.refusal or Refusal("")
                return
            # the request as a whole, for one row of it: the halves tell which
            middle = len(part) // 2
            send(part[:middle], patience)
            send(part[middle:], patience)
            return
        _settle(settled, answer, part, lambda record: positions.get(key_of(record)))

    halving(session.patience, list(range(len(rows))), send)
    return settled


def _settle(
    settled: BatchWrite,
    answer: Answer,
    part: list[int],
    find: Callable[[Mapping[str, Any]], int | None],
) -> None:
    left = set(part)
    for record in answer.json.get("results") or []:
        position = _traced(record.get("objectWriteTraceId"), left)
        position = find(record) if position is None else position
        if position in left:
            left.discard(position)
            settled.records[position] = record
    for entry in answer.json.get("errors") or []:
        context = entry.get("context") or {}
        named = context.get("objectWriteTraceId") or []
        for trace in [named] if isinstance(named, str) else named:
            position = _traced(trace, left)
            if position is not None:
                left.discard(position)
                settled.refused[position] = refusal_in(entry)
    settled.unsettled.extend(sorted(left))


def _traced(trace: Any, left: set[int]) -> int | None:
    position = int(trace) if isinstance(trace, str) and trace.isdecimal() else None
    return position if position in left else None
