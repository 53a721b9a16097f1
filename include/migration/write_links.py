"""Links of tickets with contacts, companies and deals, with their labels."""

from collections.abc import Iterator
from typing import Any

import orjson

from include.hubspot.association_writing import Pair
from include.migration.entries import Planned
from include.migration.links import OF_TICKETS, RELATED, Link, LinkWriter
from include.migration.run import Run


def enter(run: Run) -> None:
    """Enter the plan's links into the ledger."""
    sql = (
        "select source_ticket_id || '>' || object_type || '>' || source_object_id, "
        "source_ticket_id, null, action from plan.migration.plan_associations order by 1"
    )
    run.enter(OF_TICKETS, (Planned(*row) for row in run.rows(sql)))


def write_ticket_links(run: Run, labels: dict[tuple[str, str], int]) -> None:
    """Give tickets their links, and take those away that are gone at the source.

    Args:
        run: The migration.
        labels: (object type, label) to the target's type id.

    Raises:
        HubSpotError: As drawn in its room.
    """
    tickets = run.ids("tickets")
    ours = {entry.source_id for entry in run.entries("tickets").values() if entry.is_ours}
    for object_type in RELATED:
        others = run.ids(object_type)
        for action in ("create", "archive"):
            source = _ticket_links(run, object_type, action, tickets, others, labels)
            LinkWriter(run, OF_TICKETS, "tickets", object_type, ours).write(source, action)


def _ticket_links(  # noqa: PLR0913, PLR0917 - rows of the plan and three maps
    run: Run,
    object_type: str,
    action: str,
    tickets: dict[str, str],
    others: dict[str, str],
    labels: dict[tuple[str, str], int],
) -> Iterator[Link]:
    for ticket, other, text in run.rows(
        "select source_ticket_id, source_object_id, types from plan.migration.plan_associations "
        "where object_type = ? and action = ? order by 1, 2",
        [object_type, action],
    ):
        key = f"{ticket}>{object_type}>{other}"
        if ticket not in tickets or other not in others:
            yield Link(key, action, None)
            continue
        types = tuple(_type(object_type, one, labels) for one in orjson.loads(text))
        yield Link(key, action, Pair(tickets[ticket], others[other], types))


def _type(object_type: str, given: dict[str, Any], labels: dict) -> tuple[str, int]:
    """HubSpot's own types are the same everywhere; a portal's own go by their label."""
    if given["category"] == "HUBSPOT_DEFINED":
        return given["category"], int(given["typeId"])
    return "USER_DEFINED", labels[object_type, given["label"]]
