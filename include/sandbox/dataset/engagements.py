"""A dataset's engagements: notes, e-mails, calls, meetings and tasks of its tickets."""

from pathlib import Path

from include.sandbox.contents import Contents
from include.sandbox.dataset.rows import Table
from include.sandbox.engagements import DIRECTIONS, KINDS, Engagement, add_engagement
from include.sandbox.store import record_id_of

FILE = "engagements.csv.gz"


def read_engagements(folder: Path, contents: Contents) -> None:
    """Read engagements; each is linked to its ticket, and to its contact when it names one."""
    table = Table(folder, FILE, ("id", "type", "ticket_id", "occurred_at"))
    knows_contacts = (folder / "contacts.csv.gz").exists()
    source = contents.sources.code("CRM_UI")
    for cells in table.rows():
        row = dict(zip(table.columns, cells, strict=True))
        done = _read(table, contents, row)
        if (
            knows_contacts
            and done.contact_id
            and (done.contact_id not in contents.records["contacts"])
        ):
            raise table.broken(f"the contact {done.contact_id} is unknown")
        born = contents.records["tickets"][done.ticket_id].created
        add_engagement(contents, done, source, born)


def _read(table: Table, contents: Contents, row: dict[str, str]) -> Engagement:
    kind, engagement_id = row["type"], table.whole_number(row["id"], "id")
    if kind not in KINDS:
        raise table.broken(f"the type {kind!r} is none of {', '.join(KINDS)}")
    if engagement_id in contents.records[kind]:
        raise table.broken(f"the {kind} id {engagement_id} stands twice")
    ticket_id = table.whole_number(row["ticket_id"], "ticket_id")
    if ticket_id not in contents.records["tickets"]:
        raise table.broken(f"the ticket {ticket_id} is unknown")
    direction, contact = row.get("direction", ""), row.get("contact_id", "")
    if direction not in DIRECTIONS:
        raise table.broken(f"the direction {direction!r} is none of INCOMING, OUTGOING, FORWARDED")
    attachments = row.get("attachment_ids", "")
    if any(record_id_of(part) is None for part in attachments.split(";") if part):
        raise table.broken(f"attachment_ids {attachments!r} are no file ids separated by ;")
    return Engagement(
        engagement_id,
        kind,
        ticket_id,
        table.moment(row["occurred_at"], "occurred_at"),
        direction,
        row.get("owner_id", ""),
        table.whole_number(contact, "contact_id") if contact else 0,
        row.get("subject", ""),
        row.get("body", ""),
        attachments,
    )
