"""How far a read has come: a line every ten seconds, and one at the end."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Self

from include.hubspot.limits import ASSOCIATIONS, ROLLING, SEARCH
from include.hubspot.session import HubSpotSession

SECONDS_BETWEEN_LINES = 10.0
SECONDS_BETWEEN_BARS = 0.5
_LIMITS = {
    ROLLING: "HubSpot's limit of calls in 10 seconds",
    SEARCH: "HubSpot's limit of searches",
    ASSOCIATIONS: "HubSpot's limit of reads of links",
}
# Less waiting than this share of the time, and it is not a limit that holds the read up.
_BINDING = 0.2


class Progress:
    """Counts rows as they land and reports at intervals, never per row.

    A line comes every ten seconds also while nothing lands: a read that waits says so.

    Args:
        report: told one line at a time.
        session: asked how many calls were made, how many are left and what they wait for.
    """

    def __init__(self, report: Callable[[str], None], session: HubSpotSession) -> None:
        self._report = report
        # A terminal shows bars (terminal.py); every other report gets lines.
        self._advance = getattr(report, "advance", None)
        self._note = getattr(report, "note", None)
        self._has_bars = getattr(report, "has_bars", False)
        self._session = session
        self._foreseen: Counter[str] = Counter()
        self._expected: Counter[str] = Counter()
        self._done: Counter[str] = Counter()
        self._latest = ""
        self._began = self._noticed = time.monotonic()
        self._waited: Counter[str] = Counter()
        self._guard = threading.Lock()
        self._ended = threading.Event()
        self._teller = threading.Thread(target=self._tell, name="progress", daemon=True)

    def __enter__(self) -> Self:
        self._teller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._teller.join()

    def foresee(self, what: str, count: int) -> None:
        """Say how many there are in all, before they are found one after another."""
        self._foreseen[what] = count

    def expect(self, what: str, count: int) -> None:
        """Add to what is known to be coming; for any thread."""
        with self._guard:
            self._expected[what] += count

    def landed(self, what: str, count: int) -> None:
        """Add to what is durably on disk; for any thread."""
        with self._guard:
            self._done[what] += count
            if count:
                self._latest = what
            if self._advance:
                self._advance(what, self._done[what], self._total(what))

    def say(self, line: str) -> None:
        """Report a line that has to be seen, whatever the interval."""
        self._report(line)

    def finish(self) -> None:
        """Report the totals."""
        total = ", ".join(f"{count:,} {what}" for what, count in self._done.items() if count)
        seconds = time.monotonic() - self._began
        calls = self._session.calls_made()
        self._report(f"extracted {total or 'nothing new'} in {seconds:.1f} s with {calls:,} calls")

    def _tell(self) -> None:
        bars = self._has_bars and self._note
        while not self._ended.wait(SECONDS_BETWEEN_BARS if bars else SECONDS_BETWEEN_LINES):
            if bars:
                self._note(self._budget())
            elif self._latest:
                self._report(f"{self._how_far(self._slowest())}; {self._budget()}")
            else:
                self._report(f"nothing landed yet; {self._budget()}")

    def _slowest(self) -> str:
        """What is furthest from its end; where all are there, what landed last."""
        kinds = (*self._foreseen, *self._expected)
        left = {what: self._total(what) - self._done[what] for what in kinds}
        return max(left, key=lambda what: left[what]) if any(left.values()) else self._latest

    def _total(self, what: str) -> int:
        return max(self._foreseen[what], self._expected[what], self._done[what])

    def _how_far(self, what: str) -> str:
        done, total = self._done[what], self._total(what)
        rate = done / max(time.monotonic() - self._began, 0.001)
        left = f", {duration((total - done) / rate)} left" if rate and done < total else ""
        return f"{what}: {done:,} of {total:,}, {rate:,.0f}/s{left}"

    def _budget(self) -> str:
        left = self._session.allowance.left_today
        of_today = "" if left is None else f", {left:,} left today"
        return f"{self._session.calls_made():,} calls{of_today}, bound by {self._binding()}"

    def _binding(self) -> str:
        """What held calls up most since this was last asked."""
        now, waits = time.monotonic(), Counter(self._session.waits)
        lately, seconds = waits - self._waited, now - self._noticed
        self._waited, self._noticed = waits, now
        limit, waited = max(lately.items(), key=lambda item: item[1], default=(None, 0.0))
        return _LIMITS[limit] if limit and waited > _BINDING * seconds else "HubSpot's answers"


def duration(seconds: float) -> str:
    """Say how long something takes, in the two units that matter."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes_of_hour = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes_of_hour:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
