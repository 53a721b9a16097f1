"""Associations v3: links by the names of their types, which older clients still use.

They stand under v3 alone: the dated versions begin with v4's way (hubspot-api.md 2.4).
"""

from typing import Any

from include.sandbox.association_types import type_of_v3_name, unlabelled, v3_name
from include.sandbox.association_writing import (
    Pair,
    Refused,
    link_plainly,
    object_id,
    refuse_absent,
    refuse_over_limit,
    unlink_types,
)
from include.sandbox.errors import InvalidInput
from include.sandbox.portal import Portal
from include.sandbox.routes.association_answers import as_answer, unlinked
from include.sandbox.routes.batch import partial_answer
from include.sandbox.serving.call import Call
from include.sandbox.serving.endpoint import Endpoint
from include.sandbox.store import record_id_of

MAX_READ, MAX_WRITE, MAX_SHOWN = 1_000, 2_000, 100
Done = tuple[int, Any]


def batch_read(portal: Portal, call: Call) -> Done:
    """Read links, 100 of each record: further ones cannot be reached here (python#187)."""
    results, errors = [], []
    for given in call.named(call.body(), MAX_READ):
        entries = _entries(portal, call, object_id(given))
        if entries:
            results.append({"from": {"id": given}, "to": entries[:MAX_SHOWN]})
        else:
            errors.append(unlinked(call, given))
        if len(entries) > MAX_SHOWN:
            path = f"/crm/v3/objects/{call.path['from_type']}/{given}/associations"
            following = entries[MAX_SHOWN]["id"]
            paging = call.paging(following, f"{path}/{call.path['to_type']}")
            results[-1]["paging"] = paging
    return partial_answer(portal, call, results, errors)


def batch_create(portal: Portal, call: Call) -> Done:
    """Link pairs by the names of their types; labels that stand, stay."""
    asked = [_named_pair(portal, call, item) for item in call.items(MAX_WRITE)]
    results, errors = [], []
    for pair, name, type_id in asked:
        try:
            refuse_absent(portal, pair)
            refuse_over_limit(portal, pair, {type_id})
        except Refused as refused:
            errors.append(refused.entry)
            continue
        portal.associations.link(*pair.ends, type_id)
        ends = {"from": {"id": str(pair.from_id)}, "to": {"id": str(pair.to_id)}}
        results.append({**ends, "type": name})
    return partial_answer(portal, call, results, errors, 201)


def batch_archive(portal: Portal, call: Call) -> Done:
    """Take the named types from pairs."""
    for pair, _, type_id in [_named_pair(portal, call, item) for item in call.items(MAX_WRITE)]:
        unlink_types(portal, pair, [type_id])
    return 204, None


def of_one_record(portal: Portal, call: Call) -> dict[str, Any]:
    """Show one record's links to an object type, each type of a pair on its own."""
    entries = _entries(portal, call, object_id(call.path["id"]))
    limit, after = call.number("limit", MAX_READ // 2, MAX_READ // 2), call.text("after")
    start = _place_of(entries, after) if after else 0
    body: dict[str, Any] = {"results": entries[start : start + limit]}
    if start + limit < len(entries):
        body["paging"] = call.paging(entries[start + limit]["id"])
    return body


def _place_of(entries: list[dict[str, str]], after: str) -> int:
    """Return where a page begins; the record that the cursor names may be unlinked by now."""
    wanted = record_id_of(after)
    if wanted is None:
        raise InvalidInput(f"Invalid cursor: {after[:40]!r}")
    return next((i for i, e in enumerate(entries) if int(e["id"]) >= wanted), len(entries))


def types(portal: Portal, call: Call) -> dict[str, Any]:
    """List the types that links between two object types can have, by name."""
    here, there = call.path["from_type"], call.path["to_type"]
    ids = portal.associations.labels.all_types(here, there)
    return {"results": [{"id": str(i), "name": v3_name(here, there, i)} for i in ids]}


def put_one(portal: Portal, call: Call) -> dict[str, Any]:
    """Link one pair by a type's id or name; show the record it starts from."""
    pair, type_id = _path_pair(portal, call)
    try:
        refuse_absent(portal, pair)
        if type_id == unlabelled(pair.from_type, pair.to_type):
            link_plainly(portal, pair)
        else:
            refuse_over_limit(portal, pair, {type_id})
            portal.associations.link(*pair.ends, type_id)
    except Refused as refused:
        raise as_answer(refused) from None
    reader = portal.readers[pair.from_type]
    record = portal.stores[pair.from_type].records[pair.from_id]
    shown = reader.body(record, reader.plan(()), portal.clock.now())
    name = v3_name(pair.from_type, pair.to_type, type_id)
    linked = {"results": [{"id": str(pair.to_id), "type": name}]}
    return {**shown, "associations": {pair.to_type: linked}}


def delete_one(portal: Portal, call: Call) -> Done:
    """Take one type from a pair; what is not there stays so."""
    pair, type_id = _path_pair(portal, call)
    unlink_types(portal, pair, [type_id])
    return 204, None


def _entries(portal: Portal, call: Call, from_id: int) -> list[dict[str, str]]:
    here, there = call.path["from_type"], call.path["to_type"]
    return [
        {"id": str(other), "type": v3_name(here, there, type_id)}
        for other, type_ids in sorted(portal.readers[here].links(here, there, from_id).items())
        for type_id in type_ids
    ]


def _named_pair(portal: Portal, call: Call, item: dict[str, Any]) -> tuple[Pair, str, int]:
    ends = []
    for side in ("from", "to"):
        given = item.get(side)
        ends.append(object_id(given.get("id") if isinstance(given, dict) else None))
    here, there, name = call.path["from_type"], call.path["to_type"], item.get("type")
    type_id = _type_id(portal, here, there, name if isinstance(name, str) else "")
    return Pair(here, ends[0], there, ends[1]), str(name), type_id


def _path_pair(portal: Portal, call: Call) -> tuple[Pair, int]:
    here, there = call.path["from_type"], call.path["to_type"]
    pair = Pair(here, object_id(call.path["id"]), there, object_id(call.path["to_id"]))
    return pair, _type_id(portal, here, there, call.path["type_id"])


def _type_id(portal: Portal, here: str, there: str, name: str) -> int:
    type_id = type_of_v3_name(here, there, name)
    if type_id not in portal.associations.labels.all_types(here, there):
        raise InvalidInput(f"{name[:60]!r} is no association type from {here} to {there}")
    assert type_id is not None  # noqa: S101
    return type_id


_PAIR = "/crm/v3/associations/{from_type}/{to_type}"
_BATCH = f"{_PAIR}/batch"
_ONE = "/crm/v3/objects/{from_type}/{id}/associations/{to_type}"
ENDPOINTS = [
    Endpoint("POST", f"{_BATCH}/read", "", batch_read),
    Endpoint("POST", f"{_BATCH}/create", "", batch_create, writes=True),
    Endpoint("POST", f"{_BATCH}/archive", "", batch_archive, writes=True),
    Endpoint("GET", f"{_PAIR}/types", "", types),
    Endpoint("GET", _ONE, "", of_one_record),
    Endpoint("PUT", f"{_ONE}/{{to_id}}/{{type_id}}", "", put_one, writes=True),
    Endpoint("DELETE", f"{_ONE}/{{to_id}}/{{type_id}}", "", delete_one, writes=True),
]
