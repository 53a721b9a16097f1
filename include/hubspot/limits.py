"""When a call may be sent: HubSpot's limits, kept so that it never has to refuse.

- `ten_secondly_rolling`: calls of this app in any 10 seconds, all but searches. 100 (Free,
  Starter), 190 (Professional, Enterprise) or 250 (add-on): assumed 100 until the first answer's
  X-HubSpot-RateLimit-Max tells; -Remaining shows when others spend the same token.
- `search`: 5 in any second for the whole account. Its answers carry no such headers.
- `associations`: a 10-second limit that calls of the Associations API have beside the first: 100,
  150 or 200 by subscription and add-on. No header tells it: it is the one that HubSpot documents
  for the other's maximum, and less once a call was refused.

The session speaks to a limiter through `acquire`, `release` and `refused` only. Where the windows
are kept is said by `Windows`: in memory for one process, in a file (`shared_windows`) for all
processes that use a token.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Protocol

from include.hubspot.paths import is_of_associations, is_search
from include.hubspot.window import Place, SlidingWindow

ROLLING = "ten_secondly_rolling"
SEARCH = "search"
ASSOCIATIONS = "associations"
# More than any account may call: until the first answer, the rolling limit alone binds.
_UNKNOWN = 1_000
# HubSpot's usage guidelines, "Associations API": calls in 10 seconds, by those of the app.
_ASSOCIATIONS_OF = {100: 100, 190: 150, 250: 200}
_LEAST_ASSOCIATIONS = 100
_LOUD_SECONDS = 1.0
_QUIET_SECONDS = 10.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Permit:
    """The right to send one call.

    Attributes:
        limit: ROLLING, SEARCH or ASSOCIATIONS.
        place: The place in that limit's window.
        waited: Seconds that the caller waited for it.
    """

    limit: str
    place: Place
    waited: float


class Limiter(Protocol):
    """What a session needs of a limiter."""

    def acquire(self, limit: str) -> Permit:
        """Wait until a call under `limit` may be sent."""

    def release(self, permit: Permit, headers: Mapping[str, str] | None) -> None:
        """Give the answer's headers, or None when no answer came."""

    def refused(self, limit: str, seconds: float) -> None:
        """HubSpot answered 429: send nothing under `limit` for that long."""


class Windows(Protocol):
    """Where the windows are kept.

    Attributes:
        owner: The name under which this process holds places.
        patience: The longest sleep, in seconds, after which to look again.
    """

    owner: str
    patience: float

    def open(self, now: float) -> AbstractContextManager[dict[str, SlidingWindow]]:
        """Give the windows to one thread at a time; what it changed is kept."""


def new_windows(rolling: int = 100, search: int = 5) -> dict[str, SlidingWindow]:
    """Return empty windows of the documented capacities.

    Args:
        rolling: Calls in 10 seconds, until HubSpot's headers tell better.
        search: Searches in one second.
    """
    return {
        ROLLING: SlidingWindow(rolling, 10.0),
        SEARCH: SlidingWindow(search, 1.0),
        ASSOCIATIONS: SlidingWindow(_UNKNOWN, 10.0),
    }


def limits_of(path: str) -> tuple[str, ...]:
    """Return the limits that a call of a path counts for, the one to be waited for first ahead."""
    if is_search(path):
        return (SEARCH,)
    return (ASSOCIATIONS, ROLLING) if is_of_associations(path) else (ROLLING,)


class MemoryWindows:
    """Windows of one process: its threads are kept apart by the limiter."""

    owner = ""
    patience = threading.TIMEOUT_MAX

    def __init__(self, windows: dict[str, SlidingWindow]):
        """Keep `windows`."""
        self.windows = windows

    @contextmanager
    def open(self, now: float) -> Iterator[dict[str, SlidingWindow]]:
        """Give the windows."""
        del now
        yield self.windows


class ThreadLimiter:
    """All limits for the threads of a process; first come, first served, no busy wait."""

    def __init__(
        self,
        windows: Windows | None = None,
        clock: Callable[[], float] = time.monotonic,
    ):
        """Start.

        Args:
            windows: Where the windows are kept; in this process's memory if None.
            clock: Seconds, never going back; shared by all processes that share the windows.
        """
        self._windows = windows or MemoryWindows(new_windows())
        self._queues: dict[str, deque] = {
            limit: deque() for limit in (ROLLING, SEARCH, ASSOCIATIONS)
        }
        self._clock = clock
        self._changed = threading.Condition()
        self._told: dict[str, float] = {}

    def acquire(self, limit: str) -> Permit:
        """Wait until a call under `limit` may be sent."""
        queue, me = self._queues[limit], object()
        with self._changed:
            began = self._clock()
            queue.append(me)
            try:
                while queue[0] is not me:
                    self._changed.wait()
                place = self._take(limit)
            finally:
                queue.remove(me)
                self._changed.notify_all()
            permit = Permit(limit, place, self._clock() - began)
        if permit.waited >= _LOUD_SECONDS:
            self._tell(permit)
        return permit

    def _take(self, limit: str) -> Place:
        while True:
            now = self._clock()
            with self._windows.open(now) as windows:
                pause = windows[limit].wait(now)
                if not pause:
                    return windows[limit].take(now, self._windows.owner)
            self._changed.wait(min(pause, self._windows.patience))

    def _tell(self, permit: Permit) -> None:
        """Log a long wait; for each limit once in a while, since its threads all wait at once."""
        now = self._clock()
        due = now - self._told.get(permit.limit, float("-inf")) >= _QUIET_SECONDS
        if due:
            self._told[permit.limit] = now
        level = logging.INFO if due else logging.DEBUG
        log.log(level, "waited %.1f s for HubSpot's limit %s", permit.waited, permit.limit)

    def release(self, permit: Permit, headers: Mapping[str, str] | None) -> None:
        """Free the place one interval from now, and learn from the answer's headers."""
        with self._changed:
            now = self._clock()
            with self._windows.open(now) as windows:
                window = windows[permit.limit]
                window.answered(permit.place, now, counts_for_trip=headers is not None)
                if headers and permit.limit == ROLLING:
                    before = window.capacity
                    _learn(window, permit.place, now, headers)
                    own = windows[ASSOCIATIONS]
                    documented = _ASSOCIATIONS_OF.get(window.capacity, _UNKNOWN)
                    # Less, once a call was refused; more again, once the account has another one.
                    unchanged = window.capacity == before
                    own.capacity = min(own.capacity, documented) if unchanged else documented
            self._changed.notify_all()

    def refused(self, limit: str, seconds: float) -> None:
        """Send nothing under `limit` for that long: others would be refused as well.

        At most 10 s: whoever still finds it closed then learns so from HubSpot, within his own
        patience, instead of waiting here without end for an absurd Retry-After.
        """
        with self._changed:
            now = self._clock()
            closed_until = now + min(seconds, 10.0)
            with self._windows.open(now) as windows:
                windows[limit].close_until(closed_until)
                if limit == ASSOCIATIONS and not windows[limit].shrink(now, _LEAST_ASSOCIATIONS):
                    windows[ROLLING].close_until(closed_until)  # it was that one


def _learn(window: SlidingWindow, place: Place, now: float, headers: Mapping[str, str]) -> None:
    """Read X-HubSpot-RateLimit-*; anything unreadable teaches nothing."""
    try:
        maximum = int(headers["X-HubSpot-RateLimit-Max"])
        remaining = int(headers["X-HubSpot-RateLimit-Remaining"])
        interval = int(headers.get("X-HubSpot-RateLimit-Interval-Milliseconds", 10_000))
    except (KeyError, ValueError):
        return
    if maximum > 0 and interval > 0:
        window.interval = interval / 1000
        window.learn(place, now, maximum, remaining)
