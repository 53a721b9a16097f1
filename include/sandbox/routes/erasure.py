"""`gdpr-delete`: contacts under v3, every object under the dated versions (hubspot-api.md 1)."""

from typing import Any

from include.sandbox.erasure import erase
from include.sandbox.errors import InvalidInput, NotFound
from include.sandbox.portal import Portal
from include.sandbox.routes.objects import by_property
from include.sandbox.serving.call import Call
from include.sandbox.serving.endpoint import DATED, Endpoint


def gdpr_delete_v3(portal: Portal, call: Call) -> tuple[int, None]:
    """Erase a contact."""
    object_type = call.path["object_type"]
    if object_type != "contacts":
        raise NotFound(f"Unable to find a resource for {object_type}")
    return gdpr_delete(portal, call)


def gdpr_delete(portal: Portal, call: Call) -> tuple[int, None]:
    """Erase a record, named by id or by a unique property."""
    object_type = call.path["object_type"]
    body: dict[str, Any] = call.body()
    given, by = body.get("objectId"), body.get("idProperty") or ""
    if not isinstance(given, str) or not isinstance(by, str):
        raise InvalidInput("Invalid input JSON: objectId and idProperty must be strings")
    found = None
    for archived in (False, True):
        found = found or by_property(portal, object_type, by, given, archived=archived)
    if found is not None:  # one that is unknown is as good as erased
        erase(portal, object_type, found)
    return 204, None


_OBJECTS, _DELETE = "/crm/objects", "{object_type}/gdpr-delete"
ENDPOINTS = [
    Endpoint("POST", path, "", handler, writes=True)
    for path, handler in (
        (f"/crm/v3/objects/{_DELETE}", gdpr_delete_v3),
        # The specifications that have it; 2026-03 and 2026-09 answer it here as well.
        *(
            (f"{_OBJECTS}/{version}/{_DELETE}", gdpr_delete)
            for version in ("2025-09", *DATED, "2026-09-beta")
        ),
    )
]
