"""Folders of the file manager."""

from typing import Any

from include.sandbox.errors import InvalidInput, NotFound
from include.sandbox.files import Folder
from include.sandbox.portal import Portal
from include.sandbox.serving.call import Call
from include.sandbox.serving.endpoint import Endpoint
from include.sandbox.store import record_id_of


def create(portal: Portal, call: Call) -> tuple[int, dict[str, Any]]:
    """Make a folder, with those above it."""
    body, above = call.body(), ""
    name, parent, number = (body.get(k) for k in ("name", "parentPath", "parentFolderId"))
    if not isinstance(name, str) or not name.strip("/ ") or "/" in name:
        raise InvalidInput("Invalid input JSON: a folder needs a name without slashes")
    if parent is not None and number is not None:
        raise InvalidInput("Invalid input JSON: parentPath and parentFolderId exclude each other")
    if parent is not None:
        if not isinstance(parent, str):
            raise InvalidInput("Invalid input JSON: parentPath must be a string")
        above = parent
    elif number is not None:
        above = _by_id(portal, str(number)).path
    folder = portal.files.folder_at(f"{above}/{name}", portal.clock.now())
    assert folder is not None  # noqa: S101  a name is at least one part
    return 201, folder.body()


def show(portal: Portal, call: Call) -> dict[str, Any]:
    """Describe a folder, by id or by path."""
    return _folder(portal, call).body()


def delete(portal: Portal, call: Call) -> tuple[int, None]:
    """Delete an empty folder.

    Raises:
        InvalidInput: something stands in it.
    """
    folder = _folder(portal, call)
    files = any(f.folder is folder for f in portal.files.files.values())
    inside = any(f.path.startswith(folder.path + "/") for f in portal.files.folders.values())
    if files or inside:
        raise InvalidInput("The folder is not empty")
    del portal.files.folders[folder.id]
    return 204, None


def search(portal: Portal, call: Call) -> dict[str, Any]:
    """List folders by id."""
    limit, after = call.number("limit", 20, 100), record_id_of(call.text("after")) or 0
    name = call.text("name").lower()
    folders = portal.files.folders
    found = [f for i, f in sorted(folders.items()) if i >= after and name in f.path.lower()]
    body: dict[str, Any] = {"results": [folder.body() for folder in found[:limit]]}
    if len(found) > limit:
        body["paging"] = call.paging(str(found[limit].id))
    return body


def _folder(portal: Portal, call: Call) -> Folder:
    given = call.path["folder"]
    if record_id_of(given) is not None:
        return _by_id(portal, given)
    path = "/" + given.strip("/")
    for folder in portal.files.folders.values():
        if folder.path == path:
            return folder
    raise NotFound("resource not found")


def _by_id(portal: Portal, given: str) -> Folder:
    folder = portal.files.folders.get(record_id_of(given) or 0)
    if folder is None:
        raise NotFound("resource not found")
    return folder


_LEGACY, _DATED = "/files/v3/folders", "/files/{D}/folders"
ENDPOINTS = [
    Endpoint(method, _LEGACY + rest, _DATED + rest, handler, "files", writes=method != "GET")
    for method, rest, handler in (
        ("POST", "", create),
        ("GET", "/search", search),
        ("GET", "/{folder:path}", show),
        ("DELETE", "/{folder:path}", delete),
    )
]
