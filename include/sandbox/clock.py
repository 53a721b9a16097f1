"""The portal's virtual clock: an offset to this machine's time, which only moves forward."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate


def _machine_ms() -> int:
    return time.time_ns() // 1_000_000


class Clock:
    """HubSpot's time as this portal tells it.

    Without a starting moment it is the present. With one it stands there and runs on at the
    speed of real time.
    """

    def __init__(self, starts_at: int | None = None, *, machine_ms=_machine_ms) -> None:
        self._machine_ms = machine_ms
        self.offset = 0 if starts_at is None else starts_at - machine_ms()
        self._held: int | None = None

    def now(self) -> int:
        """Milliseconds since 1970."""
        return self._machine_ms() + self.offset if self._held is None else self._held

    @contextmanager
    def held(self, moment: int) -> Iterator[None]:
        """Let the clock stand at `moment` for a while.

        A write happens at one moment, and happens at that moment again when a journal is repeated.
        """
        before, self._held = self._held, moment
        try:
            yield
        finally:
            self._held = before

    def advance(self, moment: int) -> None:
        """Move to `moment`; a moment that the clock has passed leaves it where it is."""
        self.offset = max(self.offset, moment - self._machine_ms())

    def date_header(self) -> str:
        """Return the `Date` header's text."""
        return formatdate(self.now() / 1000, usegmt=True)
