"""When things happen in a support team's year: on weekdays and by day, mostly."""

from datetime import UTC, datetime
from itertools import accumulate
from random import Random

from include.sandbox.moments import DAY, HOUR

PAST_DAYS, FUTURE_DAYS = 365, 30
_HOURS = (1, 1, 1, 1, 1, 2, 4, 9, 18, 24, 25, 22, 18, 22, 24, 23, 20, 15, 9, 6, 4, 3, 2, 1)
_DAYS = (1.15, 1.1, 1.0, 1.0, 0.9, 0.22, 0.15)


def _weights(begins: int, hours: int) -> list[float]:
    first = datetime.fromtimestamp(begins / 1000, UTC)
    start = first.weekday() * 24 + first.hour
    week = [_HOURS[h % 24] * _DAYS[h // 24] for h in range(168)]
    return list(accumulate(week[(start + h) % 168] for h in range(hours)))


def busy_moments(rng: Random, count: int, begins: int, days: int) -> list[int]:
    """Return `count` moments of the `days` after `begins`, by how busy their hour is."""
    if not count:
        return []
    hours = days * 24
    weights = _weights(begins, hours)
    chosen = rng.choices(range(hours), cum_weights=weights, k=count)
    return [begins + hour * HOUR + int(rng.random() * HOUR) for hour in chosen]


def in_working_hours(moment: int) -> int:
    """Move a moment out of the night: people answer in the morning."""
    hour = moment % DAY // HOUR
    if hour < 7:
        return moment + (7 - hour) * HOUR
    return moment + (31 - hour) * HOUR if hour >= 20 else moment
