"""The file manager: files in folders, and the small files that attachments name."""

import hashlib
import hmac
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from include.sandbox.moments import to_iso

ACCESS = ("PUBLIC_INDEXABLE", "PUBLIC_NOT_INDEXABLE", "HIDDEN_INDEXABLE", "HIDDEN_NOT_INDEXABLE",
          "HIDDEN_PRIVATE", "HIDDEN_SENSITIVE", "PRIVATE", "SENSITIVE")  # fmt: skip
_TYPES = {
    "IMG": ("png", "jpg", "jpeg", "gif", "svg", "webp", "bmp", "tiff"),
    "DOCUMENT": ("pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "txt", "csv", "rtf", "odt"),
    "AUDIO": ("mp3", "wav", "ogg", "m4a"),
    "MOVIE": ("mp4", "mov", "avi", "webm"),
}
_FIRST = 160_000_000_000


@dataclass(slots=True)
class Folder:
    """One folder; `path` begins with a slash."""

    id: int
    path: str
    created: int

    def body(self) -> dict[str, Any]:
        """Return the folder as the files API shows it."""
        return {
            "id": str(self.id),
            "name": PurePosixPath(self.path).name,
            "path": self.path,
            "archived": False,
            "createdAt": to_iso(self.created),
            "updatedAt": to_iso(self.created),
        }


@dataclass(slots=True)
class File:
    """One file; times in milliseconds."""

    id: int
    name: str
    folder: Folder | None
    access: str
    content: bytes
    created: int
    updated: int

    @property
    def extension(self) -> str:
        """Return the name's ending without its dot."""
        return PurePosixPath(self.name).suffix.removeprefix(".").lower()

    @property
    def kind(self) -> str:
        """Return HubSpot's word for what sort of file it is."""
        return next((kind for kind, known in _TYPES.items() if self.extension in known), "OTHER")

    @property
    def path(self) -> str:
        """Return where it stands in the file manager."""
        return f"{self.folder.path if self.folder else ''}/{self.name}"

    def body(self, origin: str) -> dict[str, Any]:
        """Return the file as the files API shows it; its URL is on this portal's own host."""
        url = f"{origin}/hubfs/{self.id}/{quote(self.name)}"
        body: dict[str, Any] = {
            "id": str(self.id),
            "createdAt": to_iso(self.created),
            "updatedAt": to_iso(self.updated),
            "archived": False,
            "name": PurePosixPath(self.name).stem,
            "path": self.path,
            "size": len(self.content),
            "type": self.kind,
            "extension": self.extension,
            "defaultHostingUrl": url,
            "url": url,
            "isUsableInContent": True,
            "access": self.access,
            "fileMd5": hashlib.md5(self.content, usedforsecurity=False).hexdigest(),
        }
        return body | ({"parentFolderId": str(self.folder.id)} if self.folder else {})


class Files:
    """All files and folders of a portal."""

    def __init__(self, portal_id: int, secret: str) -> None:
        self.files: dict[int, File] = {}
        self.folders: dict[int, Folder] = {}
        self._deleted: dict[int, File] = {}
        self._key = f"{portal_id}:{secret}".encode()
        self._last = _FIRST

    def new_id(self) -> int:
        """Return the id of a file or folder made now."""
        self._last += 7
        return self._last

    def folder_at(self, path: str, now: int) -> Folder | None:
        """Return the folder at a path, made (with those above it) where there is none yet."""
        parts = [part for part in path.split("/") if part]
        folder = None
        for count in range(1, len(parts) + 1):
            wanted = "/" + "/".join(parts[:count])
            folder = next((f for f in self.folders.values() if f.path == wanted), None)
            if folder is None:
                folder = Folder(self.new_id(), wanted, now)
                self.folders[folder.id] = folder
        return folder

    def add(self, file: File) -> File:
        """Keep a file; one of the same path gets a number behind its name, as HubSpot gives it."""
        taken, name, count = {other.path for other in self.files.values()}, file.name, 0
        while file.path in taken:
            count += 1
            stem = PurePosixPath(name)
            file.name = f"{stem.stem}-{count}{stem.suffix}"
        self.files[file.id] = file
        return file

    def delete(self, file: File) -> None:
        """Delete a file for good, also where an attachment still names it."""
        self._deleted[file.id] = self.files.pop(file.id)

    def is_known(self, number: int | None) -> bool:
        """Whether a file of this id is there, or was."""
        return number in self.files or number in self._deleted

    def attached(self, number: int, born: int) -> File:
        """Return the file of an attachment: a small one where nobody uploaded any."""
        if not self.is_known(number):
            content = f"Attachment {number}\n".encode()
            name = f"attachment-{number}.txt"
            self.files[number] = File(number, name, None, "PRIVATE", content, born, born)
        return self.files.get(number) or self._deleted[number]

    def signature(self, file_id: int, expires: int) -> str:
        """Return what makes a download link valid until `expires` (milliseconds)."""
        signed = f"{file_id}:{expires}".encode()
        return hmac.new(self._key, signed, hashlib.sha256).hexdigest()
