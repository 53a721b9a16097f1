"""Hours, holidays and moments of the policy files, written as Python and DuckDB read alike.

`fromisoformat` alone takes more (`0900`, `2026-W52-5`, `09:00+02:00`), which dbt would refuse half
way through a build, or read as another time.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from itertools import pairwise
from typing import TypeVar
from zoneinfo import available_timezones

from include.pipeline.errors import PolicyError

Numbered = list[tuple[int, dict[str, str]]]
Complain = Callable[[int, str], PolicyError]
Value = TypeVar("Value")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# A calendar that every portal has: the clock that never stops.
ALWAYS = "always"
_WEEK = 10_080  # minutes
_OPENING = ("opens_at", "closes_at")

_TIME = re.compile(r"[0-9]{2}:[0-9]{2}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    rf"{_DATE.pattern}([T ]{_TIME.pattern}(:[0-9]{{2}})?(Z|[+-]{_TIME.pattern})?)?"
)


def minutes_of_day(text: str) -> int:
    """Give the minutes (0..1440) from midnight to a time of day such as `09:00` or `24:00`.

    Raises:
        ValueError: it is none; the message quotes it.
    """
    if text == "24:00":
        return 1440
    try:
        moment = time.fromisoformat(text) if _TIME.fullmatch(text) else None
    except ValueError:
        moment = None
    if moment is None:
        raise ValueError(f"'{text}' is no time of day, such as 09:00")
    return moment.hour * 60 + moment.minute


def local_date(text: str) -> date:
    """Read a date such as `2026-12-25`.

    Raises:
        ValueError: it is none; the message quotes it.
    """
    try:
        found = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None:
        raise ValueError(f"'{text}' is no date, such as 2026-12-25")
    return found


def moment(text: str) -> datetime:
    """Read a date or moment as UTC without zone; what has no offset is UTC.

    Raises:
        ValueError: it is none; the message quotes it.
    """
    try:
        found = datetime.fromisoformat(text) if _MOMENT.fullmatch(text) else None
        if found is not None and found.tzinfo:
            found = found.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise ValueError(
            f"'{text}' is no date or moment, such as 2026-07-01 or 2026-07-01T09:00+02:00"
        )
    return found


def check_hours(rows: Numbered, complain: Complain) -> dict[str, int]:
    """Check the windows of all calendars.

    Returns:
        The open minutes of a week, by calendar.

    Raises:
        PolicyError: a cell makes no sense, or windows overlap.
    """
    windows: dict[str, list[tuple[int, int, int]]] = {}
    zones: dict[str, str] = {}
    for number, row in rows:
        if row["calendar"] == ALWAYS:
            raise complain(number, f"calendar '{ALWAYS}' is 24x7 and cannot be given hours")
        if row["weekday"] not in WEEKDAYS:
            raise complain(number, f"weekday '{row['weekday']}' is not monday … sunday")
        if row["time_zone"] not in available_timezones():
            raise complain(number, f"time zone '{row['time_zone']}' is unknown")
        if zones.setdefault(row["calendar"], row["time_zone"]) != row["time_zone"]:
            raise complain(number, f"calendar '{row['calendar']}' already has another time zone")
        opens, closes = (read_cell(minutes_of_day, row, k, number, complain) for k in _OPENING)
        start = WEEKDAYS.index(row["weekday"]) * 1440 + opens
        length = closes - opens if closes > opens else closes - opens + 1440
        windows.setdefault(row["calendar"], []).append((start, start + length, number))
    for calendar, found in windows.items():
        _check_overlap(calendar, sorted(found), complain)
    open_minutes = {c: sum(ends - starts for starts, ends, _ in w) for c, w in windows.items()}
    return open_minutes | {ALWAYS: _WEEK}


def read_cell(
    reader: Callable[[str], Value],
    row: dict[str, str],
    key: str,
    number: int,
    complain: Complain,
) -> Value:
    """Read a row's cell by one of the functions above.

    Raises:
        PolicyError: it cannot be read; names the file, the row and the column.
    """
    try:
        return reader(row[key])
    except ValueError as wrong:
        raise complain(number, f"{key} {wrong}") from None


def _check_overlap(calendar: str, windows: list[tuple[int, int, int]], complain: Complain) -> None:
    # The week is a circle: the first window stands again after the last one.
    around = [*windows, (windows[0][0] + _WEEK, 0, windows[0][2])]
    for (_, ends, _), (starts, _, number) in pairwise(around):
        if starts < ends:
            raise complain(number, f"calendar '{calendar}' has two windows that overlap")


def check_holidays(rows: Numbered, calendars: set[str], complain: Complain) -> None:
    """Check the holidays.

    Raises:
        PolicyError: a date is none, or its calendar is not among the given ones.
    """
    for number, row in rows:
        if row["calendar"] not in calendars - {ALWAYS}:
            raise complain(number, f"calendar '{row['calendar']}' has no business hours")
        read_cell(local_date, row, "date", number, complain)
