"""From `propertiesWithHistory` to landing columns: most of what a read of tickets lands.

Columns, not rows: a million tickets have twenty million entries, and a dict for each cost more
than everything else that is done with a ticket.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import repeat
from types import NoneType
from typing import Any

from include.pipeline.extract.rows import moment

# As HubSpot writes them: two of these that differ are two moments.
_USUAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
Entry = Mapping[str, Any]


def history_columns(records: Iterable[Mapping[str, Any]]) -> dict[str, list]:
    """Explode the history of tickets, the entries of each property oldest first.

    HubSpot sends newest first; entries of one moment keep its order, reversed with the rest.

    Args:
        records: as HubSpot sent them.

    Returns:
        The columns of `ticket_property_history`, all of one length.
    """
    ticket_ids: list[str] = []
    names: list[str] = []
    entries: list[Entry] = []
    shared: list[tuple[int, int]] = []
    for record in records:
        before = len(entries)
        for name, newest_first in (record.get("propertiesWithHistory") or {}).items():
            if not newest_first:  # most properties never had a value
                continue
            if len(newest_first) == 1:  # and most others had one
                entries.append(newest_first[0])
                names.append(name)
                continue
            start = len(entries)
            entries.extend(reversed(newest_first))
            names.extend(repeat(name, len(newest_first)))
            if _share_a_moment(newest_first):
                shared.append((start, len(entries)))
        ticket_ids.extend(repeat(str(record["id"]), len(entries) - before))
    return {"ticket_id": ticket_ids, "property_name": names} | _of_entries(entries, shared)


def _of_entries(entries: list[Entry], shared: list[tuple[int, int]]) -> dict[str, list]:
    stamps = _texts([entry["timestamp"] for entry in entries])
    # Arrow reads the usual form by itself, many times faster.
    usual = all(map(_USUAL.fullmatch, set(stamps)))
    columns = {
        "changed_at": stamps if usual else [moment(stamp) for stamp in stamps],
        "value": _texts([entry.get("value") for entry in entries], absent=""),
        "occurrence": [1] * len(entries),
        "sequence": [1] * len(entries),
        "source_type": _texts([entry.get("sourceType") for entry in entries]),
        "source_id": _texts([entry.get("sourceId") for entry in entries]),
        "source_label": _texts([entry.get("sourceLabel") for entry in entries]),
        "updated_by_user_id": _texts([entry.get("updatedByUserId") for entry in entries]),
    }
    for start, end in shared:
        _number(columns, start, end)
    return columns


def _share_a_moment(entries: list[Entry]) -> bool:
    """Whether entries of one property may be of one moment, which can be written in two ways."""
    stamps = {str(entry["timestamp"]) for entry in entries}
    return len(stamps) < len(entries) or len(set(map(len, stamps))) > 1


def _number(columns: dict[str, list], start: int, end: int) -> None:
    at_moment: Counter[object] = Counter()
    equal: Counter[tuple[object, str]] = Counter()
    for place in range(start, end):
        at, value = columns["changed_at"][place], columns["value"][place]
        at_moment[at] += 1
        equal[at, value] += 1
        columns["sequence"][place] = at_moment[at]
        columns["occurrence"][place] = equal[at, value]


def _texts(values: list, absent: str | None = None) -> list:
    kinds = set(map(type, values))
    if kinds <= {str} or (absent is None and kinds <= {str, NoneType}):
        return values
    return [
        value if type(value) is str else absent if value is None else str(value) for value in values
    ]
