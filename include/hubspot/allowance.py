"""What HubSpot's answers say of what may still be called: read from their headers.

Answers to searches carry none of these, and those to OAuth apps none of the day.
"""

from collections.abc import Mapping
from dataclasses import dataclass

DEFAULT_CALLS_PER_SECOND = 10.0  # 100 in 10 seconds: Free and Starter accounts


@dataclass(frozen=True)
class Allowance:
    """What an app may call.

    Attributes:
        calls_per_second: Over ten seconds, searches left out.
        left_today: Calls of the account until its midnight; None where HubSpot does not say.
    """

    calls_per_second: float = DEFAULT_CALLS_PER_SECOND
    left_today: int | None = None


def allowance_in(headers: Mapping[str, str], before: Allowance) -> Allowance:
    """Read an answer's headers; what they do not say, or not as numbers, stays as it was before."""
    most = _number(headers.get("X-HubSpot-RateLimit-Max"))
    interval = _number(headers.get("X-HubSpot-RateLimit-Interval-Milliseconds"))
    left = _number(headers.get("X-HubSpot-RateLimit-Daily-Remaining"))
    return Allowance(
        most * 1000 / interval if most and interval else before.calls_per_second,
        before.left_today if left is None else left,
    )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None
