"""A business calendar as the set of its open minutes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class Calendar:
    """Business hours: windows (weekday, opens, closes as HH:MM) in a zone, less holidays."""

    windows: tuple[tuple[str, str, str], ...]
    zone: str
    holidays: frozenset[date]
    first: date
    last: date

    @cached_property
    def open_minutes(self) -> frozenset[datetime]:
        """Every minute between the two dates in which the calendar is open, UTC."""
        return frozenset(minute for window in self._openings() for minute in steps(*window, MINUTE))

    def _openings(self) -> Iterator[tuple[datetime, datetime]]:
        day = self.first
        while day <= self.last:
            for weekday, opens, closes in self.windows:
                if weekday == WEEKDAYS[day.weekday()] and day not in self.holidays:
                    start, end = _clock(opens), _clock(closes)
                    if end <= start:
                        end += timedelta(days=1)
                    midnight = datetime(day.year, day.month, day.day)
                    yield self._utc(midnight + start), self._utc(midnight + end)
            day += timedelta(days=1)

    def _utc(self, wall: datetime) -> datetime:
        zone = ZoneInfo(self.zone)
        early, late = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
        # Twice: the offset falls, the later time counts. Skipped: it rises, the earlier moves on.
        twice = early.utcoffset() > late.utcoffset()
        return (wall - (late if twice else early).utcoffset()).replace(tzinfo=None)


def _clock(text: str) -> timedelta:
    hours, minutes = text.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))


def steps(start: datetime, end: datetime, step: timedelta) -> Iterator[datetime]:
    """Give every step from `start` up to, not including, `end`."""
    while start < end:
        yield start
        start += step
