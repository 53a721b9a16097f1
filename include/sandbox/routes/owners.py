"""Owners: live and archived ones are two separate passes."""

from typing import Any

from include.sandbox.errors import NotFound
from include.sandbox.portal import Portal
from include.sandbox.serving.call import Call
from include.sandbox.serving.endpoint import Endpoint


def list_owners(portal: Portal, call: Call) -> dict[str, Any]:
    """List owners; `after` is the id of the next one."""
    archived, email = call.flag("archived"), call.text("email").lower()
    limit, after = call.number("limit", 100, 500), call.text("after")
    owners = [
        owner
        for owner in portal.owners
        if owner.archived == archived and (not email or owner.email.lower() == email)
    ]
    ids = [owner.id for owner in owners]
    start = ids.index(after) if after in ids else (len(ids) if after else 0)
    body: dict[str, Any] = {"results": [o.body() for o in owners[start : start + limit]]}
    if start + limit < len(owners):
        body["paging"] = call.paging(ids[start + limit])
    return body


def get_owner(portal: Portal, call: Call) -> dict[str, Any]:
    """Show one owner, by owner id or by user id."""
    given, archived = call.path["owner_id"], call.flag("archived")
    by_user = call.text("idProperty", "id") == "userId"
    for owner in portal.owners:
        mine = str(owner.user_id) if by_user else owner.id
        if mine == given and owner.archived == archived:
            return owner.body()
    raise NotFound("resource not found")


ENDPOINTS = [
    Endpoint("GET", "/crm/v3/owners", "/crm/owners/{D}", list_owners, "crm.objects.owners.read"),
    Endpoint(
        "GET",
        "/crm/v3/owners/{owner_id}",
        "/crm/owners/{D}/{owner_id}",
        get_owner,
        "crm.objects.owners.read",
    ),
]
