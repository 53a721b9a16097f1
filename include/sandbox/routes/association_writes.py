"""Associations v4, written: batches and single pairs. No write here moves a modified time."""

from typing import Any

from include.sandbox.association_writing import (
    Pair,
    Refused,
    checked_types,
    link,
    link_plainly,
    object_id,
    plain_type,
    unlink_types,
)
from include.sandbox.errors import InvalidInput
from include.sandbox.portal import Portal
from include.sandbox.routes.association_answers import (
    as_answer,
    default_specs,
    do_each,
    shown_pair,
    void,
)
from include.sandbox.routes.batch import envelope
from include.sandbox.serving.call import Call
from include.sandbox.serving.endpoint import Endpoint

MAX_INPUTS = 2_000
Done = tuple[int, Any]


def batch_create(portal: Portal, call: Call) -> Done:
    """Link up to 2,000 pairs by label; a pair's labels that are not repeated go."""
    here, there = call.path["from_type"], call.path["to_type"]
    asked = [
        (_pair(call, item), checked_types(portal, here, there, item.get("types")))
        for item in call.items(MAX_INPUTS)
    ]
    return do_each(
        portal,
        call,
        asked,
        lambda item: [shown_pair(call, item[0], link(portal, *item))],
        created=True,
    )


def batch_default(portal: Portal, call: Call) -> Done:
    """Link up to 2,000 pairs without a label; labels that stand, stay."""
    here, there = call.path["from_type"], call.path["to_type"]
    plain_type(here, there)
    pairs = [_pair(call, item) for item in call.items(MAX_INPUTS)]

    def both_ways(pair: Pair) -> list[dict[str, Any]]:
        link_plainly(portal, pair)
        return default_specs(pair)

    return do_each(portal, call, pairs, both_ways)


def batch_archive(portal: Portal, call: Call) -> Done:
    """Unlink pairs with all their types; what is not linked stays so."""
    pairs = []
    for item in call.items(MAX_INPUTS):
        targets = item.get("to")
        if not isinstance(targets, list) or not all(isinstance(to, dict) for to in targets):
            raise InvalidInput("Invalid input JSON: every input needs its list `to` of ids")
        start = _id_of(item, "from")
        ends = [object_id(to.get("id")) for to in targets]
        pairs += [Pair(call.path["from_type"], start, call.path["to_type"], end) for end in ends]
    for pair in pairs:
        portal.associations.unlink_all(*pair.ends)
    return void(portal, call)


def batch_archive_labels(portal: Portal, call: Call) -> Done:
    """Take labels from pairs; taking the unlabelled type takes the whole link."""
    here, there = call.path["from_type"], call.path["to_type"]
    asked = [
        (_pair(call, item), checked_types(portal, here, there, item.get("types")))
        for item in call.items(MAX_INPUTS)
    ]
    for pair, types in asked:
        unlink_types(portal, pair, types)
    return void(portal, call)


def put_pair(portal: Portal, call: Call) -> Done:
    """Give one pair labels in the place of those it has."""
    pair = _path_pair(call)
    types = checked_types(portal, pair.from_type, pair.to_type, call.listed())
    try:
        done = shown_pair(call, pair, link(portal, pair, types))
    except Refused as refused:
        raise as_answer(refused) from None
    return 200 if call.family == "2026-09" else 201, done


def put_default(portal: Portal, call: Call) -> Done:
    """Link one pair without a label."""
    pair = _path_pair(call)
    try:
        link_plainly(portal, pair)
    except Refused as refused:
        raise as_answer(refused) from None
    return 200, envelope(portal, default_specs(pair))


def delete_pair(portal: Portal, call: Call) -> Done:
    """Unlink one pair with all its types."""
    portal.associations.unlink_all(*_path_pair(call).ends)
    return 204, None


def _id_of(item: dict[str, Any], side: str) -> int:
    given = item.get(side)
    return object_id(given.get("id") if isinstance(given, dict) else None)


def _pair(call: Call, item: dict[str, Any]) -> Pair:
    here, there = call.path["from_type"], call.path["to_type"]
    return Pair(here, _id_of(item, "from"), there, _id_of(item, "to"))


def _path_pair(call: Call) -> Pair:
    here, there = call.path["from_type"], call.path["to_type"]
    return Pair(here, object_id(call.path["id"]), there, object_id(call.path["to_id"]))


_PAIR = "{from_type}/{to_type}"
_ONE = "{from_type}/{id}/associations"
ENDPOINTS = [
    Endpoint(method, legacy, dated, handler, writes=True)
    for method, legacy, dated, handler in (
        *(
            (
                "POST",
                f"/crm/v4/associations/{_PAIR}/batch/{action}",
                f"/crm/associations/{{D}}/{_PAIR}/batch/{action}",
                handler,
            )
            for action, handler in (
                ("create", batch_create),
                ("associate/default", batch_default),
                ("archive", batch_archive),
                ("labels/archive", batch_archive_labels),
            )
        ),
        *(
            (method, f"/crm/v4/objects/{rest}", f"/crm/objects/{{D}}/{rest}", handler)
            for method, rest, handler in (
                ("PUT", f"{_ONE}/default/{{to_type}}/{{to_id}}", put_default),
                ("PUT", f"{_ONE}/{{to_type}}/{{to_id}}", put_pair),
                ("DELETE", f"{_ONE}/{{to_type}}/{{to_id}}", delete_pair),
            )
        ),
    )
]
