"""The sweep's look at calculated properties: they change without moving a modified time."""

from collections import Counter

import orjson

from include.pipeline.extract.added_properties import TicketParts
from include.pipeline.extract.reference import Definitions
from include.pipeline.reading.reading import Reading


def sweep_calculated(
    reading: Reading, definitions: Definitions, read: set[str], found: Counter[str]
) -> None:
    """Read the calculated properties of all open tickets, and land those that differ.

    A closed ticket's are left alone: what they count (responses, time to close) stands still.

    Args:
        reading: the sweep.
        definitions: which properties there are.
        read: tickets that the sweep reads whole.
        found: counts `recalculated`.

    Raises:
        HubSpotError: HubSpot refused, or could not be reached.
    """
    found["recalculated"] = 0
    names = list(definitions.calculated)
    if not names:
        return
    parts = TicketParts(reading, names, read)
    for records, at in parts.read(reading.known.open_tickets()):
        stored = reading.known.records("tickets", [str(record["id"]) for record in records])
        changed = [record for record in records if _differs(record, stored)]
        found["recalculated"] += len(changed)
        parts.write(changed, at)


def _differs(record: dict, stored: dict[str, str]) -> bool:
    known = orjson.loads(stored[str(record["id"])])
    return any(known.get(name) != value for name, value in record["properties"].items())
