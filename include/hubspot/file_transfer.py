"""Files of the file manager: downloaded from one portal, uploaded to another."""

from collections.abc import Container
from dataclasses import dataclass
from uuid import uuid4

import orjson
import requests

from include.hubspot.errors import SAFE, FileUnavailable, PortalUnreachable, WriteRefused
from include.hubspot.paging import pages, results
from include.hubspot.session import HubSpotSession
from include.hubspot.write_paths import WritePaths
from include.hubspot.writing import WritingSession

MAX_BYTES = 512 * 1024 * 1024
_CHUNK = 1 << 18


@dataclass(frozen=True)
class Download:
    """A file's bytes and what its link said of it.

    Attributes:
        name: With its extension.
        content: Bytes.
    """

    name: str
    content: bytes


def download(session: HubSpotSession, file_id: str, timeout: float = 60.0) -> Download:
    """Download a file over a signed link, which is asked for without the token.

    Raises:
        ObjectNotFound: There is no such file.
        FileUnavailable: The link is refused, or the file is larger than `MAX_BYTES`.
        PortalUnreachable: The link gave no bytes.
        HubSpotError: As drawn in `errors`.
    """
    path = f"{WritePaths(session.paths).file(file_id)}/signed-url"
    link = session.get(path).json
    name, extension = str(link.get("name") or file_id), str(link.get("extension") or "")
    named = f"{name}.{extension}" if extension and not name.endswith(f".{extension}") else name
    return Download(named, _bytes(str(link.get("url") or ""), path, timeout))


def _bytes(url: str, path: str, timeout: float) -> bytes:
    chunks, size = [], 0
    try:
        with requests.get(url, stream=True, timeout=timeout) as response:
            if 400 <= response.status_code < 500:
                raise FileUnavailable(
                    f"the link behind {path} answered {response.status_code}: {SAFE}",
                    route=f"GET {path}",
                    status=response.status_code,
                )
            response.raise_for_status()
            for chunk in response.iter_content(_CHUNK):
                chunks.append(chunk)
                size += len(chunk)
                if size > MAX_BYTES:
                    raise FileUnavailable(
                        f"the file behind {path} is larger than {MAX_BYTES} bytes: {SAFE}",
                        route=f"GET {path}",
                    )
    except requests.RequestException as error:
        # `from None`: the link in the exception's text opens the file to whoever reads it
        raise PortalUnreachable(
            f"the file behind {path} could not be downloaded ({type(error).__name__}): {SAFE}",
            route=f"GET {path}",
        ) from None
    return b"".join(chunks)


def find_file(session: HubSpotSession, folder: str, besides: Container[str] = ()) -> str | None:
    """Find the file that lies in a folder of its own; returns its id.

    By folder and not by name: the file manager may write a name in its own way.

    Args:
        session: With the portal.
        folder: Its path.
        besides: Ids of files in it that are not meant.

    Raises:
        HubSpotError: As drawn in `errors`.
    """
    path = f"{WritePaths(session.paths).files()}/search"
    for answer in pages(session, path, {"path": folder, "limit": 100}):
        for row in results(answer, path):
            there = str(row.get("path") or "").startswith(f"{folder}/")
            if there and str(row["id"]) not in besides:
                return str(row["id"])
    return None


def upload(session: WritingSession, folder: str, file: Download, access: str = "PRIVATE") -> str:
    """Upload a file; returns its id. The folder is made where there is none.

    Raises:
        WriteUncertain: It may be there now.
        HubSpotError: As drawn in `errors`.
    """
    boundary = uuid4().hex
    options = orjson.dumps({"access": access, "overwrite": False})
    fields = [
        ("options", options),
        ("folderPath", folder.encode()),
        ("fileName", file.name.encode()),
    ]
    parts = [
        b'--%b\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n'
        % (boundary.encode(), name.encode(), value)
        for name, value in fields
    ]
    quoted = file.name.replace("\\", "_").replace('"', "%22").replace("\r", " ").replace("\n", " ")
    parts.append(
        b'--%b\r\nContent-Disposition: form-data; name="file"; filename="%b"\r\n'
        b"Content-Type: application/octet-stream\r\n\r\n%b\r\n--%b--\r\n"
        % (boundary.encode(), quoted.encode(), file.content, boundary.encode())
    )
    answer = session.write(
        "POST",
        session.write_paths.files(),
        b"".join(parts),
        repeatable=False,
        content_type=f"multipart/form-data; boundary={boundary}",
    )
    return str(answer.json["id"])


def delete_file(session: WritingSession, file_id: str) -> None:
    """Delete a file for good; gone already is fine.

    Raises:
        HubSpotError: As drawn in `errors`.
    """
    try:
        session.write("DELETE", session.write_paths.file(file_id))
    except WriteRefused as error:
        if error.status != 404:
            raise
