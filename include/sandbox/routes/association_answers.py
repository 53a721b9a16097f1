"""What writes of links are answered with, which depends on the version."""

from collections.abc import Callable
from typing import Any

from include.sandbox.association_writing import Pair, Refused, plain_type
from include.sandbox.errors import InvalidInput, NotFound
from include.sandbox.portal import Portal
from include.sandbox.routes.batch import envelope, partial_answer
from include.sandbox.serving.call import Call
from include.sandbox.store import SINGULAR, TYPE_IDS

Done = tuple[int, Any]


def shown_pair(call: Call, pair: Pair, labels: dict[str, Any]) -> dict[str, Any]:
    """Return `LabelsBetweenObjectPair`: ids are numbers under v4, strings in dated versions."""
    kind = int if call.family == "v3" else str  # as v4's `toObjectId`
    return {
        "fromObjectTypeId": TYPE_IDS[pair.from_type],
        "fromObjectId": kind(pair.from_id),
        "toObjectTypeId": TYPE_IDS[pair.to_type],
        "toObjectId": kind(pair.to_id),
        **labels,
    }


def default_specs(pair: Pair) -> list[dict[str, Any]]:
    """Return what stands after a link without a label: one entry for each direction."""
    there = (pair.to_type, pair.to_id, pair.from_type, pair.from_id)
    return [
        {
            "from": {"id": str(start)},
            "to": {"id": str(end)},
            "associationSpec": {
                "associationCategory": "HUBSPOT_DEFINED",
                "associationTypeId": plain_type(here, other),
            },
        }
        for here, start, other, end in (pair.ends, there)
    ]


def unlinked(call: Call, given: str) -> dict[str, Any]:
    """Return the error that a batch read has for a record without links.

    HubSpot counts it as a part that failed: the whole is a 207, and clients that take 200 alone
    break on it (public clients' notes; hubspot-api.md 2.4 has the status and not the words).
    """
    here, there = SINGULAR[call.path["from_type"]], SINGULAR[call.path["to_type"]]
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
        "message": f"No {there} is associated with {here} {given}.",
        "context": {
            "fromObjectId": [given],
            "fromObjectType": [here],
            "toObjectType": [there],
        },
    }


def void(portal: Portal, call: Call) -> Done:
    """Answer an archive: nothing under v4, an envelope under the dated versions."""
    return (204, None) if call.family == "v3" else (200, envelope(portal))


def do_each(
    portal: Portal,
    call: Call,
    asked: list[Any],
    do: Callable[[Any], list[dict[str, Any]]],
    *,
    created: bool = False,
) -> Done:
    """Do every input; those that are refused stand in `errors` and do not stop the others."""
    results, errors = [], []
    for item in asked:
        try:
            results += do(item)
        except Refused as refused:
            errors.append(refused.entry)
    success = 201 if created and call.family != "2026-09" else 200
    return partial_answer(portal, call, results, errors, success)


def as_answer(refused: Refused) -> InvalidInput | NotFound:
    """Return a refused pair as the answer to a single write."""
    entry = refused.entry
    kind = NotFound if entry["category"] == "OBJECT_NOT_FOUND" else InvalidInput
    return kind(str(refused), subCategory=entry["subCategory"], context=entry["context"])
