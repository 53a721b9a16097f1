"""Property groups and properties: made before anything that needs them."""

from functools import partial
from typing import Any

import orjson

from include.hubspot import definitions, reference
from include.migration.entries import Entry, Intent, Outcome, Planned, hash_of
from include.migration.errors import WriteFailed
from include.migration.making import Standing, make_definition
from include.migration.run import Run

GROUPS, PROPERTIES = "property_groups", "properties"


def enter(run: Run) -> None:
    """Enter the plan's groups and properties into the ledger."""
    for kind, table in ((GROUPS, "plan_property_groups"), (PROPERTIES, "plan_properties")):
        sql = f"select object_type || '/' || name, action from plan.migration.{table} order by 1"  # noqa: S608
        run.enter(kind, (Planned(key, key, None, action) for key, action in run.rows(sql)))


def write_groups(run: Run) -> None:
    """Make the property groups that the target lacks, several at a time.

    Raises:
        WriteFailed: HubSpot refused one.
        HubSpotError: As drawn in its room.
    """
    rows = list(
        run.rows(
            "select object_type, name, label, display_order "
            "from plan.migration.plan_property_groups where action = 'create' order by 1, 2"
        )
    )
    entries, standing = run.entries(GROUPS), Standing(run, _groups, {row[0] for row in rows})

    def write(batch: list[tuple]) -> None:
        ((object_type, name, label, order),) = batch
        given = {"name": name, "label": label} | ({} if order is None else {"displayOrder": order})
        make_definition(
            run,
            GROUPS,
            entries[f"{object_type}/{name}"],
            given,
            find=partial(standing.find, object_type, name),
            create=partial(definitions.create_group, run.target, object_type, given),
        )

    for _ in run.side_by_side(([row] for row in rows), write):
        pass


def write_properties(run: Run) -> None:
    """Make the properties that the target lacks, and give others the options that they lack.

    Raises:
        WriteFailed: HubSpot refused one, or it stands with another type.
        HubSpotError: As drawn in its room.
    """
    rows = list(
        run.rows(
            "select object_type, name, definition, action from plan.migration.plan_properties "
            "where action in ('create', 'patch_options') order by 1, 2"
        )
    )
    entries = run.entries(PROPERTIES)
    standing = Standing(run, _properties, {row[0] for row in rows})

    def write(batch: list[tuple]) -> None:
        ((object_type, name, definition, action),) = batch
        entry, given = entries[f"{object_type}/{name}"], orjson.loads(definition)
        if action == "patch_options":
            _add_options(run, entry, given, standing)
            return
        made = make_definition(
            run,
            PROPERTIES,
            entry,
            given,
            find=partial(standing.find, object_type, name),
            create=partial(definitions.create_property, run.target, object_type, given),
        )
        _correct(run, entry, given, made)

    for _ in run.side_by_side(([row] for row in rows), write):
        pass


def _correct(run: Run, entry: Entry, given: dict, found: dict) -> None:
    """See that what stands is what was planned: an archived homonym comes back as it was."""
    object_type, name = entry.key.split("/")
    if found.get("type") != given["type"] or bool(found.get("hasUniqueValue")) != bool(
        given.get("hasUniqueValue")
    ):
        run.settle(PROPERTIES, [Outcome(entry.key, "failed", reason="stands with another type")])
        raise WriteFailed(
            f"property {name} of the target's {object_type} stands with type {found.get('type')}, "
            f"not {given['type']}: no ticket was written by this run; rename one of the two."
        )
    missing = _missing_options(found, given)
    if missing:
        options = [*(found.get("options") or []), *missing]
        definitions.change_property(run.target, object_type, name, {"options": options})


def _add_options(run: Run, entry: Entry, given: dict, standing: Standing) -> None:
    object_type, name = entry.key.split("/")
    found = standing.find(object_type, name)
    if found is None:
        run.settle(PROPERTIES, [Outcome(entry.key, "failed", reason="gone since the plan")])
        raise WriteFailed(
            f"property {name} of the target's {object_type} is gone since the plan was made: no "
            "ticket was written by this run; run `migrate plan` again."
        )
    missing = _missing_options(found, given)
    if missing:
        # the whole list replaces the one that stands, also what was added to it since the plan
        before = found.get("options") or []
        options = [*before, *missing]
        run.intend(PROPERTIES, [Intent(entry.key, hash_of(given), {"options": before})])
        definitions.change_property(run.target, object_type, name, {"options": options})
    run.settle(PROPERTIES, [Outcome(entry.key, "confirmed", is_ours=False)])


def _missing_options(found: dict[str, Any], given: dict[str, Any]) -> list[dict[str, Any]]:
    standing = {option["value"] for option in found.get("options") or []}
    return [option for option in given.get("options") or [] if option["value"] not in standing]


def _groups(run: Run, object_type: str) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in reference.property_groups(run.target, object_type)}


def _properties(run: Run, object_type: str) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in reference.property_definitions(run.target, object_type)}
