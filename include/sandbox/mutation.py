"""Seeded changes to a running portal: what colleagues do in HubSpot's user interface."""

import random
from typing import Any

from include.sandbox.association_types import unlabelled
from include.sandbox.contents import MergeEvent
from include.sandbox.merging import merge_records
from include.sandbox.portal import Portal
from include.sandbox.record_drafts import Draft
from include.sandbox.record_writes import apply
from include.sandbox.records import Record

# What is written into records that are no tickets: a text that every one of them has.
_TEXTS = {
    "contacts": "lastname",
    "companies": "name",
    "deals": "dealname",
    "notes": "hs_note_body",
    "emails": "hs_email_subject",
    "calls": "hs_call_title",
    "meetings": "hs_meeting_title",
    "tasks": "hs_task_subject",
    "communications": "hs_communication_body",
}
_PRIORITIES = ("LOW", "MEDIUM", "HIGH", "URGENT")
_SUBJECTS = ("Printer on fire", 'He said "no"', "Büro 🖨️ streikt", "لا يعمل الجهاز")


def mutate(portal: Portal, wanted: dict[str, Any], now: int) -> dict[str, Any]:
    """Change, archive, merge, link and create tickets, all at the moment `now`.

    Records of another `object_type` are changed and archived only.

    The same seed does the same to the same portal. Where fewer tickets are left than were asked
    for, the lists in the answer are shorter. `values` tells what was written into the changed and
    the created ones.
    """
    rng = random.Random(wanted["seed"])  # noqa: S311  repeatable, not secret
    object_type = wanted.get("object_type", "tickets")
    changed, told = _change(portal, rng, object_type, wanted["changes"], now)
    return {
        "changed": changed,
        "archived": _archive(portal, rng, object_type, wanted["archives"], now),
        "merged": _merge(portal, rng, wanted["merges"], now),
        "linked": _link(portal, rng, wanted["links"]),
        "created": _create(portal, rng, wanted.get("creates", 0), told),
        "values": told,
    }


def _create(
    portal: Portal, rng: random.Random, count: int, told: list[dict[str, str]]
) -> list[str]:
    """Create tickets as apps do."""
    created = []
    for _ in range(count):
        pipeline = portal.pipelines.all[0]
        values = {
            "subject": _text(rng),
            "hs_pipeline": pipeline.id,
            "hs_pipeline_stage": rng.choice(pipeline.stages).id,
        }
        created.append(str(apply(portal, Draft("tickets", None, values)).id))
        told += [{"id": created[-1], "property": k, "value": v} for k, v in values.items()]
    return created


def _some(
    portal: Portal, rng: random.Random, count: int, object_type: str = "tickets"
) -> list[Record]:
    store = portal.stores[object_type]
    return [store.records[i] for i in rng.sample(store.live, min(count, len(store.live)))]


def _change(
    portal: Portal, rng: random.Random, object_type: str, count: int, now: int
) -> tuple[list[str], list[dict[str, str]]]:
    """Change records as a person does; return which, and what was written into them."""
    records, told = _some(portal, rng, count, object_type), []
    owners = [owner.id for owner in portal.owners if not owner.archived]
    codes = portal.stores[object_type].definitions.codes
    source = portal.sources.code("CRM_UI", "userId:7000001", user=7000001)
    for record in records:
        if object_type in _TEXTS:
            name, value = _TEXTS[object_type], _text(rng)
        else:
            name, value = _new_value(portal, rng, record, owners)
        if value:
            record.write(now, codes[name], portal.texts.code(value), source)
            told.append({"id": str(record.id), "property": name, "value": value})
    portal.indexes[object_type].touch(records, portal.clock.now())
    return [str(record.id) for record in records], told


def _text(rng: random.Random) -> str:
    return f"{rng.choice(_SUBJECTS)} #{rng.randrange(10_000)}"


def _new_value(
    portal: Portal, rng: random.Random, ticket: Record, owners: list[str]
) -> tuple[str, str]:
    kind = rng.randrange(4)
    if kind == 0 or (kind == 3 and not owners):
        return "hs_pipeline_stage", _other_stage(portal, rng, ticket)
    if kind == 1:
        return "hs_ticket_priority", rng.choice(_PRIORITIES)
    if kind == 2:
        return "subject", _text(rng)
    return "hubspot_owner_id", rng.choice(owners)


def _other_stage(portal: Portal, rng: random.Random, ticket: Record) -> str:
    """Return a stage to move to, empty where the pipeline has no other."""
    codes = portal.stores["tickets"].definitions.codes
    known = ticket.value(codes["hs_pipeline"], ticket.visible)
    name = "" if known is None else portal.texts.text[known]
    pipeline = portal.pipelines.by_id.get(name) or portal.pipelines.all[0]
    here = ticket.value(codes["hs_pipeline_stage"], ticket.visible)
    others = [s.id for s in pipeline.stages if here is None or s.id != portal.texts.text[here]]
    return rng.choice(others) if others else ""


def _archive(
    portal: Portal, rng: random.Random, object_type: str, count: int, now: int
) -> list[str]:
    records = _some(portal, rng, count, object_type)
    for record in records:
        portal.bin_record(object_type, record.id, now)
    return [str(record.id) for record in records]


def _merge(portal: Portal, rng: random.Random, count: int, now: int) -> list[dict[str, str]]:
    tickets = _some(portal, rng, 2 * count)
    done = []
    for primary, secondary in zip(tickets[::2], tickets[1::2], strict=False):
        survivor = portal.new_id("tickets")
        merge_records(portal, MergeEvent(now, "tickets", primary.id, secondary.id, survivor))
        done.append(
            {"primary": str(primary.id), "secondary": str(secondary.id), "survivor": str(survivor)}
        )
    return done


def _link(portal: Portal, rng: random.Random, count: int) -> list[dict[str, str]]:
    """Add links, and remove some that stand: no ticket's modified time moves."""
    done = []
    for ticket in _some(portal, rng, count):
        edges = portal.associations.of("tickets", "contacts", ticket.id)
        removes = bool(edges) and rng.random() < 0.3
        if removes:
            contact = rng.choice(sorted(edges))
            portal.associations.unlink_all("tickets", ticket.id, "contacts", contact)
        else:
            contact = _free_contact(portal, rng, edges)
            if not contact:
                continue
            plain = unlabelled("tickets", "contacts") or 0
            portal.associations.link("tickets", ticket.id, "contacts", contact, plain)
        done.append(
            {
                "ticket_id": str(ticket.id),
                "object_type": "contacts",
                "object_id": str(contact),
                "action": "removed" if removes else "added",
            }
        )
    return done


def _free_contact(portal: Portal, rng: random.Random, edges: dict[int, tuple[int, ...]]) -> int:
    """Return a contact that a ticket is not linked to, 0 when it is linked to all."""
    live = portal.stores["contacts"].live
    if len(edges) >= len(live):
        return 0
    contact = rng.choice(live)
    while contact in edges:
        contact = rng.choice(live)
    return contact
