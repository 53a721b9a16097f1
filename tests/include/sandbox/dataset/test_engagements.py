"""A dataset's engagements as the objects that they are at HubSpot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from include.sandbox.dataset import load_dataset
from include.sandbox.errors import BrokenDataset
from tests.datasets import write_dataset
from tests.include.sandbox.portals import at, dataset_portal, record, shown

TICKETS, CONTACTS = [(1, at(1)), (2, at(3))], [{"id": 7, "email": "a@example.com"}]


def row(kind: str, **more: Any) -> dict[str, Any]:
    known = {"id": 5, "type": kind, "ticket_id": 1, "occurred_at": at(2), "owner_id": "61"}
    return known | {"contact_id": 7, "subject": "Re: door", "body": "It <b>opens</b>"} | more


@pytest.mark.parametrize(
    ("kind", "direction", "expected"),
    [
        ("notes", "", {"hs_note_body": "It <b>opens</b>"}),
        ("emails", "INCOMING", {"hs_email_direction": "INCOMING_EMAIL"}),
        ("emails", "OUTGOING", {"hs_email_direction": "EMAIL", "hs_email_subject": "Re: door"}),
        ("emails", "FORWARDED", {"hs_email_direction": "FORWARDED_EMAIL"}),
        ("calls", "INCOMING", {"hs_call_direction": "INBOUND", "hs_call_title": "Re: door"}),
        ("calls", "OUTGOING", {"hs_call_direction": "OUTBOUND"}),
        ("meetings", "", {"hs_meeting_title": "Re: door", "hs_meeting_start_time": at(2)}),
        ("tasks", "", {"hs_task_subject": "Re: door", "hs_task_is_completed": "1"}),
    ],
)
def test_an_engagement_is_an_object_linked_to_its_ticket_and_contact(
    tmp_path: Path, kind: str, direction: str, expected: dict[str, str]
) -> None:
    folder = write_dataset(
        tmp_path, tickets=TICKETS, contacts=CONTACTS,
        engagements=[row(kind, direction=direction, attachment_ids="11;12")],
    )  # fmt: skip
    portal = dataset_portal(folder, at(4))
    body = record(portal, 5, object_type=kind)
    shared = {"hs_timestamp": at(2), "hubspot_owner_id": "61", "hs_attachment_ids": "11;12"}
    assert expected.items() <= body["properties"].items()
    if kind != "communications":
        assert shared.items() <= body["properties"].items()
    assert body["createdAt"] == body["updatedAt"] == at(2)
    assert portal.associations.of(kind, "tickets", 5).keys() == {1}
    assert portal.associations.of("contacts", kind, 7).keys() == {5}
    ticket = portal.stores["tickets"].records[1]
    assert ticket.modified == ticket.created  # nothing happens to the ticket itself


def test_an_engagement_older_than_its_ticket_is_linked_when_both_exist(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path, tickets=TICKETS, engagements=[row("notes", ticket_id=2)])
    portal = dataset_portal(folder, at(2))
    assert portal.associations.of("notes", "tickets", 5) == {}
    portal.advance(portal.clock.now() + 2 * 86_400_000)
    assert portal.associations.of("notes", "tickets", 5).keys() == {2}
    assert shown(portal) == shown(dataset_portal(folder, portal.clock.now()))


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (row("letters"), "the type 'letters' is none of notes"),
        (row("notes", ticket_id=9), "the ticket 9 is unknown"),
        (row("notes", contact_id=9), "the contact 9 is unknown"),
        (row("notes", occurred_at="soon"), "occurred_at: 'soon' is not a time"),
        (row("emails", direction="SIDEWAYS"), "the direction 'SIDEWAYS' is none of"),
        (row("notes", attachment_ids="a"), "attachment_ids 'a' are no file ids"),
        (row("notes", id="x"), "id 'x' is not a whole number"),
        (row("notes", id=4), "the notes id 4 stands twice"),
    ],
)
def test_a_broken_row_is_refused_with_its_line(
    tmp_path: Path, broken: dict[str, Any], reason: str
) -> None:
    rows = [row("notes", id=4), broken]
    folder = write_dataset(tmp_path, tickets=TICKETS, contacts=CONTACTS, engagements=rows)
    with pytest.raises(BrokenDataset) as refusal:
        load_dataset(folder)
    assert str(refusal.value).startswith(f"engagements.csv.gz, line 3: {reason}")
