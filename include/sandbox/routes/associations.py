"""Associations v4, read: batches with paging for each record, and one record's links."""

import base64
import binascii
from typing import Any

from include.sandbox.errors import InvalidInput
from include.sandbox.portal import Portal
from include.sandbox.routes.association_answers import unlinked
from include.sandbox.routes.batch import partial_answer
from include.sandbox.serving.call import Call
from include.sandbox.serving.endpoint import Endpoint
from include.sandbox.store import record_id_of

MAX_INPUTS, MAX_PAGE = 1_000, 500


def batch_read(portal: Portal, call: Call) -> tuple[int, dict[str, Any]]:
    """Read the links of up to 1,000 records; those without any stand in `errors` alone."""
    body = call.body()
    ids = call.named(body, MAX_INPUTS)
    afters = [item.get("after") for item in body["inputs"]]
    results, errors = [], []
    for given, after in zip(ids, afters, strict=True):
        page = _page(portal, call, given, after, portal.settings.association_page_size)
        if page["results"]:
            result = {"from": {"id": given}, "to": page.pop("results"), **page}
            results.append(result)
        elif not after:
            errors.append(unlinked(call, given))
    return partial_answer(portal, call, results, errors)


def of_one_record(portal: Portal, call: Call) -> dict[str, Any]:
    """Show one record's links to an object type."""
    limit = call.number("limit", MAX_PAGE, MAX_PAGE)
    limit = min(limit, portal.settings.association_page_size)
    return _page(portal, call, call.path["id"], call.text("after"), limit)


def _page(portal: Portal, call: Call, given: str, after: Any, limit: int) -> dict[str, Any]:
    """Return one page of a record's links, in the order of the other ids."""
    here, there = call.path["from_type"], call.path["to_type"]
    from_id = record_id_of(given)
    if from_id is None:
        raise InvalidInput(f"Invalid input: {given[:40]!r} is not an object id")
    edges = portal.readers[here].links(here, there, from_id)
    last = _decode(after)
    ids = sorted(i for i in edges if i > last)
    shown = [
        {
            # v4 shows a number, the dated versions' specification says string
            "toObjectId": other if call.family == "v3" else str(other),
            "associationTypes": portal.associations.types(here, there, edges[other]),
        }
        for other in ids[:limit]
    ]
    page: dict[str, Any] = {"results": shown}
    if len(ids) > limit:
        token = _encode(limit, ids[limit - 1])
        page["paging"] = call.paging(
            token, f"/crm/v4/objects/{here}/{from_id}/associations/{there}"
        )
    return page


def _encode(limit: int, last: int) -> str:
    return base64.b64encode(f"0-{limit}-{last}".encode()).decode()


def _decode(after: Any) -> int:
    """Return the last id that the page before showed, -1 when there was none."""
    if after in (None, ""):
        return -1
    try:
        text = base64.b64decode(str(after), validate=True).decode()
        return int(text.split("-")[2])
    except (binascii.Error, UnicodeDecodeError, ValueError, IndexError):
        raise InvalidInput("Invalid input: after is not a paging cursor") from None


_PAIR = "{from_type}/{to_type}"
ENDPOINTS = [
    Endpoint(
        "POST",
        f"/crm/v4/associations/{_PAIR}/batch/read",
        f"/crm/associations/{{D}}/{_PAIR}/batch/read",
        batch_read,
    ),
    Endpoint(
        "GET",
        "/crm/v4/objects/{from_type}/{id}/associations/{to_type}",
        "/crm/objects/{D}/{from_type}/{id}/associations/{to_type}",
        of_one_record,
    ),
]
