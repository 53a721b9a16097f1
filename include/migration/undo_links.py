"""Links of records that were there before the migration: as they were before it."""

from collections.abc import Sequence

from include.hubspot import association_writing as links
from include.hubspot.association_writing import Pair
from include.migration.entries import Entry, Outcome
from include.migration.links import OF_ENGAGEMENTS, OF_TICKETS
from include.migration.run import batched
from include.migration.undoing import Undoing


def take_back(undoing: Undoing) -> None:
    """Give links their before-image; links of records that are archived go with those.

    Raises:
        HubSpotError: As drawn in its room.
    """
    for kind in (OF_ENGAGEMENTS, OF_TICKETS):
        groups: dict[tuple[str, str], list[Entry]] = {}
        gone = []
        for entry in undoing.entries(kind).values():
            if entry.state in {"undone", "planned"}:
                continue
            if entry.before is None:
                gone.append(Outcome(entry.key, "undone"))
            else:
                groups.setdefault(_types(kind, entry.key), []).append(entry)
        for (from_type, to_type), entries in groups.items():
            for batch in batched(entries, links.LIMIT_DEFAULT):
                _restore(undoing, kind, from_type, to_type, batch)
        undoing.settle(kind, gone)


def _types(kind: str, key: str) -> tuple[str, str]:
    start, to_type, _ = key.split(">")
    return ("tickets" if kind == OF_TICKETS else start.split(":", maxsplit=1)[0]), to_type


def _restore(
    undoing: Undoing, kind: str, from_type: str, to_type: str, entries: list[Entry]
) -> None:
    new = [entry for entry in entries if not entry.before["types"]]
    older = [entry for entry in entries if entry.before["types"]]

    def unlink(some: Sequence[Entry]) -> None:
        links.unlink_batch(undoing.target, from_type, to_type, list(map(_pair, some)))

    if new:
        undoing.settle_each(kind, new, unlink)
    if not older:
        return
    refused = links.link_batch(undoing.target, from_type, to_type, list(map(_pair, older)))
    for entry in older:
        refusal = refused.get(_pair(entry)[:2])
        if refusal:
            undoing.refused(kind, entry, refusal)
        else:
            undoing.settle(kind, [Outcome(entry.key, "undone")])


def _pair(entry: Entry) -> Pair:
    """The link as it was before the migration; without types: there was none."""
    image = entry.before
    types = tuple((kept["category"], int(kept["typeId"])) for kept in image["types"])
    return Pair(image["from"], image["to"], types)
