"""How one write is made: only to the portal it was meant for, repeated only where that is safe."""

import threading
import time
from collections.abc import Mapping
from typing import Any

import orjson

from include.hubspot import errors
from include.hubspot.account import account_details
from include.hubspot.answers import Answer, error_for, read_reply
from include.hubspot.paths import route_of
from include.hubspot.refusals import Refusal, refusal_in
from include.hubspot.retries import Failure, Patience
from include.hubspot.session import HubSpotSession
from include.hubspot.transport import Broken
from include.hubspot.write_paths import WritePaths

STANDS = "this call changed nothing, what was written before it stands; it is safe to run again"
UNSURE = "it may have been done or not; it is safe to run again, what was done is read back first"
_NOT_DONE = frozenset({423, 429, 477})


class WritingSession(HubSpotSession):
    """A session that may write, to one portal and no other.

    The first write asks whose token this is, and every write is refused if it is another's.

    Attributes:
        portal_id: The portal that may be written to, as text.
        write_paths: The paths that write.
        writes: Writes sent so far, repeated ones included.
    """

    safe = STANDS

    def __init__(self, base_url: str, token: str, portal_id: str, **settings: Any):
        """Prepare; nothing is sent yet.

        Args:
            base_url: Scheme and host, from the connection.
            token: Bearer token, from the connection.
            portal_id: The portal that may be written to, as text.
            **settings: As of `HubSpotSession`.
        """
        super().__init__(base_url, token, **settings)
        self.portal_id = portal_id
        self.write_paths = WritePaths(self.paths)
        self.writes = 0
        self._binding = threading.Lock()
        self._belongs_to: str | None = None

    def bind(self) -> None:
        """Ask once whose token this is.

        Raises:
            WrongAccount: It is another portal's; nothing was written.
            HubSpotError: As drawn in `errors`.
        """
        with self._binding:
            if self._belongs_to is None:
                self._belongs_to = str(account_details(self).get("portalId"))
        if self._belongs_to != self.portal_id:
            raise errors.WrongAccount(
                f"the token belongs to portal {self._belongs_to}, but portal {self.portal_id} was "
                "meant: nothing was written; correct the connection or the registry"
            )

    def write(  # noqa: PLR0913 - keyword-only parts of a request
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | bytes | None = None,
        *,
        params: Mapping[str, str] | None = None,
        patience: Patience | None = None,
        repeatable: bool = True,
        content_type: str | None = None,
    ) -> Answer:
        """Send a write to a path of `write_paths`.

        Args:
            method: POST, PATCH, PUT or DELETE.
            path: Where.
            body: JSON, or the bytes of another content type.
            params: The query.
            patience: How long it is repeated; the session's if None.
            repeatable: Doing it twice is doing it once. Else it is not repeated once HubSpot may
                have done it.
            content_type: Of a body that is not JSON.

        Raises:
            WrongAccount: The token is another portal's.
            WriteRefused: 400, 404 or 409; nothing was changed by it.
            WriteUncertain: It is not repeatable, and no whole answer came.
            HubSpotError: As drawn in `errors`.
        """
        self.bind()
        content = body if isinstance(body, bytes | None) else orjson.dumps(body)
        patience, spent, attempt = patience or self.patience, 0.0, 0
        while True:
            attempt += 1
            outcome, seconds = self._send(method, path, params, content, content_type)
            if isinstance(outcome, Answer):
                return outcome
            spent += seconds
            pause = patience.pause(outcome, attempt, spent, True)
            if pause is None or (not repeatable and _is_uncertain(outcome)):
                raise _error(outcome, f"{method} {path}", attempt)
            self._wait(method, path, outcome, pause)
            spent += pause

    def _send(self, method, path, params, content, content_type) -> tuple[Any, float]:
        permits = self._acquire(path)
        began, headers = time.monotonic(), None
        try:
            if self._closing.is_set():
                raise errors.SessionClosed(f"the session ended before {method} {path} was sent")
            self.writes += 1
            reply = self._transport.exchange(method, path, params, content, content_type)
            headers, outcome = reply.headers, read_reply(reply)
            if reply.status in {400, 404, 409}:
                outcome = _Refused(reply.status, _refusal_of(reply.body))
        except Broken as broken:
            outcome = broken.failure
        finally:
            self._release(permits, headers)
        self._count(method, route_of(path), outcome)
        return outcome, time.monotonic() - began


class _Refused(Failure):
    """A definite refusal: what HubSpot minds, without the values that it quotes."""

    def __init__(self, status: int, refusal: Refusal):
        super().__init__("status", status)
        object.__setattr__(self, "refusal", refusal)


def _refusal_of(body: bytes) -> Refusal:
    try:
        envelope = orjson.loads(body)
    except orjson.JSONDecodeError:
        return Refusal("")
    return refusal_in(envelope) if isinstance(envelope, dict) else Refusal("")


def _is_uncertain(failure: Failure) -> bool:
    """Whether HubSpot may have done what it did not confirm."""
    if failure.status is None or failure.kind == "malformed":
        return True
    return failure.status >= 500 and failure.status not in _NOT_DONE


def _error(failure: Failure, route: str, attempts: int) -> errors.HubSpotError:
    if isinstance(failure, _Refused):
        return errors.WriteRefused(
            f"HubSpot refused {route} with {failure.status} ({failure.refusal.reason}): {STANDS}, "
            "but the same write will be refused again",
            refusal=failure.refusal,
            route=route,
            status=failure.status,
        )
    if not _is_uncertain(failure):
        return error_for(failure, route, attempts, STANDS)
    known = error_for(failure, route, attempts, UNSURE)
    if isinstance(known, errors.PortalOverloaded):
        return errors.WriteOverloaded(str(known), route=route, status=failure.status)
    return errors.WriteUncertain(str(known), route=route, status=failure.status)
