"""Tickets, contacts, companies and deals: list, single record, batch read."""

from typing import Any

from include.sandbox.errors import InvalidInput, NotFound
from include.sandbox.portal import Portal
from include.sandbox.records import Record
from include.sandbox.routes.batch import batch_answer
from include.sandbox.routes.inline_associations import inline_associations
from include.sandbox.serving.call import Call, listed_names
from include.sandbox.serving.endpoint import Endpoint
from include.sandbox.store import SINGULAR, record_id_of
from include.sandbox.unique_values import is_unique

MAX_PAGE, MAX_WITH_HISTORY = 100, 50


def list_records(portal: Portal, call: Call) -> dict[str, Any]:
    """List records by id; `after` is the id of the next record."""
    object_type = call.path["object_type"]
    history = call.names("propertiesWithHistory")
    limit = call.number("limit", 10, MAX_PAGE)
    _refuse_long_history(limit, history)
    after = record_id_of(call.text("after") or "0")
    if after is None:
        raise InvalidInput("Invalid input: after is not a paging cursor")
    records, following = portal.stores[object_type].page(
        after, limit, archived=call.flag("archived")
    )
    body: dict[str, Any] = {"results": _bodies(portal, call, object_type, records, history)}
    if following is not None:
        body["paging"] = call.paging(str(following))
    return body


def _bodies(
    portal: Portal, call: Call, object_type: str, records: list[Record], history: list[str]
) -> list[dict[str, Any]]:
    reader = portal.readers[object_type]
    plan, now = reader.plan(call.names("properties"), history), portal.clock.now()
    bodies = [reader.body(record, plan, now) for record in records]
    if call.names("associations"):
        for record, body in zip(records, bodies, strict=True):
            inline_associations(portal, call, object_type, record.id, body)
    return bodies


def _refuse_long_history(count: int, history: list[str]) -> None:
    if history and count > MAX_WITH_HISTORY:
        raise InvalidInput(
            f"The maximum page size with propertiesWithHistory is {MAX_WITH_HISTORY},"
            f" but {count} were requested"
        )


def get_record(portal: Portal, call: Call) -> dict[str, Any]:
    """Show one record; a merged-away id shows the survivor."""
    object_type, given = call.path["object_type"], call.path["id"]
    archived = call.flag("archived")
    record = by_property(portal, object_type, call.text("idProperty"), given, archived=archived)
    if record is None:
        raise NotFound("resource not found")
    return _bodies(portal, call, object_type, [record], call.names("propertiesWithHistory"))[0]


def by_property(
    portal: Portal, object_type: str, id_property: str, given: str, *, archived: bool
) -> Record | None:
    """Return the record that an id, or a unique property's value, means.

    Raises:
        InvalidInput: the property is not unique.
    """
    store = portal.stores[object_type]
    if not id_property or id_property == "hs_object_id":
        record_id = record_id_of(given)
        return None if record_id is None else store.find(record_id, archived=archived)
    if not is_unique(store, id_property):
        raise InvalidInput(f"{id_property[:100]!r} is not a unique identifier property")
    return portal.unique[object_type].holder(id_property, given, archived=archived)


def batch_read(portal: Portal, call: Call) -> tuple[int, dict[str, Any]]:
    """Read up to 100 records (50 with history) by id or by a unique property."""
    object_type, body = call.path["object_type"], call.body()
    history = listed_names(body, "propertiesWithHistory")
    properties = listed_names(body, "properties")
    ids = call.named(body, MAX_PAGE)
    _refuse_long_history(len(ids), history)
    id_property, archived = body.get("idProperty") or "", call.flag("archived")
    if not isinstance(id_property, str):
        raise InvalidInput("Invalid input JSON: idProperty must be a string")
    reader, now = portal.readers[object_type], portal.clock.now()
    plan = reader.plan(properties, history)
    found: dict[int, Record] = {}
    missing = []
    for given in dict.fromkeys(ids):
        record = by_property(portal, object_type, id_property, given, archived=archived)
        if record is None:
            missing.append(given)
        else:
            found[record.id] = record
    results = [reader.body(record, plan, now) for record in found.values()]
    return batch_answer(portal, call, results, missing, f"{SINGULAR[object_type].upper()} objects")


_LEGACY, _DATED = "/crm/v3/objects/{object_type}", "/crm/objects/{D}/{object_type}"
ENDPOINTS = [
    Endpoint("POST", f"{_LEGACY}/batch/read", f"{_DATED}/batch/read", batch_read),
    Endpoint("GET", _LEGACY, _DATED, list_records),
    Endpoint("GET", f"{_LEGACY}/{{id}}", f"{_DATED}/{{id}}", get_record),
]
