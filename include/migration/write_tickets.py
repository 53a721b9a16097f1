"""Contacts, companies, deals and tickets: the plan's rows as records to write."""

from collections.abc import Iterator

import orjson

from include.hubspot.refusals import Refusal
from include.migration.entries import Planned
from include.migration.run import Run
from include.migration.write_records import Item, RecordWriter

RELATED = ("contacts", "companies", "deals")


def enter(run: Run) -> None:
    """Enter the plan's records into the ledger."""
    for object_type in RELATED:
        columns = "source_key, source_id, target_id, action"
        sql = f"select {columns} from plan.migration.plan_{object_type} order by 1"  # noqa: S608
        run.enter(object_type, (Planned(*row) for row in run.rows(sql)))
    sql = (
        "select source_key, source_id, target_id, action, reason "
        "from plan.migration.plan_tickets order by 1"
    )
    run.enter("tickets", (Planned(*row) for row in run.rows(sql)))


def write_related(run: Run, object_type: str) -> None:
    """Create the contacts, companies or deals that the target lacks.

    A contact whose e-mail somebody gave to another one since the plan was made is adopted.

    Raises:
        HubSpotError: As drawn in its room.
    """
    sql = (
        f"select source_key, properties from plan.migration.plan_{object_type} "  # noqa: S608
        "where action = 'create' order by source_id"
    )

    def items() -> Iterator[Item]:
        for key, properties in run.rows(sql):
            yield Item(key, "create", orjson.loads(properties))

    adopt = _existing if object_type == "contacts" else None
    RecordWriter(run, object_type, adopt).write(items)


def write_tickets(run: Run) -> None:
    """Create and change tickets, in the target's pipelines and stages.

    Raises:
        HubSpotError: As drawn in its room.
    """
    sql = (
        "select source_key, target_id, action, properties from plan.migration.plan_tickets "
        "where action in ('create', 'update') order by action, try_cast(source_id as hugeint), 1"
    )

    def items() -> Iterator[Item]:
        for key, target_id, action, properties in run.rows(sql):
            yield Item(key, action, _placed(run, orjson.loads(properties)), target_id)

    RecordWriter(run, "tickets").write(items)


def _placed(run: Run, properties: dict[str, str]) -> dict[str, str]:
    """The properties with the target's pipeline and stage in the place of the source's."""
    if "hs_pipeline_stage" not in properties:
        return properties
    source = (properties["hs_pipeline"], properties["hs_pipeline_stage"])
    pipeline, stage = run.stages[source]
    return properties | {"hs_pipeline": pipeline, "hs_pipeline_stage": stage}


def _existing(refusal: Refusal) -> str | None:
    return refusal.existing_id if refusal.category == "CONFLICT" else None
