"""A dataset's property changes, appended to their tickets' logs in the order they happened."""

from array import array
from pathlib import Path

from include.sandbox.contents import Contents
from include.sandbox.dataset.records import STAMPED, refuse_unknown_reference
from include.sandbox.dataset.rows import Table
from include.sandbox.pipelines import Pipelines
from include.sandbox.records import WIDTH, Record

_REFERENCES = ("hs_pipeline", "hs_pipeline_stage")
_COLUMNS = ("ticket_id", "changed_at", "property", "value")


def read_changes(folder: Path, contents: Contents) -> None:
    """Read every value that a ticket's property took."""
    table = Table(folder, "property_changes.csv.gz", _COLUMNS)
    pipelines = Pipelines(contents.pipelines)
    tickets = {str(ticket_id): ticket for ticket_id, ticket in contents.records["tickets"].items()}
    codes = contents.stores["tickets"].definitions.codes
    latest: dict[str, int] = {}
    places: list[int] = []
    sources: dict[tuple[str, str], int] = {}
    for cells in table.rows():
        places = places or table.places(*_COLUMNS, "source_type", "source_id")
        ticket_id, moment, name, value, *origin = [cells[at] if at >= 0 else "" for at in places]
        ticket = tickets.get(ticket_id)
        if ticket is None:
            raise table.broken(f"the ticket {ticket_id!r} is unknown")
        if name not in codes or name in STAMPED:
            raise table.broken(f"the property {name!r} is no ticket property that can be set")
        when = table.moment(moment, "changed_at")
        if when < latest.get(ticket_id, when):
            raise table.broken(f"ticket {ticket_id}: dated earlier than its row before")
        latest[ticket_id] = when
        if name in _REFERENCES:
            refuse_unknown_reference(table, pipelines, name, value)
        source = sources.get((origin[0], origin[1]))
        if source is None:
            source = sources[(origin[0], origin[1])] = contents.sources.code(*origin)
        _place(ticket, when, codes[name], contents.texts.code(value), source)


def _place(ticket: Record, when: int, name: int, value: int, source: int) -> None:
    """Append an entry; one dated before the creation goes before the values set at creation."""
    log = ticket.log
    if when >= ticket.created:
        ticket.append(when, name, value, source)
        return
    at = len(log)
    while at and log[at - WIDTH] > when:
        at -= WIDTH
    log[at:at] = array("q", (when, name, value, source))
