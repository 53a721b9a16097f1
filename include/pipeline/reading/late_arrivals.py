"""How late search shows what changed, and how far the cursor is held back for it.

A record that was modified before the last run began, and that the warehouse does not hold in that
version, was not shown to that run: it was invisible for at least the time from its modification to
that run's beginning. A night finds such records within the hold-back, a sweep all of them.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from include.warehouse.known import KnownVersions
from include.warehouse.search_lag import SearchLag

logger = logging.getLogger(__name__)

# Later than this and it is no lag of an index: a record restored from the bin, or one that a run
# lost in another way. The sweep repairs it; holding every cursor back for it would help nobody.
LATEST = timedelta(hours=24)
# What was measured is the least that it can have been, and of a few records.
MARGIN = 1.5
# A bad day of HubSpot's is forgotten after this.
REMEMBERED = timedelta(days=30)


class LateArrivals:
    """Counts, during one run, the tickets that the search of the run before did not show.

    Args:
        known: what the warehouse holds.
        began: when this run began.
        before: the measures of earlier runs.
    """

    def __init__(self, known: KnownVersions, began: datetime, before: list[SearchLag]) -> None:
        self._known = known
        self._began = began
        searched = [lag.began for lag in before if lag.searched]
        self._last_search = max(searched, default=None)
        self._before = remembered(before, began)
        self._seconds: list[float] = []

    def note(self, hits: Iterable[tuple[str, datetime]]) -> None:
        """Note what a search or a list shows: ids and modified times."""
        if self._last_search is None:
            return
        earliest = self._last_search - LATEST
        due = [(one, at) for one, at in hits if earliest <= at < self._last_search]
        late = set(self._known.outdated("tickets", due))
        self._seconds += [
            (self._last_search - at).total_seconds() for one, at in due if one in late
        ]

    def measure(self, *, searched: bool) -> SearchLag:
        """What this run found out; `searched`: it asked search for all that changed."""
        return SearchLag(
            self._began, searched, len(self._seconds), round(max(self._seconds, default=0.0), 3)
        )

    def hold_back(self, setting: timedelta) -> timedelta:
        """How far the cursor is held back: the setting, or more where lag was measured."""
        return hold_back_for([*self._before, self.measure(searched=False)], setting)


def remembered(lags: list[SearchLag], now: datetime | None = None) -> list[SearchLag]:
    """Leave out what was measured too long ago; without a moment, before the newest measure."""
    now = now or max((lag.began for lag in lags), default=None)
    return [lag for lag in lags if now - lag.began <= REMEMBERED]


def hold_back_for(lags: list[SearchLag], setting: timedelta) -> timedelta:
    """Widen the setting by what was measured of late; never narrow it."""
    latest = max((lag.seconds for lag in lags), default=0.0)
    return max(setting, timedelta(seconds=round(latest * MARGIN)))
