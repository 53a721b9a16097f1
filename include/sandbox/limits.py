"""HubSpot's limits of a Professional private app.

Seconds are real ones, as for whoever calls; days are those of the portal's clock, so that a client
which is told to wait for midnight can be taken there.
"""

import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from include.sandbox.clock import Clock
from include.sandbox.errors import OverLimit
from include.sandbox.settings import Settings

BURST, BURST_SECONDS = 190, 10.0
SEARCHES, SEARCH_SECONDS = 5, 1.0
DAILY, DAILY_ASSOCIATIONS = 625_000, 500_000
# What the Associations API takes in 10 seconds, by what the account takes of everything else.
ASSOCIATIONS = {100: 100, 190: 150, 250: 200}
APP, SEARCH, ASSOCIATION = "app", "search", "association"


class Window:
    """At most `size` calls in any `seconds`: a sliding window, the next call is refused."""

    def __init__(self, size: int, seconds: float) -> None:
        self.size = size
        self.seconds = seconds
        self._calls: deque[float] = deque()

    def used(self, now: float) -> int:
        """Return how many calls lie within the window that ends at `now`."""
        while self._calls and now - self._calls[0] >= self.seconds:
            self._calls.popleft()
        return len(self._calls)

    def within(self, now: float, seconds: float) -> int:
        """Return how many calls lie within the last `seconds`, fewer than the window's own."""
        return sum(now - call < seconds for call in self._calls)

    def take(self, now: float) -> bool:
        """Count a call, unless the window is full."""
        if self.used(now) >= self.size:
            return False
        self._calls.append(now)
        return True


class Limits:
    """Counts calls; refuses those over a limit when the settings want it.

    Refused calls count for nothing: HubSpot does not say, and a client that is refused must be
    able to recover. The Associations API has a counter of its own (hubspot-api.md 3.3); whether
    its calls count against the app's 10 seconds too is not established: here they do not, unless
    the settings say that they are calls like any other.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        time_zone: str = "UTC",
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.enforces = settings.limits == "hubspot"
        self.own_associations = settings.association_limit == "own"
        self.is_oauth = settings.token_minutes > 0
        self._zone = ZoneInfo(time_zone)
        self._clock, self._monotonic = clock, monotonic
        self.burst = Window(settings.burst_limit, BURST_SECONDS)
        self._windows = {APP: self.burst, ASSOCIATION: self.burst}
        self._windows[SEARCH] = Window(SEARCHES, SEARCH_SECONDS)
        if self.own_associations:
            own = ASSOCIATIONS[settings.burst_limit]
            self._windows[ASSOCIATION] = Window(own, BURST_SECONDS)
        self.today, self.associations_today, self._day = 0, 0, self._date()

    def _date(self) -> date:
        return datetime.fromtimestamp(self._clock.now() / 1000, self._zone).date()

    def resets_at(self) -> int:
        """Return the next midnight of the account's time zone, in milliseconds."""
        tomorrow = self._date() + timedelta(days=1)
        midnight = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=self._zone)
        return int(midnight.astimezone(UTC).timestamp() * 1000)

    def admit(self, counter: str = APP) -> None:
        """Count one call of the app, of search, or of the Associations API.

        Raises:
            OverLimit: it would exceed a daily, the search or a 10-second limit.
        """
        now, day = self._monotonic(), self._date()
        if day != self._day:
            self.today, self.associations_today, self._day = 0, 0, day
        is_own = counter == ASSOCIATION and self.own_associations
        used_up = is_own and self.associations_today >= DAILY_ASSOCIATIONS
        if self.enforces and (used_up or self.today >= DAILY):
            raise OverLimit("DAILY")
        if not self._windows[counter].take(now) and self.enforces:
            raise OverLimit("SECONDLY" if counter == SEARCH else "TEN_SECONDLY_ROLLING")
        self.today += 1
        self.associations_today += is_own

    def headers(self) -> list[tuple[str, str]]:
        """Return the headers that every answer but search's carries.

        They tell of the app's own 10 seconds: nothing is known of any for the Associations API.
        An OAuth app (whose tokens expire) is told of no day (hubspot-api.md 3.3).
        """
        size, now = self.burst.size, self._monotonic()
        used, just_now = self.burst.used(now), self.burst.within(now, 1.0)
        daily = [
            ("X-HubSpot-RateLimit-Daily", str(DAILY)),
            ("X-HubSpot-RateLimit-Daily-Remaining", str(max(0, DAILY - self.today))),
        ]
        return [
            *([] if self.is_oauth else daily),
            ("X-HubSpot-RateLimit-Interval-Milliseconds", str(int(BURST_SECONDS * 1000))),
            ("X-HubSpot-RateLimit-Max", str(size)),
            ("X-HubSpot-RateLimit-Remaining", str(max(0, size - used))),
            ("X-HubSpot-RateLimit-Secondly", str(size // 10)),
            ("X-HubSpot-RateLimit-Secondly-Remaining", str(max(0, size // 10 - just_now))),
        ]
