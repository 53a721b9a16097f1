"""What a run was told so far, entry by entry on the disk: what a run that was cut off goes on from.

One file that only grows. An entry counts when it is whole: what a kill or a lost power cut off at
the end of the file is dropped when the journal is opened again.
"""

import os
import struct
import threading
import zlib
from collections import defaultdict, deque
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path

import zstandard

from include.warehouse.durable import sync
from include.warehouse.space import disk_space_for

# macOS has none
_sync_data = getattr(os, "fdatasync", os.fsync)

KEY_BYTES = 16
_FRAME = struct.Struct("<II")  # bytes of key and content, and their checksum
_LEVEL = 1  # twice as fast as level 3, for a tenth more bytes that live for one run


class Journal:
    """Contents by key, each durable when `keep` returns. For any number of threads.

    A key may be kept several times: its contents are found again in their order, each once.
    """

    def __init__(self, path: Path) -> None:
        """Open the journal, or begin one; its folder exists.

        Raises:
            OutOfSpace: The disk is full.
        """
        self._path = path
        self._places: dict[bytes, deque[tuple[int, int]]] = defaultdict(deque)
        self._guard, self._syncing = threading.Lock(), threading.Lock()
        self._written = self._synced = 0
        self._of_thread = threading.local()
        is_new = not path.exists()
        with disk_space_for(f"keeping what {path.parent.name} is told"):
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            os.truncate(self._file, self._read_places())
            if is_new:
                sync(path.parent)

    def __len__(self) -> int:
        """Count the entries that were kept before and not found again yet."""
        with self._guard:
            return sum(map(len, self._places.values()))

    def find(self, key: bytes) -> bytes | None:
        """Give what was kept under a key before this journal was opened; each content once."""
        with self._guard:
            places = self._places.get(key)
            if not places:
                return None
            start, length = places.popleft()
        packed = os.pread(self._file, length, start)
        return zstandard.ZstdDecompressor().decompress(packed)

    def keep(self, key: bytes, content: bytes) -> None:
        """Add a content, durable when this returns.

        Raises:
            OutOfSpace: The disk is full.
        """
        body = key + self._compress(content)
        frame = _FRAME.pack(len(body), zlib.crc32(body)) + body
        with disk_space_for(f"keeping what {self._path.parent.name} is told"):
            with self._guard:
                _write_whole(self._file, frame)
                self._written += 1
                mine = self._written
            # One thread's call makes durable what others wrote meanwhile: they need none.
            with self._syncing:
                if self._synced < mine:
                    upto = self._written
                    _sync_data(self._file)
                    self._synced = upto

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)

    def _compress(self, content: bytes) -> bytes:
        compressor = getattr(self._of_thread, "compressor", None)
        if compressor is None:
            compressor = self._of_thread.compressor = zstandard.ZstdCompressor(level=_LEVEL)
        return compressor.compress(content)

    def _read_places(self) -> int:
        """Note where each whole entry lies; returns where the last one ends."""
        end = 0
        with self._path.open("rb") as file:
            for key, start, length in _entries(file):
                self._places[key].append((start, length))
                end = start + length
        return end


def _entries(file: BufferedReader) -> Iterator[tuple[bytes, int, int]]:
    """Give key, start and length of each content, up to the first entry that is not whole."""
    at, total = 0, os.fstat(file.fileno()).st_size
    while len(head := file.read(_FRAME.size)) == _FRAME.size:
        size, checksum = _FRAME.unpack(head)
        if not KEY_BYTES < size <= total - at - _FRAME.size:
            return
        body = file.read(size)
        if zlib.crc32(body) != checksum:
            return
        at += _FRAME.size + size
        yield body[:KEY_BYTES], at - size + KEY_BYTES, size - KEY_BYTES


def _write_whole(file: int, frame: bytes) -> None:
    left = memoryview(frame)
    while left:
        left = left[os.write(file, left) :]
