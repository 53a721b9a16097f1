"""How often each route was called, and how it was answered."""

from collections import Counter
from typing import Any

_MOST = 2_000  # unknown paths come from outside: their number is bounded


class RequestLog:
    """Counts requests by method, route and status; control calls are not among them."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str, int]] = Counter()

    def note(self, method: str, route: str, status: int) -> None:
        """Count a request; `status` 0 means that the connection was cut without an answer."""
        key = (method, route, status)
        if key not in self.counts and len(self.counts) >= _MOST:
            key = (method, "(other)", status)
        self.counts[key] += 1

    def listed(self) -> list[dict[str, Any]]:
        """Return the counts, by route."""
        return [
            {"method": method, "route": route, "status": status, "count": count}
            for (method, route, status), count in sorted(
                self.counts.items(), key=lambda item: (item[0][1], item[0][0], item[0][2])
            )
        ]
