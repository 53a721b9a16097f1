"""What can go wrong when speaking with HubSpot, each error one clear sentence.

    HubSpotError
    ├── InvalidAuthentication      401, or a token that is none
    ├── WrongAccount               a token of another portal than the one that may be written to
    ├── MissingScopes              403, .scopes
    ├── ObjectNotFound             404
    ├── FileUnavailable            a file's bytes are not to be had, or too many
    ├── InvalidRequest             400, 414 and every other refusal of the request itself
    │   └── WriteRefused           a write that HubSpot did not do: 400, 404, 409, .refusal
    ├── RateLimited                429 until patience ended
    │   └── DailyLimitReached      429 DAILY: no patience helps before midnight in the account
    ├── PortalUnreachable          no connection, no answer in time, 423 or 5xx until patience ended
    │   ├── PortalOverloaded       502, 504, 524 or no answer in time: a smaller batch may pass
    │   │   └── WriteOverloaded    the same of a write, which may have been done or not
    │   └── WriteUncertain         a write without a whole answer, which may have been done or not
    ├── MalformedAnswer            an answer, but not one that HubSpot documents (HTML, cut off)
    │   └── PagingStuck            pages that repeat or go backwards: stopped instead of looping
    ├── PortalMigrating            477, .retry_after seconds
    └── SessionClosed              the session ended while this call waited

A message says what happened, on which route, that it is safe to run again, and what to do.
No message holds a token, a request body or a record's text.
"""

SAFE = "nothing was changed in HubSpot, it is safe to run again"


class HubSpotError(Exception):
    """Base of all errors of this room.

    Attributes:
        route: Method and path of the call, without its query.
        status: HTTP status of the last answer, or None when there was none.
    """

    def __init__(self, message: str, *, route: str = "", status: int | None = None):
        super().__init__(message)
        self.route = route
        self.status = status


class InvalidAuthentication(HubSpotError):
    """HubSpot does not accept the token."""


class MissingScopes(HubSpotError):
    """The token is valid, but the app behind it may not do this.

    Attributes:
        scopes: The scopes of which HubSpot asks for one, as it names them; may be empty.
    """

    def __init__(self, message: str, *, scopes: tuple[str, ...] = (), **where):
        super().__init__(message, **where)
        self.scopes = scopes


class ObjectNotFound(HubSpotError):
    """The record, object type or route does not exist (or is archived, or was merged away)."""


class FileUnavailable(HubSpotError):
    """A file's link gives no bytes (403, 404, 410), or more than HubSpot takes."""


class InvalidRequest(HubSpotError):
    """HubSpot refused the request itself; the same request will be refused again."""


class WriteRefused(InvalidRequest):
    """HubSpot did not do a write.

    Attributes:
        refusal: What it minds (`refusals.Refusal`), or None.
    """

    def __init__(self, message: str, *, refusal=None, **where):
        super().__init__(message, **where)
        self.refusal = refusal


class WrongAccount(HubSpotError):
    """The token belongs to another portal than the one that may be written to."""


class RateLimited(HubSpotError):
    """HubSpot kept refusing because of its rate limits until patience ended."""


class DailyLimitReached(RateLimited):
    """The account's calls of today are used up."""


class PortalUnreachable(HubSpotError):
    """HubSpot gave no useful answer until patience ended."""


class PortalOverloaded(PortalUnreachable):
    """HubSpot did not finish this request in time; fewer records in one request may pass."""


class WriteUncertain(PortalUnreachable):
    """A write got no whole answer: it may have been done or not."""


class WriteOverloaded(PortalOverloaded, WriteUncertain):
    """A write did not end in time: it may have been done or not; a smaller one may pass."""


class MalformedAnswer(HubSpotError):
    """An answer that is not what HubSpot documents."""


class PagingStuck(MalformedAnswer):
    """Pages repeat or go backwards."""


class PortalMigrating(HubSpotError):
    """The account is being moved between HubSpot's data centres.

    Attributes:
        retry_after: Seconds after which HubSpot asks to come back, or None.
    """

    def __init__(self, message: str, *, retry_after: float | None = None, **where):
        super().__init__(message, **where)
        self.retry_after = retry_after


class SessionClosed(HubSpotError):
    """The session was closed while this call waited for its turn or its retry."""
