"""Access tokens: a private app's, which lasts, or an OAuth app's, which expires."""

from include.sandbox.clock import Clock
from include.sandbox.errors import ExpiredToken, InvalidInput, Unauthenticated
from include.sandbox.moments import MINUTE
from include.sandbox.settings import Settings

LIFETIME_MINUTES = 30  # hubspot-api.md 1


class Tokens:
    """Which tokens open the portal, and until when (milliseconds of the portal's clock)."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._clock = clock
        self._first = settings.token
        self.minutes = settings.token_minutes
        self._ends: dict[bytes, int | None] = {settings.token.encode(): self._end()}

    def _end(self) -> int | None:
        return self._clock.now() + self.minutes * MINUTE if self.minutes else None

    def begin(self, moment: int) -> int:
        """Let the first token's time begin at a moment, and return that moment."""
        self._ends[self._first.encode()] = moment + self.minutes * MINUTE if self.minutes else None
        return moment

    def check(self, token: bytes) -> None:
        """Let a token pass.

        Raises:
            Unauthenticated: it is none of this portal's.
            ExpiredToken: its time is over.
        """
        # A look-up is no constant-time comparison; the token of a local fake is no secret.
        if token not in self._ends:
            raise Unauthenticated
        end, now = self._ends[token], self._clock.now()
        if end is not None and now >= end:
            raise ExpiredToken((now - end) // MINUTE)

    def refresh(self, refresh_token: str) -> str:
        """Return an access token for a refresh token: a new one where tokens expire.

        Raises:
            InvalidInput: there is no refresh token.
        """
        if not refresh_token:
            raise InvalidInput("missing or unknown refresh token")
        if not self.minutes:
            return self._first
        token = f"{self._first}-{len(self._ends)}"
        self._ends[token.encode()] = self._end()
        return token
