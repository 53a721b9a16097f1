"""Association labels: a portal's own types of links, which have other ids in every portal."""

from functools import partial
from typing import Any

from include.hubspot import definitions
from include.migration.entries import Outcome, Planned, hash_of
from include.migration.errors import WriteFailed
from include.migration.making import Standing, make_definition
from include.migration.run import Run

LABELS = "association_labels"


def enter(run: Run) -> None:
    """Enter the plan's labels into the ledger."""
    sql = (
        "select object_type || '/' || label, cast(target_type_id as varchar), action, label "
        "from plan.migration.plan_association_labels order by 1"
    )
    rows = run.rows(sql)
    run.enter(
        LABELS, (Planned(key, key, to, action, label=label) for key, to, action, label in rows)
    )


def write(run: Run) -> dict[tuple[str, str], int]:
    """Make the association labels that the target lacks.

    Returns:
        (object type, label) to the type id of links from tickets.

    Raises:
        WriteFailed: HubSpot refused one.
        HubSpotError: As drawn in its room.
    """
    entries, standing, types = run.entries(LABELS), Standing(run, _labels), {}
    for object_type, label, name, inverse, target in run.rows(
        "select object_type, label, name, inverse_label, target_type_id "
        "from plan.migration.plan_association_labels order by 1, 2"
    ):
        if target is not None:
            types[object_type, label] = int(target)
            continue
        given = {"label": label, "name": name or _internal(label)}
        given |= {"inverseLabel": inverse} if inverse else {}
        make_definition(
            run,
            LABELS,
            entries[f"{object_type}/{label}"],
            given,
            find=partial(standing.find, object_type, label),
            create=partial(definitions.create_label, run.target, "tickets", object_type, given),
        )
        found = standing.find(object_type, label, anew=True)
        if found is None:
            raise WriteFailed(f"the label {label!r} was made but cannot be found: run again.")
        types[object_type, label] = int(found["typeId"])
        run.settle(LABELS, [Outcome(f"{object_type}/{label}", "confirmed", str(found["typeId"]))])
    return types


def _internal(label: str) -> str:
    name = "".join(c if c.isascii() and c.isalnum() else "_" for c in label.lower()).strip("_")
    return f"migrated_{name or hash_of(label)[:8]}"[:50]


def _labels(run: Run, object_type: str) -> dict[str, dict[str, Any]]:
    found = definitions.association_labels(run.target, "tickets", object_type)
    return {one["label"]: one for one in found if one.get("label")}
