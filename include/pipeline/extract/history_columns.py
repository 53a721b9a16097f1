"""From `propertiesWithHistory` to landing columns: most of what a read of tickets lands.

Columns, not rows: a million tickets have twenty million entries, and a dict for each cost more
than everything else that is done with a ticket.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import repeat
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
            # Most properties never had a value, and most others had one.
            if len(newest_first) > 1:
                start = len(entries)
                entries.extend(reversed(newest_first))
                if _share_a_moment(newest_first):
                    shared.append((start, len(entries)))
            else:
                entries.extend(newest_first)
            names.extend(repeat(name, len(newest_first)))
        ticket_ids.extend(repeat(str(record["id"]), len(entries) - before))
    return {"ticket_id": ticket_ids, "property_name": names} | _of_entries(entries, shared)


def _of_entries(entries: list[Entry], shared: list[tuple[int, int]]) -> dict[str, list]:
    stamps = [str(entry["timestamp"]) for entry in entries]
    # Arrow reads the usual form by itself, many times faster.
    usual = all(map(_USUAL.fullmatch, stamps))
    columns = {
        "changed_at": stamps if usual else [moment(stamp) for stamp in stamps],
        "value": _texts(entries, "value", ""),
        "occurrence": [1] * len(entries),
        "sequence": [1] * len(entries),
        "source_type": _texts(entries, "sourceType"),
        "source_id": _texts(entries, "sourceId"),
        "source_label": _texts(entries, "sourceLabel"),
        "updated_by_user_id": _texts(entries, "updatedByUserId"),
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


def _texts(entries: list[Entry], name: str, absent: str | None = None) -> list[str | None]:
    values = [entry.get(name) for entry in entries]
    return [
        value if type(value) is str else absent if value is None else str(value) for value in values
    ]
