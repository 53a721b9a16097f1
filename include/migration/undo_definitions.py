"""Labels, pipelines, stages, properties and groups that a migration made, taken away again.

One whose creation was sent and never settled is looked for: no intent is noted while one of that
name stands, so what stands after it is ours. What is in use by others by now is left, and said.
"""

from collections.abc import Callable

from include.hubspot import definitions, reference
from include.migration.entries import Entry
from include.migration.undoing import Undoing

TICKETS = "tickets"


def take_back(undoing: Undoing) -> None:
    """Take away what was made, in the opposite order.

    Raises:
        HubSpotError: As drawn in its room.
    """
    target = undoing.target
    _each(undoing, "association_labels", _made, lambda e: _delete_label(undoing, e))
    _each(undoing, "stages", _made, lambda e: _delete_stage(undoing, e))
    _each(undoing, "pipelines", _made, lambda e: _delete_pipeline(undoing, e))
    _each(
        undoing,
        "properties",
        lambda e: e.before is not None and not e.is_ours,
        lambda e: definitions.change_property(target, *e.key.split("/"), e.before),
    )
    _each(
        undoing,
        "properties",
        _made,
        lambda e: definitions.archive_property(target, *e.key.split("/")),
    )
    _each(
        undoing,
        "property_groups",
        _made,
        lambda e: definitions.archive_group(target, *e.key.split("/")),
    )


def _made(entry: Entry) -> bool:
    return entry.may_be_ours


def _each(
    undoing: Undoing,
    kind: str,
    concerns: Callable[[Entry], bool],
    take_away: Callable[[Entry], object],
) -> None:
    for entry in undoing.entries(kind).values():
        if entry.state == "undone" or not concerns(entry):
            continue
        undoing.settle_each(kind, [entry], lambda some: take_away(some[0]))


def _delete_label(undoing: Undoing, entry: Entry) -> None:
    object_type = entry.key.split("/", maxsplit=1)[0]
    for one in definitions.association_labels(undoing.target, TICKETS, object_type):
        if str(one["typeId"]) == entry.target_id or (
            entry.target_id is None and one.get("label") == entry.label
        ):
            definitions.delete_label(undoing.target, TICKETS, object_type, int(one["typeId"]))
            return


def _delete_pipeline(undoing: Undoing, entry: Entry) -> None:
    for one in reference.pipelines(undoing.target, TICKETS):
        if one["id"] == entry.target_id or (
            entry.target_id is None and one["label"] == entry.label
        ):
            definitions.delete_pipeline(undoing.target, TICKETS, one["id"])
            return


def _delete_stage(undoing: Undoing, entry: Entry) -> None:
    """Delete a stage, unless it goes with its pipeline."""
    pipeline = undoing.entries("pipelines")[entry.key.split("/", maxsplit=1)[0]]
    if pipeline.may_be_ours:
        return
    for one in reference.pipelines(undoing.target, TICKETS):
        if one["id"] != pipeline.target_id:
            continue
        for stage in one["stages"]:
            if stage["id"] == entry.target_id or (
                entry.target_id is None and stage["label"] == entry.label
            ):
                definitions.delete_stage(undoing.target, TICKETS, one["id"], stage["id"])
