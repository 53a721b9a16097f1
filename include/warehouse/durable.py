"""Files that are there whole, also after the power went."""

import hashlib
import os
from pathlib import Path

CHUNK_BYTES = 1 << 20


def write_durably(path: Path, content: bytes) -> None:
    """Write a file so that it appears whole or not at all, and stays.

    Args:
        path: Where it appears; its folder exists.
        content: All of it.
    """
    unfinished = path.with_name(path.name + ".tmp")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Have a file's content, or a folder's names (a rename), on the disk before going on."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sha256_of(path: Path) -> str:
    """Read a file and give its SHA-256 in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
