"""Files: uploaded, described, found, replaced, deleted."""

import json
from pathlib import PurePosixPath
from typing import Any

from include.sandbox.attachments import attach_files
from include.sandbox.errors import InvalidInput, NotFound
from include.sandbox.files import ACCESS, File, Folder
from include.sandbox.portal import Portal
from include.sandbox.serving.call import Call
from include.sandbox.serving.endpoint import Endpoint
from include.sandbox.serving.multipart import Part, read_form
from include.sandbox.store import record_id_of

MAX_PAGE = 100


def upload(portal: Portal, call: Call) -> tuple[int, dict[str, Any]]:
    """Keep a file that came as a form: `file`, `options`, and `folderPath` or `folderId`."""
    form = read_form(call.headers.get("content-type", ""), call.content)
    given = _uploaded(form)
    access = _access(form)
    now = portal.clock.now()
    wanted = form["fileName"].text if "fileName" in form else given.filename or ""
    name = _name(wanted, given.filename or "")
    folder = _folder_of(portal, form, now)
    file = File(portal.files.new_id(), name, folder, access, given.content, now, now)
    return 201, portal.files.add(file).body(call.origin)


def replace(portal: Portal, call: Call) -> dict[str, Any]:
    """Give a file other content; its id and name stay."""
    file = file_of(portal, call)
    form = read_form(call.headers.get("content-type", ""), call.content)
    given = _uploaded(form)
    if "options" in form:
        file.access = _access(form)
    file.content, file.updated = given.content, portal.clock.now()
    return file.body(call.origin)


def update(portal: Portal, call: Call) -> dict[str, Any]:
    """Rename or move a file, or change who may see it."""
    file, body = file_of(portal, call), call.body()
    name, access, path = (body.get(key) for key in ("name", "access", "parentFolderPath"))
    if access is not None and access not in ACCESS:
        raise InvalidInput(f"Invalid input JSON: access must be one of {', '.join(ACCESS)}")
    if path is not None and not isinstance(path, str):
        raise InvalidInput("Invalid input JSON: parentFolderPath must be a string")
    if name is not None:
        if not isinstance(name, str):
            raise InvalidInput("Invalid input JSON: name must be a string")
        file.name = _name(name, file.name)
    file.access = access or file.access
    if path is not None:
        file.folder = portal.files.folder_at(path, portal.clock.now())
    file.updated = portal.clock.now()
    return file.body(call.origin)


def show(portal: Portal, call: Call) -> dict[str, Any]:
    """Describe a file."""
    return file_of(portal, call).body(call.origin)


def delete(portal: Portal, call: Call) -> tuple[int, None]:
    """Delete a file for good; `gdpr-delete` does the same here."""
    portal.files.delete(file_of(portal, call))
    return 204, None


def search(portal: Portal, call: Call) -> dict[str, Any]:
    """List files by id, filtered by name, extension, path or ids."""
    limit, after = call.number("limit", 20, MAX_PAGE), record_id_of(call.text("after")) or 0
    name, extension, path = call.text("name"), call.text("extension"), call.text("path")
    files = portal.files.files
    numbers = _asked_for(portal, call.names("ids"))
    found = [
        files[number]
        for number in sorted(numbers)
        if number >= after
        and name.lower() in files[number].name.lower()
        and extension in ("", files[number].extension)
        and files[number].path.startswith(path)
    ]
    body: dict[str, Any] = {"results": [file.body(call.origin) for file in found[:limit]]}
    if len(found) > limit:
        body["paging"] = call.paging(str(found[limit].id))
    return body


def _asked_for(portal: Portal, ids: list[str]) -> set[int]:
    """Return the numbers of the files of these ids, of all without any.

    What attachments name is looked up for an unknown one only: that walks through the portal.
    """
    asked = {number for number in map(record_id_of, ids) if number is not None}
    if not ids or not all(map(portal.files.is_known, asked)):
        attach_files(portal)
    return asked & portal.files.files.keys() if ids else set(portal.files.files)


def stat(portal: Portal, call: Call) -> dict[str, Any]:
    """Say what stands at a path of the file manager."""
    path = "/" + call.path["path"].strip("/")
    for file in portal.files.files.values():
        if path in (file.path, file.path.removesuffix(f".{file.extension}")):
            return {"file": file.body(call.origin)}
    for folder in portal.files.folders.values():
        if folder.path == path:
            return {"folder": folder.body()}
    raise NotFound("resource not found")


def _uploaded(form: dict[str, Part]) -> Part:
    if "file" not in form or form["file"].filename is None:
        raise InvalidInput("Invalid input: the form needs a file")
    return form["file"]


def _access(form: dict[str, Part]) -> str:
    try:
        options = json.loads(form["options"].text)
        access = options["access"]
    except (KeyError, TypeError, ValueError, RecursionError):
        raise InvalidInput("Invalid input: options must be JSON with an access") from None
    if access not in ACCESS:
        raise InvalidInput(f"Invalid input: access must be one of {', '.join(ACCESS)}")
    return str(access)


def _name(wanted: str, like: str) -> str:
    """Return a file's name without folders, with the ending of what was uploaded."""
    name = PurePosixPath(wanted.replace("\\", "/")).name.strip()
    if not name:
        raise InvalidInput("Invalid input: the file needs a name")
    return name if PurePosixPath(name).suffix else name + PurePosixPath(like).suffix


def _folder_of(portal: Portal, form: dict[str, Part], now: int) -> Folder | None:
    """Return the folder that a form names.

    Raises:
        InvalidInput: it names none, or two.
        NotFound: there is no folder with that id.
    """
    if ("folderId" in form) == ("folderPath" in form):
        raise InvalidInput("Invalid input: either folderId or folderPath must be given")
    if "folderPath" in form:
        return portal.files.folder_at(form["folderPath"].text, now)
    number = record_id_of(form["folderId"].text)
    if number not in portal.files.folders:
        raise NotFound("The folder does not exist")
    return portal.files.folders[number]


def file_of(portal: Portal, call: Call) -> File:
    """Return the file that a path names, also one that only an attachment names.

    Raises:
        NotFound: there is none.
    """
    number = record_id_of(call.path["file_id"])
    if not portal.files.is_known(number):
        attach_files(portal)
    if number not in portal.files.files:
        raise NotFound("resource not found")
    return portal.files.files[number]


_LEGACY, _DATED = "/files/v3/files", "/files/{D}/files"
_ONE = "/{file_id}"
ENDPOINTS = [
    *(
        Endpoint(method, _LEGACY + rest, _DATED + rest, handler, "files", writes=method != "GET")
        for method, rest, handler in (
            ("POST", "", upload),
            ("GET", "/search", search),
            ("GET", "/stat/{path:path}", stat),
            ("GET", _ONE, show),
            ("PUT", _ONE, replace),
            ("PATCH", _ONE, update),
            ("DELETE", _ONE, delete),
            ("DELETE", f"{_ONE}/gdpr-delete", delete),
        )
    ),
]
