"""A sliding window of calls, as the caller can know it: pure, time is passed in.

HubSpot counts a call when it arrives, somewhere between our sending it and our having its answer.
The window here therefore keeps a call's place from its sending until one interval after the latest
moment at which HubSpot can have counted it *relative to the next call*:

    a call counts at   sent + u, with u >= U   (U, D: the shortest ways there and back)
    its answer is here at  done = sent + u + d, with d >= D
    the next call, sent at s, counts at s + u' >= s + U
    so  s >= done + interval - (U + D)  implies  s + u' >= sent + u + interval

U + D is at most the shortest round trip seen. Freeing places at `done + interval - shortest round
trip` is therefore safe for any jitter, and costs only the jitter (about 1 % of the rate), where
freeing them at `sent + interval` collects refusals and `done + interval` costs the whole latency.
"""

import heapq
import math
from dataclasses import dataclass
from typing import Any, Self

_TRIPS_BELIEVED = 20


@dataclass(frozen=True)
class Place:
    """One call's place in the window.

    Attributes:
        sent: When it was taken, in seconds of the caller's clock.
        held: Places held just after, this one included.
        number: How many places had been given out, this one included.
    """

    sent: float
    held: int
    number: int


class SlidingWindow:
    """At most `capacity` calls in any `interval` seconds, as the server counts them."""

    def __init__(self, capacity: int, interval: float, margin: float = 0.05):
        """Start empty.

        Args:
            capacity: Calls that the server accepts in one interval.
            interval: Seconds.
            margin: Seconds added to each place's time: the shortest trip seen is an estimate.
        """
        self.capacity = capacity
        self.interval = interval
        self.margin = margin
        self.shortest_trip = math.inf
        self.trips = 0
        self._in_flight: dict[int, str] = {}  # place's number -> who waits for its answer
        self._given = 0
        self._done: list[float] = []  # heap: when the answers of calls still counted came
        self._others: list[tuple[float, int]] = []
        self._closed_until = -math.inf

    def wait(self, now: float) -> float:
        """Seconds until a place may be free: 0 now, inf when only an answer can free one."""
        if now < self._closed_until:
            return self._closed_until - now
        if self._held(now) < self.free_for_us(now):
            return 0.0
        ends = [self._done[0] + self._counted_for()] if self._done else []
        ends += [seen + self.interval for seen, _ in self._others]
        return max(0.001, min(ends) - now) if ends else math.inf

    def take(self, now: float, owner: str = "") -> Place:
        """Take a place for a call that is sent now.

        Args:
            now: Seconds of the caller's clock.
            owner: Who will say `answered`; one that never can is named to `abandoned`.
        """
        self._given += 1
        self._in_flight[self._given] = owner
        return Place(now, self._held(now), self._given)

    def answered(self, place: Place, now: float, *, counts_for_trip: bool = True) -> None:
        """Note that a call's answer is here, or that it is given up.

        Args:
            place: What `take` gave.
            now: Seconds of the caller's clock.
            counts_for_trip: False when no answer came: a refused connection is no round trip.
        """
        if self._in_flight.pop(place.number, None) is None:
            return  # given up by `abandoned` meanwhile, and counted there
        heapq.heappush(self._done, now)
        if counts_for_trip:
            self.shortest_trip = min(self.shortest_trip, now - place.sent)
            self.trips += 1

    def owners(self) -> set[str]:
        """Who has calls in flight."""
        return set(self._in_flight.values())

    def abandoned(self, owner: str, now: float) -> None:
        """Count the calls of an owner that is gone as answered now: HubSpot had them before."""
        lost = [number for number, who in self._in_flight.items() if who == owner]
        for number in lost:
            del self._in_flight[number]
            heapq.heappush(self._done, now)

    def learn(self, place: Place, now: float, maximum: int, remaining: int) -> None:
        """Take over what the server says about its own window.

        What it has counted beyond all calls that can be ours was spent by somebody else with the
        same token; for one interval that many places are left to them.
        """
        self.capacity = max(1, maximum)
        ours_at_most = place.held + self._given - place.number
        others = maximum - remaining - ours_at_most
        if others > 0:
            self._others.append((now, others))

    def close_until(self, moment: float) -> None:
        """Send nothing before `moment`: the server has refused a call."""
        self._closed_until = max(self._closed_until, moment)

    def shrink(self, now: float, least: int) -> bool:
        """Take what was sent in the last interval for the capacity: the server refused one more.

        Of several calls in flight each may be refused, and takes one off.

        Args:
            now: Seconds of the caller's clock.
            least: No server's capacity is smaller.

        Returns:
            False where fewer were sent: another limit was met.
        """
        if self._done:  # the refused one, which counts for nothing
            self._done.remove(max(self._done))
            heapq.heapify(self._done)
        held = self._held(now)
        if held < least:
            return False
        self.capacity = min(self.capacity, held)
        return True

    def free_for_us(self, now: float) -> int:
        """The capacity less what others were seen to use in the last interval; at least 1."""
        self._others = [(seen, n) for seen, n in self._others if seen + self.interval > now]
        return max(1, self.capacity - max((n for _, n in self._others), default=0))

    def _held(self, now: float) -> int:
        counted_for = self._counted_for()
        while self._done and self._done[0] + counted_for <= now:
            heapq.heappop(self._done)
        return len(self._in_flight) + len(self._done)

    def state(self, now: float) -> dict[str, Any]:
        """Return what another process needs to go on from here, as JSON would hold it."""
        self._held(now)
        return {
            "capacity": self.capacity,
            "interval": self.interval,
            "trip": None if math.isinf(self.shortest_trip) else self.shortest_trip,
            "trips": self.trips,
            "given": self._given,
            "in_flight": list(self._in_flight.items()),
            "done": self._done,
            "others": self._others,
            "closed_until": None if math.isinf(self._closed_until) else self._closed_until,
        }

    @classmethod
    def restored(cls, state: dict[str, Any], now: float) -> Self:
        """Return the window that `state` was taken of.

        Moments that lie ahead are of a clock that began anew (the machine restarted): dropped.
        A window that nobody used of late forgets the shortest trip: who speaks next may do so
        over a slower way, and a trip thought too short costs rate.

        Raises:
            KeyError, TypeError, ValueError: `state` is none.
        """
        window = cls(int(state["capacity"]), float(state["interval"]))
        window.shortest_trip = math.inf if state["trip"] is None else float(state["trip"])
        window.trips = int(state["trips"])
        window._given = int(state["given"])
        window._in_flight = {int(number): str(owner) for number, owner in state["in_flight"]}
        window._done = sorted(float(done) for done in state["done"] if done <= now)
        window._others = [(float(seen), int(n)) for seen, n in state["others"] if seen <= now]
        closed = state["closed_until"]
        if closed is not None:
            window._closed_until = min(float(closed), now + window.interval)
        if not window._held(now):
            window.shortest_trip, window.trips = math.inf, 0
        return window

    def _counted_for(self) -> float:
        # The first trips of new connections are long before HubSpot counts them: believed, they
        # would free places too early.
        shortest = self.shortest_trip if self.trips >= _TRIPS_BELIEVED else 0.0
        return self.interval + self.margin - min(shortest, self.interval / 2)
