"""Writes to single records: create, change, archive, merge."""

from typing import Any

from include.sandbox.contents import MergeEvent
from include.sandbox.errors import InvalidInput, NotFound, TooManyIdentities
from include.sandbox.merging import merge_records
from include.sandbox.plans import DEFAULTS
from include.sandbox.portal import Portal
from include.sandbox.record_drafts import Draft, Drafts
from include.sandbox.record_writes import apply
from include.sandbox.records import Record
from include.sandbox.routes.objects import by_property
from include.sandbox.serving.call import Call
from include.sandbox.serving.endpoint import Endpoint
from include.sandbox.serving.wire import Answer, created_answer
from include.sandbox.store import ENGAGEMENTS, TYPE_IDS, record_id_of

MAX_MERGES = 250  # in which a record can take part
# What the answer to a creation shows beside what was written (hubspot-api.md 2.1).
_BORN = "hs_object_source hs_object_source_label"
_BORN_TICKET = f"{_BORN} hs_helpdesk_sort_timestamp hs_last_message_from_visitor hs_pipeline"
_BORN_TICKET += " hs_pipeline_stage hs_ticket_id"


def create(portal: Portal, call: Call) -> Answer:
    """Create a record."""
    object_type, given = call.path["object_type"], call.body()
    draft = Drafts(portal, object_type, call.family).draft(given, None)
    body = shown(portal, draft, apply(portal, draft), given)
    return created_answer(call.url, body["id"], body)


def update(portal: Portal, call: Call) -> dict[str, Any]:
    """Change a record; a merged-away id means its survivor."""
    object_type, given = call.path["object_type"], call.body()
    record = by_property(
        portal, object_type, call.text("idProperty"), call.path["id"], archived=False
    )
    if record is None:
        raise NotFound("resource not found")
    draft = Drafts(portal, object_type, call.family).draft(given, record)
    return shown(portal, draft, apply(portal, draft), given)


def archive(portal: Portal, call: Call) -> tuple[int, None]:
    """Archive a record: 204 also when there is none (n8n#3219)."""
    record_id = record_id_of(call.path["id"])
    if record_id is not None:
        portal.bin_record(call.path["object_type"], record_id, portal.clock.now())
    return 204, None


def merge(portal: Portal, call: Call) -> dict[str, Any]:
    """Merge two records into a new one."""
    object_type, body = call.path["object_type"], call.body()
    if object_type in ENGAGEMENTS:
        raise InvalidInput(f"Objects of type {object_type} cannot be merged")
    primary = _merged(portal, object_type, body, "primaryObjectId")
    secondary = _merged(portal, object_type, body, "objectIdToMerge")
    if primary is secondary:
        raise InvalidInput("Cannot merge an object with itself")
    if sum(_merges(portal, object_type, one) for one in (primary, secondary)) >= MAX_MERGES:
        raise TooManyIdentities
    survivor = portal.new_id(object_type)
    event = MergeEvent(portal.clock.now(), object_type, primary.id, secondary.id, survivor)
    merged = merge_records(portal, event)
    assert merged is not None  # noqa: S101  both parents were found
    reader = portal.readers[object_type]
    return reader.body(merged, reader.plan([]), portal.clock.now())


def _merged(portal: Portal, object_type: str, body: dict[str, Any], field: str) -> Record:
    given = body.get(field)
    record_id = record_id_of(str(given)) if isinstance(given, str | int) else None
    if record_id is None:
        raise InvalidInput(f"Invalid input JSON: {field} must be an object id")
    record = portal.stores[object_type].find(record_id)
    if record is None:
        raise NotFound(
            f"Object not found. objectId={record_id}, objectTypeId={TYPE_IDS[object_type]}"
        )
    return record


def _merges(portal: Portal, object_type: str, record: Record) -> int:
    """Return how many merges made a record: each left it two more ids."""
    reader = portal.readers[object_type]
    known = reader.value(record, "hs_merged_object_ids", record.visible, portal.clock.now())
    return len((known or "").split(";")) // 2


def shown(portal: Portal, draft: Draft, record: Record, given: dict[str, Any]) -> dict[str, Any]:
    """Return the answer to a write: the default properties and those that were written."""
    reader = portal.readers[draft.object_type]
    if draft.record is None:
        names = _BORN_TICKET if draft.object_type == "tickets" else _BORN
    else:
        names = DEFAULTS[draft.object_type]
    plan = reader.plan([*names.split(), *draft.values])
    body = reader.body(record, plan, portal.clock.now())
    trace = given.get("objectWriteTraceId")
    if isinstance(trace, str) and trace:
        body["objectWriteTraceId"] = trace
    return body


_LEGACY, _DATED = "/crm/v3/objects/{object_type}", "/crm/objects/{D}/{object_type}"
ENDPOINTS = [
    Endpoint(method, _LEGACY + rest, _DATED + rest, handler, writes=True)
    for method, rest, handler in (
        ("POST", "", create),
        ("POST", "/merge", merge),
        ("PATCH", "/{id}", update),
        ("DELETE", "/{id}", archive),
    )
]
