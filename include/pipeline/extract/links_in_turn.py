"""Links that changed alone: a link moves no modified time, so they are looked at in turn.

Each night spends a few calls, of 1,000 tickets each, on the link sets that were not looked at for
the longest time. A small portal's are all read every night; where there are more, the sweep may
come first.
"""

from datetime import datetime

from include.hubspot.associations import LIMIT, EdgeBatch
from include.hubspot.objects import read_many
from include.pipeline.extract.links import LINKED_TYPES, Links
from include.pipeline.reading.in_flight import read_each
from include.pipeline.reading.reading import Reading
from include.pipeline.settings import link_calls_nightly


def read_links_in_turn(reading: Reading, links: Links, read: set[str]) -> None:
    """Land the links of tickets that nothing else tells of, those read longest ago.

    Args:
        reading: the run.
        links: reads and lands them.
        read: tickets whose links this run has read.

    Raises:
        HubSpotError: HubSpot refused, or could not be reached.
    """
    calls = link_calls_nightly()
    # A night without a cursor reads all links anyway.
    is_a_night = reading.request.mode == "incremental" and reading.since("tickets") is not None
    if not is_a_night or reading.is_partial or not calls:
        return
    for kind, batch in read_each(reading, _jobs(reading, read, calls), links.ask):
        links.land(kind, batch.of(set(batch.ids_read) - _gone(reading, kind, batch)))


def _jobs(reading: Reading, read: set[str], calls: int) -> list[tuple[str, list[str]]]:
    """Cut what is due into full calls, and choose those of the oldest sets."""
    kinds = reading.of_types(LINKED_TYPES)
    due: dict[str, list[tuple[datetime, str]]] = {}
    for kind, at, ticket_id in reading.known.links_read_longest_ago(kinds, calls * LIMIT):
        if ticket_id not in read:
            due.setdefault(kind, []).append((at, ticket_id))
    pieces = [
        (sets[start][0], kind, [one for _, one in sets[start : start + LIMIT]])
        for kind, sets in due.items()
        for start in range(0, len(sets), LIMIT)
    ]
    return [(kind, ids) for _, kind, ids in sorted(pieces)[:calls]]


def _gone(reading: Reading, kind: str, batch: EdgeBatch) -> set[str]:
    """Choose tickets that show no link any more because they were archived or merged away since.

    That says nothing of the links they had, which stay as they were.
    """
    shown = {edge.from_id for edge in batch.edges}
    emptied = reading.known.with_links(kind, [one for one in batch.ids_read if one not in shown])
    there: set[str] = set()
    for found in read_many(reading.session, "tickets", sorted(emptied), ["hs_object_id"]):
        there.update(str(record["id"]) for record in found.records)
    return emptied - there
