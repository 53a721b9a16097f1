"""Reads a `multipart/form-data` body, which is how files are uploaded."""

import re
from dataclasses import dataclass

from include.sandbox.errors import InvalidInput

_BOUNDARY = re.compile(r'boundary="?([^";,]{1,200})"?', re.IGNORECASE)
_PARAMETER = re.compile(rb';\s*(name|filename)="([^"]*)"', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a form; `filename` is None for a plain field."""

    name: str
    filename: str | None
    content: bytes

    @property
    def text(self) -> str:
        """Return a plain field's value."""
        return self.content.decode("utf-8", "replace")


def read_form(content_type: str, content: bytes) -> dict[str, Part]:
    """Return a form's fields by name; of two with one name the last.

    Raises:
        InvalidInput: it is no such form.
    """
    boundary = _BOUNDARY.search(content_type)
    if not content_type.lower().startswith("multipart/form-data") or boundary is None:
        raise InvalidInput("Invalid input: a multipart/form-data body with a boundary is expected")
    mark = b"--" + boundary[1].strip().encode("latin-1", "replace")
    pieces = (b"\r\n" + content).split(b"\r\n" + mark)
    if len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        raise InvalidInput("Invalid input: the multipart body is cut short")
    parts = [_part(piece.removeprefix(b"\r\n")) for piece in pieces[1:-1]]
    return {part.name: part for part in parts if part is not None}


def _part(piece: bytes) -> Part | None:
    head, _, content = piece.partition(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-disposition"):
            found = {key.lower(): value for key, value in _PARAMETER.findall(line)}
            if b"name" in found:
                filename = found.get(b"filename")
                name = None if filename is None else filename.decode("utf-8", "replace")
                return Part(found[b"name"].decode("utf-8", "replace"), name, content)
    return None
