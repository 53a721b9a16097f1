"""Actors: who speaks in conversations."""

from typing import Any

from include.sandbox.actor_bodies import actor_body
from include.sandbox.errors import InvalidInput, NotFound
from include.sandbox.portal import Portal
from include.sandbox.routes.batch import batch_answer
from include.sandbox.serving.call import Call
from include.sandbox.serving.endpoint import Endpoint

MAX_INPUTS = 100


def get_actor(portal: Portal, call: Call) -> dict[str, Any]:
    """Show one actor."""
    actor = actor_body(portal, call.path["actor_id"])
    if actor is None:
        raise NotFound("resource not found")
    return actor


def read_actors(portal: Portal, call: Call) -> tuple[int, dict[str, Any]]:
    """Show up to 100 actors; inputs are plain ids."""
    given = call.inputs(call.body(), MAX_INPUTS)
    if not all(isinstance(item, str) for item in given):
        raise InvalidInput("Invalid input JSON: inputs must be a list of actor ids")
    found = {actor_id: actor_body(portal, actor_id) for actor_id in given}
    missing = [actor_id for actor_id, actor in found.items() if actor is None]
    results = [actor for actor in found.values() if actor is not None]
    return batch_answer(portal, call, results, missing, "actors")


_LEGACY, _DATED = "/conversations/v3/conversations", "/conversations/conversations/{D}"
ENDPOINTS = [
    Endpoint(method, _LEGACY + rest, _DATED + rest, handler, "conversations.read")
    for method, rest, handler in (
        ("POST", "/actors/batch/read", read_actors),
        ("GET", "/actors/{actor_id}", get_actor),
    )
]
