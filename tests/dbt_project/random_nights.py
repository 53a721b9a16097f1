"""A portal of random lives as each of several nights found it, for builds that go on.

What happened is not always found the night after: a night knows what had happened and had been
found by then.
"""

import json
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.dbt_project.random_talk import say
from tests.dbt_project.random_tickets import AS_OF, portal_of, random_ticket
from tests.dbt_project.raw_portal import LONG_AGO, RawPortal
from tests.dbt_project.reference_ticket import Ticket

CONTACTS, COMPANIES, DEALS, FILES = "1234567", "89", "5", "abcdef"
_DAY = timedelta(days=1)
Row = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """What a night knows of: things by a name, each found on time or late."""

    seed: str
    night: datetime

    def dice(self, *name: object) -> random.Random:
        """Give dice that fall the same for a name in every night."""
        return random.Random(repr((self.seed, name)))

    def knows(self, when: datetime, *name: object) -> bool:
        """Tell whether what happened then was found by this night."""
        late = self.dice("late", name).choice((0, 0, 0, 0.2, 1, 2))
        return when + late * _DAY <= self.night

    def turn(self, *name: object) -> datetime:
        """Give a moment around the nights, at which something about the name changes."""
        return AS_OF - self.dice("turn", name).uniform(-1, 4) * _DAY


def portal_by(seed: int, night: datetime, count: int) -> RawPortal:
    """The whole portal as a night found it."""
    found = Found(str(seed), night)
    dice = random.Random(seed)
    lives = [random_ticket(dice, str(1000 + number)) for number in range(count)]
    known = [life for life in lives if found.knows(life.created_at, "ticket", life.ticket_id)]
    portal = portal_of([])
    portal.data_as_of = night
    portal.add("owners", id="501", user_id="7", email="a@example.com", archived=False)
    _definitions(portal)
    _people(portal, found)
    for life in known:
        _ticket(portal, found, life, [other.ticket_id for other in known])
    _senders(portal, found)
    return portal


def _definitions(portal: RawPortal) -> None:
    for name, kind in (("floor", "number"), ("due_on", "date")):
        portal.add("properties", object_type="tickets", name=name, type=kind, hubspot_defined=False)


def _people(portal: RawPortal, found: Found) -> None:
    for table, ids in (("contacts", CONTACTS), ("companies", COMPANIES), ("deals", DEALS)):
        for key in ids:
            changed = found.night >= found.turn(table, key)
            values = {
                "email": f"{key}{'new' if changed else ''}@example.com",
                "name": f"n{changed}",
            }
            gone = table != "contacts" and changed
            if found.knows(found.turn(table, key, "made") - 3 * _DAY, table, key):
                portal.add(
                    table,
                    id=key,
                    created_at=LONG_AGO,
                    archived=gone,
                    archived_at=found.turn(table, key) if gone else None,
                    properties=json.dumps(values),
                )
    for key in FILES:
        if found.knows(found.turn("file", key), "file", key):
            portal.add(
                "files", id=key, created_at=LONG_AGO, archived=False, properties='{"name": "f"}'
            )


def _ticket(portal: RawPortal, found: Found, life: Ticket, others: list[str]) -> None:
    key = life.ticket_id
    dice = found.dice("ticket", key)
    entries = [
        entry for n, entry in enumerate(life.entries) if found.knows(entry[1], "entry", key, n)
    ]
    merged_at = found.turn("merge", key)
    if dice.random() < 0.1 and found.knows(merged_at, "merge", key):
        entries.append(("hs_merged_object_ids", merged_at, ";".join(dice.sample(others, 2))))
    ended = life.archived_at if life.archived_at and life.archived_at <= found.night else None
    due = found.turn("due", key)
    properties = {
        "floor": dice.choice(("1", "2", "third")) if due < found.night else "0",
        "hs_time_to_close_sla_at": f"{due.isoformat()}Z",
        "hs_time_to_close_sla_status": dice.choice("1234"),
    }
    portal.ticket(key, life.created_at, entries, archived_at=ended, **properties)
    asked_at = found.turn("asked", key) - 2 * _DAY
    if asked_at <= found.night:
        portal.add(
            "ticket_association_reads", ticket_id=key, object_type="emails", first_read_at=asked_at
        )
    _links(portal, found, key)
    _talk(portal, found, life, others)


def _links(portal: RawPortal, found: Found, key: str) -> None:
    dice = found.dice("links", key)
    for object_type, ids in (("contacts", CONTACTS), ("companies", COMPANIES), ("deals", DEALS)):
        for object_id in dice.sample(ids, min(len(ids), dice.choice((0, 1, 1, 2)))):
            observed_at = dice.choice((None, found.turn("link", key, object_type, object_id)))
            gone_at = max(observed_at or AS_OF, found.turn("gone", key, object_id) + _DAY)
            if observed_at is None or observed_at <= found.night:
                label = dice.choice((None, None, "cc", "requester"))
                portal.link(
                    key, object_type, object_id, observed_at=observed_at, types=((26, label),),
                    gone_at=gone_at if gone_at <= found.night else None,
                )  # fmt: skip


def _talk(portal: RawPortal, found: Found, life: Ticket, others: list[str]) -> None:
    key = life.ticket_id
    say(portal, life, lambda number, when: found.knows(when, "said", key, number))
    dice = found.dice("talk", key)
    if dice.random() < 0.3:
        for kind, name in (("meetings", "hs_timestamp"), ("tasks", "hs_task_completion_date")):
            made, comes = found.turn(kind, key), found.turn(kind, key, "comes")
            if found.knows(made, kind, key):
                values = {name: f"{comes.isoformat()}Z", "hs_task_status": "COMPLETED"}
                portal.engagement(key, kind, f"{kind}{key}", made, **values)
    for thread in portal.rows.get("threads", ())[-1:]:
        if thread["id"] == f"t{key}":
            _change_thread(portal, found, thread, dice.choice([None, *others]))


def _change_thread(portal: RawPortal, found: Found, thread: Row, other: str | None) -> None:
    """A thread is closed at a moment to come, or moved to another ticket; its words change."""
    name, moved_at = thread["id"], found.turn("moved", thread["id"])
    values = json.loads(thread["properties"])
    if found.dice("thread", name).random() < 0.3:
        values["closedAt"] = f"{found.turn('closed', name).isoformat()}Z"
    if found.dice("moved", name).random() < 0.2 and moved_at <= found.night:
        former = values.get("threadAssociations", {}).get("associatedTicketId")
        values["threadAssociations"] = {"associatedTicketId": other}
        portal.add("thread_moves", thread_id=name, ticket_id=former, left_at=moved_at)
    thread["properties"] = json.dumps(values)
    for message in portal.rows.get("messages", ()):
        shown = json.loads(message["properties"])
        if shown["conversationsThreadId"] == name and found.turn(message["id"]) <= found.night:
            shown["text"] = "corrected"
            shown["attachments"] = [{"fileId": found.dice(message["id"]).choice(FILES)}]
            message["properties"] = json.dumps(shown)


def _senders(portal: RawPortal, found: Found) -> None:
    for email in portal.rows.get("emails", ()):
        dice = found.dice("sender", email["id"])
        values = json.loads(email["properties"])
        values["hs_email_from_email"] = (
            f"{dice.choice(CONTACTS)}{dice.choice(('', 'new'))}@example.com"
        )
        values["hs_attachment_ids"] = dice.choice(("", "", ";".join(dice.sample(FILES, 2))))
        email["properties"] = json.dumps(values)
        for contact in dice.sample(CONTACTS, dice.choice((0, 1, 2))):
            if found.knows(email["created_at"], "sender", email["id"], contact):
                portal.add(
                    "engagement_associations", engagement_type="emails", engagement_id=email["id"],
                    object_type="contacts", object_id=contact,
                )  # fmt: skip
