"""HubSpot's times: ISO 8601 text in answers, epoch milliseconds in search filters."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def from_hubspot(text: str) -> datetime:
    """Read a time as HubSpot writes it in properties: ISO 8601 with Z, or epoch milliseconds.

    Raises:
        ValueError: It is neither.
    """
    # the dash is asked first, for nearly all are ISO 8601; 13 digits may be a basic ISO date too
    if text[4:5] != "-" and text.lstrip("-").isdecimal():
        return _EPOCH + int(text) * _MILLISECOND
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is UTC:
        return moment
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def to_milliseconds(moment: datetime) -> int:
    """Epoch milliseconds, rounded down.

    Raises:
        ValueError: The time has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a time without a time zone: HubSpot's times are UTC")
    return (moment - _EPOCH) // _MILLISECOND
