"""Notes, e-mails, calls, meetings and tasks, upserted by source key; then their links."""

from collections.abc import Iterator

import orjson

from include.migration.entries import Planned
from include.migration.run import Run
from include.migration.uploads import fallen_back_on
from include.migration.write_records import Item, RecordWriter

KINDS = ("notes", "emails", "calls", "meetings", "tasks")


def enter(run: Run) -> None:
    """Enter the plan's engagements into the ledger."""
    for kind in KINDS:
        rows = run.rows(
            "select source_key, source_id, target_id, action from plan.migration.plan_engagements "
            "where object_type = ? order by 1",
            [kind],
        )
        run.enter(kind, (Planned(*row) for row in rows))


def write(run: Run, kind: str) -> None:
    """Create and change engagements of one kind, with the attachments that were brought over.

    Raises:
        HubSpotError: As drawn in its room.
    """
    # the list of attachments is written whole: what is left out of it is taken off the target
    files = fallen_back_on(run) | run.ids("files")
    tickets = run.ids("tickets")

    def items() -> Iterator[Item]:
        for key, target_id, action, properties, attachments, ticket in run.rows(
            "select source_key, target_id, action, properties, attachment_ids, source_ticket_id "
            "from plan.migration.plan_engagements where object_type = ? "
            "and action in ('create', 'update') order by action, source_key",
            [kind],
        ):
            wanted = orjson.loads(attachments)
            values = orjson.loads(properties)
            brought = [files[one] for one in wanted if one in files]
            if brought:
                values["hs_attachment_ids"] = ";".join(brought)
            # on no record of the target it could be found by nobody
            problem = None if ticket in tickets else "its ticket is not at the target"
            yield Item(key, action, values, target_id, problem)

    RecordWriter(run, kind).write(items)
