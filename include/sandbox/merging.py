"""Merging two records: a new record with a new id; both old ids become its aliases."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from include.sandbox.contents import MergeEvent
from include.sandbox.records import WIDTH, Record

if TYPE_CHECKING:
    from include.sandbox.portal import Portal


def merge_records(portal: Portal, merge: MergeEvent) -> Record | None:
    """Merge the secondary into the primary record as HubSpot does (hubspot-api.md 3.6).

    The primary's values win, both histories are united, edges move to the survivor, and
    `hs_merged_object_ids` names all predecessors. The survivor is as old as the older of the two.

    Returns:
        The survivor, or None when one of them is gone or both are the same record.
    """
    store, index = portal.stores[merge.object_type], portal.indexes[merge.object_type]
    winner, loser = store.resolve(merge.primary), store.resolve(merge.secondary)
    if winner is None or loser is None or winner is loser:
        return None
    when, now = merge.when, max(merge.when, portal.clock.now())
    merged = Record(merge.survivor, min(winner.created, loser.created))
    merged.log = _united(winner, loser)
    merged.settle(when)
    _reassert(portal, merge, merged, (winner, loser))
    for old in (winner, loser):
        store.merge_away(old, merged.id)
        index.touch([old], now, left_at=when)
        old.log = old.log[: old.visible * WIDTH]
    store.admit([merged])
    portal.associations.move(merge.object_type, (winner.id, loser.id), merged.id)
    index.appear(merged, when, now)
    portal.schedule.push(merge.object_type, merged)
    return merged


def _united(winner: Record, loser: Record) -> array[int]:
    """Unite two logs in order of time, what happened and what waits; the loser's first on a tie."""
    entries = [
        (log[at], place, at, log[at : at + WIDTH])
        for place, log in ((0, loser.log), (1, winner.log))
        for at in range(0, len(log), WIDTH)
    ]
    entries.sort(key=lambda entry: entry[:3])
    united = array("q")
    for *_, entry in entries:
        united.extend(entry)
    return united


def _reassert(
    portal: Portal, merge: MergeEvent, merged: Record, parents: tuple[Record, Record]
) -> None:
    """Write the primary's values where the union's newest is another, and the merge itself."""
    source = portal.sources.code("MERGE_OBJECTS")
    now_shown, winner = merged.values(merged.visible), parents[0]
    for name, value in winner.values(winner.visible).items():
        if now_shown.get(name) != value:
            merged.write(merge.when, name, value, source)
    name = portal.stores[merge.object_type].definitions.codes["hs_merged_object_ids"]
    before = [
        portal.texts.text[value]
        for parent in parents
        if (value := parent.value(name, parent.visible)) is not None
    ]
    ids = ";".join([*before, *(str(parent.id) for parent in parents)])
    merged.write(merge.when, name, portal.texts.code(ids), source)
