"""Batch writes: all or nothing, or (with a trace id on every input) as many as can be done."""

from collections.abc import Callable
from typing import Any

from include.sandbox.errors import InvalidInput, NotFound, Refusal
from include.sandbox.portal import Portal
from include.sandbox.record_drafts import Draft, Drafts
from include.sandbox.record_writes import apply
from include.sandbox.records import Record
from include.sandbox.routes.batch import not_found, partial_answer
from include.sandbox.routes.object_writes import shown
from include.sandbox.routes.objects import by_property
from include.sandbox.serving.call import Call
from include.sandbox.serving.endpoint import Endpoint
from include.sandbox.store import SINGULAR, record_id_of
from include.sandbox.unique_values import is_unique

MOST = 100

Prepare = Callable[[dict[str, Any]], Draft]


class Missing(NotFound):
    """A record of a batch that is not there: it never fails the rest."""

    def __init__(self, given: str) -> None:
        super().__init__("Could not get some objects")
        self.given = given


def batch_create(portal: Portal, call: Call) -> tuple[int, dict[str, Any]]:
    """Create up to 100 records."""
    drafts = Drafts(portal, call.path["object_type"], call.family)
    return _run(portal, call, lambda item: drafts.draft(item, None), 201)


def batch_update(portal: Portal, call: Call) -> tuple[int, dict[str, Any]]:
    """Change up to 100 records; merged-away ids are not usable here."""
    object_type = call.path["object_type"]
    drafts, seen = Drafts(portal, object_type, call.family), set()

    def prepare(item: dict[str, Any]) -> Draft:
        given, name = _id_of(item), item.get("idProperty") or ""
        record = by_property(portal, object_type, name, given, archived=False)
        by_id = name in ("", "hs_object_id")
        if record is None or (by_id and record.id != int(given)):
            raise Missing(given)
        _refuse_twice(seen, str(record.id))
        return drafts.draft(item, record)

    return _run(portal, call, prepare, 200)


def batch_upsert(portal: Portal, call: Call) -> tuple[int, dict[str, Any]]:
    """Create or change up to 100 records by a unique property."""
    object_type = call.path["object_type"]
    drafts, seen = Drafts(portal, object_type, call.family), set()

    def prepare(item: dict[str, Any]) -> Draft:
        given, name = _id_of(item), item.get("idProperty") or ""
        if not is_unique(portal.stores[object_type], name):
            raise InvalidInput(
                f"Unable to perform update/upsert by non-unique {SINGULAR[object_type].upper()}"
                f" property: {name[:100] or 'hs_object_id'}"
            )
        _refuse_twice(seen, given.lower())
        record: Record | None = portal.unique[object_type].holder(name, given)
        properties = item.get("properties")
        if isinstance(properties, dict):
            item = item | {"properties": {name: given} | properties}
        return drafts.draft(item, record)

    return _run(portal, call, prepare, 200, upserts=True)


def batch_archive(portal: Portal, call: Call) -> tuple[int, None]:
    """Archive up to 100 records: always 204."""
    ids = call.named(call.body(), MOST)
    for given in ids:
        record_id = record_id_of(given)
        if record_id is not None:
            portal.bin_record(call.path["object_type"], record_id, portal.clock.now())
    return 204, None


def _id_of(item: dict[str, Any]) -> str:
    given, name = item.get("id"), item.get("idProperty")
    if isinstance(given, bool) or not isinstance(given, str | int) or given == "":
        raise InvalidInput("Invalid input JSON: every input needs its id")
    if name is not None and not isinstance(name, str):
        raise InvalidInput("Invalid input JSON: idProperty must be a string")
    return str(given)


def _refuse_twice(seen: set[str], key: str) -> None:
    if key in seen:
        raise InvalidInput(f"Duplicate IDs found in batch input: [{key[:200]}]. IDs must be unique")
    seen.add(key)


def _run(
    portal: Portal, call: Call, prepare: Prepare, success: int, *, upserts: bool = False
) -> tuple[int, dict[str, Any]]:
    """Draft all inputs, then do what was not refused."""
    items = call.items(MOST)
    traced = all(isinstance(item.get("objectWriteTraceId"), str) for item in items)
    drafted: list[tuple[dict[str, Any], Draft]] = []
    errors: list[dict[str, Any]] = []
    missing: list[str] = []
    for item in items:
        try:
            drafted.append((item, prepare(item)))
        except Refusal as refusal:
            if isinstance(refusal, Missing) and not traced:
                missing.append(refusal.given)
                continue
            if not traced:
                raise
            errors.append(refusal.entry({"objectWriteTraceId": [item["objectWriteTraceId"]]}))
    results = []
    for item, draft in drafted:
        body = shown(portal, draft, apply(portal, draft), item)
        results.append(body | {"new": draft.record is None} if upserts else body)
    what = f"{SINGULAR[call.path['object_type']].upper()} objects"
    if missing:
        errors.append(not_found(missing, what))
    return partial_answer(portal, call, results, errors, success)


_LEGACY, _DATED = "/crm/v3/objects/{object_type}/batch", "/crm/objects/{D}/{object_type}/batch"
ENDPOINTS = [
    Endpoint("POST", _LEGACY + rest, _DATED + rest, handler, writes=True)
    for rest, handler in (
        ("/create", batch_create),
        ("/update", batch_update),
        ("/upsert", batch_upsert),
        ("/archive", batch_archive),
    )
]
