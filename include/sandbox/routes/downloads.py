"""Links to files, and the bytes behind them, from this portal itself."""

import hmac
import mimetypes
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from include.sandbox.errors import NotFound
from include.sandbox.files import File
from include.sandbox.moments import SECOND, to_iso
from include.sandbox.portal import Portal
from include.sandbox.routes.files import file_of
from include.sandbox.serving.call import Call
from include.sandbox.serving.endpoint import Endpoint
from include.sandbox.serving.wire import Answer
from include.sandbox.store import record_id_of

MAX_SECONDS, DEFAULT_SECONDS = 30 * 86_400, 3_600


def signed_url(portal: Portal, call: Call) -> dict[str, Any]:
    """Give a link that downloads a file without a token, for an hour unless told otherwise."""
    file = file_of(portal, call)
    seconds = call.number("expirationSeconds", DEFAULT_SECONDS, MAX_SECONDS)
    expires = portal.clock.now() + seconds * SECOND
    signature = portal.files.signature(file.id, expires)
    url = f"{call.origin}/signed-files/{file.id}/{quote(file.name)}"
    return {
        "url": f"{url}?Expires={expires}&Signature={signature}",
        "expiresAt": to_iso(expires),
        "name": PurePosixPath(file.name).stem,
        "extension": file.extension,
        "type": file.kind,
        "size": len(file.content),
    }


def download_signed(portal: Portal, call: Call) -> Answer:
    """Send a file's bytes to whoever has a valid link."""
    file, expires = file_of(portal, call), record_id_of(call.text("Expires"))
    given = call.text("Signature").encode()
    valid = expires is not None and expires > portal.clock.now()
    if not valid or not hmac.compare_digest(
        given, portal.files.signature(file.id, expires or 0).encode()
    ):
        raise NotFound("The link is not valid, or its time is over")
    return _bytes(file)


def download_public(portal: Portal, call: Call) -> Answer:
    """Send a public file's bytes."""
    file = file_of(portal, call)
    if not file.access.startswith("PUBLIC"):
        raise NotFound("resource not found")
    return _bytes(file)


def _bytes(file: File) -> Answer:
    media = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    # A browser must save what strangers uploaded, never show it as a page of this host.
    headers = [
        ("Content-Disposition", f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    return Answer(200, file.content, headers, media)


_ONE = "files/{file_id}/signed-url"
ENDPOINTS = [
    Endpoint("GET", f"/files/v3/{_ONE}", f"/files/{{D}}/{_ONE}", signed_url, "files"),
    Endpoint("GET", "/signed-files/{file_id}/{name}", "", download_signed, "public"),
    Endpoint("GET", "/hubfs/{file_id}/{name}", "", download_public, "public"),
]
