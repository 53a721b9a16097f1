"""The windows of all limits in one small file, kept together by every process that uses a token.

A folder holds `windows.json`, read and written under a lock for each call (some 100 microseconds),
and a locked file per process that has calls in flight. The lock of a process that is gone, killed
or not, is free: its calls are then counted as answered, so that nobody waits for them.

Moments are of the machine's monotonic clock, which all processes of one boot share. Where HubSpot
is asked from several machines, each has a folder of its own, and what the others spend is learnt
from HubSpot's headers alone.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson

from include.hubspot.limits import new_windows
from include.hubspot.window import SlidingWindow

_GONE_AGAIN_AFTER = 0.5  # seconds between two looks at who is gone
_MODE = 0o600


class SharedWindows:
    """Windows of all processes that name the same folder.

    Attributes:
        owner: This process's name in the file.
        patience: Seconds after which a waiting process looks again, since no other can wake it.
    """

    patience = 0.05

    def __init__(self, folder: Path):
        """Join; the folder is made when there is none.

        Raises:
            OSError: The folder cannot be written.
        """
        self.owner = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._file = os.open(folder / "windows.json", os.O_RDWR | os.O_CREAT, _MODE)
        self._alive = os.open(self._alive_file(self.owner), os.O_RDWR | os.O_CREAT, _MODE)
        fcntl.flock(self._alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self._looked = float("-inf")

    def close(self) -> None:
        """Leave: calls still in flight are counted as answered by the next one who looks."""
        self._alive_file(self.owner).unlink(missing_ok=True)
        os.close(self._alive)
        os.close(self._file)

    @contextmanager
    def open(self, now: float) -> Iterator[dict[str, SlidingWindow]]:
        """Give the windows, alone among all processes; what was changed is written back."""
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            windows = self._read(now)
            self._count_who_is_gone(windows, now)
            yield windows
            self._write(windows, now)
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def _read(self, now: float) -> dict[str, SlidingWindow]:
        size = os.fstat(self._file).st_size
        windows = new_windows()
        if not size:
            return windows
        try:
            told = orjson.loads(os.pread(self._file, size, 0))
            return {name: SlidingWindow.restored(told[name], now) for name in windows}
        except (ValueError, KeyError, TypeError):
            # What was sent is unknown: as after a refusal, one interval without a call is safe.
            for window in windows.values():
                window.close_until(now + window.interval)
            return windows

    def _write(self, windows: dict[str, SlidingWindow], now: float) -> None:
        told = orjson.dumps({name: window.state(now) for name, window in windows.items()})
        # One write that covers what stood there: a kill leaves the old text or the new one.
        size = os.fstat(self._file).st_size
        os.pwrite(self._file, told.ljust(size), 0)

    def _count_who_is_gone(self, windows: dict[str, SlidingWindow], now: float) -> None:
        if now - self._looked < _GONE_AGAIN_AFTER:
            return
        self._looked = now
        owners = set().union(*(window.owners() for window in windows.values())) - {self.owner}
        for owner in owners:
            if self._is_gone(owner):
                for window in windows.values():
                    window.abandoned(owner, now)

    def _is_gone(self, owner: str) -> bool:
        path = self._alive_file(owner)
        try:
            descriptor = os.open(path, os.O_RDWR)
        except FileNotFoundError:
            return True
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        else:
            path.unlink(missing_ok=True)
            return True
        finally:
            os.close(descriptor)

    def _alive_file(self, owner: str) -> Path:
        return self._folder / f"{owner}.alive"
