"""What is tried again, how long to wait before, and when patience ends.

Every call of the reading side may be repeated, its POSTs too: search and batch read change nothing.

| What happened                  | Then                                                        |
|--------------------------------|-------------------------------------------------------------|
| 429 SECONDLY                   | again after 1 s or more                                     |
| 429 TEN_SECONDLY_ROLLING       | again after up to 10 s                                      |
| 429 DAILY                      | never: the limit falls at midnight in the account           |
| 423                            | again after 2 s or more                                     |
| 477                            | never: the account moves, for up to 24 hours                |
| 500, 502 to 504, 521 to 526    | again, waiting longer each time                             |
| no connection, no answer       | again, waiting longer each time                             |
| 200, but cut off or no JSON    | again, a few times                                          |
| 400, 401, 403, 404, 414, other | never: the same request gets the same answer                |
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

OVERLOADED = frozenset({502, 504, 524})
_RETRIED = frozenset({423, 429, 500, 502, 503, 504, *range(521, 527)})
_ABSURD_SECONDS = 3600  # HubSpot's webhook documentation gives Retry-After in milliseconds


@dataclass(frozen=True)
class Failure:
    """One attempt that brought no usable answer.

    Attributes:
        kind: "status" (HubSpot refused), "unreachable" (no connection), "timeout" (no answer in
            time) or "malformed" (a 2xx answer that is not what HubSpot documents).
        status: HTTP status, None without an answer.
        policy: `policyName` of a 429, upper case.
        retry_after: Seconds that HubSpot asked to wait, if it did.
        detail: What to say about it; never a body's text.
        scopes: Scopes named by a 403.
    """

    kind: str
    status: int | None = None
    policy: str = ""
    retry_after: float | None = None
    detail: str = ""
    scopes: tuple[str, ...] = ()

    @property
    def is_overload(self) -> bool:
        """Whether a request for fewer records may pass where this one did not."""
        return self.kind == "timeout" or self.status in OVERLOADED


@dataclass(frozen=True)
class Patience:
    """How long one call is repeated.

    Attributes:
        seconds: From the first attempt on, waiting for the limiter aside.
        first_contact_seconds: The same while the session never had an answer at all: a wrong
            address is likelier than an outage then, and a person is probably waiting.
        malformed_attempts: Attempts of a call whose answers are malformed.
        overload_attempts: Attempts of a call that is overloaded; None for no bound but time. Set
            by callers that can ask for less at once.
        longest_pause: Cap of the growing waits, in seconds.
        jitter: Gives a number in [0, 1).
    """

    seconds: float = 300.0
    first_contact_seconds: float = 15.0
    malformed_attempts: int = 4
    overload_attempts: int | None = None
    longest_pause: float = 30.0
    jitter: Callable[[], float] = field(default=random.random, repr=False)

    def pause(self, failure: Failure, attempt: int, spent: float, met: bool = True) -> float | None:
        """Seconds to wait before trying again; None when the failure is final.

        Args:
            failure: What happened.
            attempt: 1 for the first.
            spent: Seconds since the first attempt began, waiting for the limiter aside.
            met: Whether the session ever had an answer.
        """
        if not self._may_repeat(failure, attempt):
            return None
        pause = self._length(failure, attempt)
        budget = self.seconds if met else min(self.seconds, self.first_contact_seconds)
        return None if spent + pause > budget else pause

    def _may_repeat(self, failure: Failure, attempt: int) -> bool:
        if failure.kind == "malformed":
            return attempt < self.malformed_attempts
        if failure.is_overload and self.overload_attempts is not None:
            return attempt < self.overload_attempts
        if failure.status == 429:
            return failure.policy != "DAILY"
        return failure.status is None or failure.status in _RETRIED

    def _length(self, failure: Failure, attempt: int) -> float:
        growing = min(self.longest_pause, 0.5 * 2 ** min(attempt, 16)) * (0.5 + self.jitter() / 2)
        if failure.status == 429 and failure.policy == "SECONDLY":
            length = 1.0 + min(growing, 4.0) * self.jitter()
        elif failure.status == 429:
            length = min(10.0, 1.0 + growing)
        elif failure.status == 423:
            length = 2.0 + growing / 2
        else:
            length = growing
        return max(length, failure.retry_after or 0.0)


def retry_after_seconds(
    value: str | None, now: str | None = None, absurd: float = _ABSURD_SECONDS
) -> float | None:
    """Read a Retry-After header defensively.

    Seconds by HTTP; HubSpot's webhooks give milliseconds, so an absurd number is taken as such.
    HTTP also allows a date, read against the answer's own Date header.

    Args:
        value: The header, or None.
        now: The answer's Date header.
        absurd: More seconds than this are taken for milliseconds.

    Returns:
        Seconds, or None when there is nothing readable.
    """
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        return _until_date(value, now)
    if not 0 <= seconds < float("inf"):
        return None
    return seconds / 1000 if seconds > absurd else seconds


def _until_date(value: str, now: str | None) -> float | None:
    try:
        return max(0.0, (parsedate_to_datetime(value) - parsedate_to_datetime(now)).total_seconds())
    except (TypeError, ValueError, IndexError):
        return None
