"""Answers taken apart one at a time: many threads may wait for HubSpot, few megabytes are held.

An answer of a megabyte becomes five of Python's objects. Workers that got theirs at the same moment
would all hold them at once, and gain nothing by it: Python runs one of them at a time.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """One thread's turn to hold an answer, for those who ask for turns; others do not wait."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._of_thread = threading.local()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for a turn with every answer that comes inside, and end it with the block."""
        self._of_thread.wants = True
        try:
            yield
        finally:
            self.end()
            self._of_thread.wants = False

    def begin(self) -> None:
        """Wait for this thread's turn, where it wants turns and has none."""
        mine = self._of_thread
        if getattr(mine, "wants", False) and not getattr(mine, "has", False):
            self._turn.acquire()
            mine.has = True

    def end(self) -> None:
        """Let the next one begin: before a call, a pause, or anything else that takes its time."""
        if getattr(self._of_thread, "has", False):
            self._of_thread.has = False
            self._turn.release()
