"""How one call is made: limited, counted, repeated, and read."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, Self

import orjson

from include.hubspot import errors
from include.hubspot.allowance import Allowance, allowance_in
from include.hubspot.answers import Answer, error_for, read_reply
from include.hubspot.limits import Limiter, Permit, ThreadLimiter, limits_of
from include.hubspot.paths import Paths, route_of
from include.hubspot.recall import Recall
from include.hubspot.retries import Failure, Patience
from include.hubspot.transport import Broken, Reply, Transport
from include.hubspot.turns import Turns

log = logging.getLogger(__name__)

NO_ANSWER = 0


class HubSpotSession:
    """One portal's API, for many threads at once.

    Attributes:
        paths: The paths of this session's API version.
        patience: How long a call is repeated.
        max_in_flight: Calls that the session's own workers keep in flight.
        calls: Counter of (route, method, status); status 0 where no whole answer came.
        waited_seconds: All threads' waiting for limits and before retries.
        waits: All threads' waiting for each limit, in seconds.
        turns: Who takes an answer apart, where callers want turns.
        allowance: What the newest answer said may still be called.
    """

    # What an error says of HubSpot's state; a session that writes has more to say.
    safe = errors.SAFE

    def __init__(  # noqa: PLR0913 - keyword-only settings, each with a default
        self,
        base_url: str,
        token: str,
        *,
        api: str = "v3",
        max_in_flight: int = 12,
        limiter: Limiter | None = None,
        timeout: tuple[float, float] = (10.0, 60.0),
        patience: Patience | None = None,
    ):
        """Prepare; nothing is sent yet.

        Args:
            base_url: Scheme and host, from the connection.
            token: Bearer token, from the connection.
            api: One of `paths.PROFILES`.
            max_in_flight: Calls in flight when many batches are read: 19 a second, 0.6 s each.
            limiter: Shared by every session that uses the same app; its own one if None.
            timeout: Seconds to connect, seconds for the whole answer. HubSpot's edge gives up
                after 100 s by itself (524).
            patience: How long a call is repeated.

        Raises:
            ValueError: The address or the API version is none.
            InvalidAuthentication: The token cannot be one.
        """
        self.paths = Paths(api)
        self.patience = patience or Patience()
        self.max_in_flight = max_in_flight
        self.calls: Counter[tuple[str, str, int]] = Counter()
        self.waited_seconds = 0.0
        self.waits: Counter[str] = Counter()
        self.allowance = Allowance()
        self.turns = Turns()
        self._limiter = limiter or ThreadLimiter()
        self._transport = Transport(base_url, token, timeout)
        self._newest: datetime | None = None
        self._met = False
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._failure: BaseException | None = None
        self._workers: ThreadPoolExecutor | None = None
        self._recall: Recall | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception) -> None:
        self.close()

    def close(self) -> None:
        """End waiting calls with SessionClosed, let running ones finish, close connections."""
        self._closing.set()
        if self._workers:
            self._workers.shutdown(wait=True, cancel_futures=True)
        self._transport.close()

    def fail(self, error: BaseException) -> BaseException:
        """Close, since one of the parts that share the session has failed; for any thread.

        Returns:
            What failed first: what the others meet afterwards is only that the session is closed.
        """
        with self._lock:
            self._failure = self._failure or error
        self.close()
        return self._failure

    def workers(self) -> ThreadPoolExecutor:
        """The threads that keep `max_in_flight` calls in flight, shared by all readers."""
        with self._lock:
            if self._workers is None:
                self._workers = ThreadPoolExecutor(self.max_in_flight, "hubspot")
            return self._workers

    def keep_answers(self, recall: Recall, since: datetime) -> None:
        """Keep every usable answer from now on, and give those kept before instead of a call.

        Args:
            recall: Where they are kept.
            since: What `now` says until an answer comes: when the first of them was asked for.
        """
        with self._lock:
            self._recall, self._newest = recall, since

    def now(self) -> datetime:
        """HubSpot's time: the newest Date header seen (whole seconds, UTC).

        Raises:
            RuntimeError: No answer has come yet.
        """
        if self._newest is None:
            raise RuntimeError("HubSpot's time is known after the first answer: make a call first")
        return self._newest

    def calls_made(self) -> int:
        """Calls sent so far, repeated ones included."""
        with self._lock:
            return self.calls.total()

    def calls_by_route(self) -> dict[str, int]:
        """Calls sent so far as `POST /crm/v3/objects/tickets/search 200` -> count; 0 no answer."""
        with self._lock:
            return {
                f"{method} {path} {status}": n for (path, method, status), n in self.calls.items()
            }

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Answer:
        """GET a path of `self.paths`.

        Raises:
            HubSpotError: As drawn in `errors`.
        """
        return self._call("GET", path, params, None, self.patience)

    def post(
        self,
        path: str,
        body: Mapping[str, Any],
        *,
        params: Mapping[str, str] | None = None,
        patience: Patience | None = None,
    ) -> Answer:
        """POST to a path of `self.paths`; only for reads, since it may be repeated.

        Raises:
            HubSpotError: As drawn in `errors`.
        """
        return self._call("POST", path, params, orjson.dumps(body), patience or self.patience)

    def _call(self, method: str, path: str, params, body, patience: Patience) -> Answer:
        self.turns.begin()
        if self._recall and (kept := self._recall.find(method, path, params, body)):
            self._note_time(kept)
            return kept
        spent, attempt = 0.0, 0
        while True:
            attempt += 1
            outcome, seconds = self._attempt(method, path, params, body)
            if isinstance(outcome, Answer):
                return outcome
            spent += seconds
            pause = patience.pause(outcome, attempt, spent, self._met)
            if pause is None:
                raise error_for(outcome, f"{method} {path}", attempt, self.safe)
            self._wait(method, path, outcome, pause)
            spent += pause

    def _attempt(self, method: str, path: str, params, body) -> tuple[Answer | Failure, float]:
        self.turns.end()
        permits = self._acquire(path)
        began, headers = time.monotonic(), None
        try:
            if self._closing.is_set():
                raise errors.SessionClosed(f"the session ended before {method} {path} was sent")
            reply = self._transport.exchange(method, path, params, body)
            headers = reply.headers
        except Broken as broken:
            reply, outcome = None, broken.failure
        finally:
            self._release(permits, headers)
        seconds = time.monotonic() - began
        if reply:
            outcome = self._read(reply, method, path, params, body)
        self._count(method, route_of(path), outcome)
        log.debug("%s %s: %s in %.0f ms", method, path, outcome.status, seconds * 1000)
        return outcome, seconds

    def _read(self, reply: Reply, method: str, path: str, params, body) -> Answer | Failure:
        self.turns.begin()
        outcome = read_reply(reply)
        if self._recall and isinstance(outcome, Answer):
            self.turns.end()
            self._recall.keep(method, path, params, body, outcome, reply)
            self.turns.begin()
        return outcome

    def _acquire(self, path: str) -> list[Permit]:
        return [self._limiter.acquire(limit) for limit in limits_of(path)]

    def _release(self, permits: list[Permit], headers: Mapping[str, str] | None) -> None:
        for permit in permits:
            self._limiter.release(permit, headers)
        with self._lock:
            for permit in permits:
                self.waited_seconds += permit.waited
                self.waits[permit.limit] += permit.waited
            self.allowance = allowance_in(headers or {}, self.allowance)

    def _count(self, method: str, route: str, outcome: Answer | Failure) -> None:
        with self._lock:
            self.calls[route, method, outcome.status or NO_ANSWER] += 1
            self._met = self._met or outcome.status is not None
        if isinstance(outcome, Answer):
            self._note_time(outcome)

    def _note_time(self, answer: Answer) -> None:
        with self._lock:
            if not self._newest or answer.at > self._newest:
                self._newest = answer.at

    def _wait(self, method: str, path: str, failure: Failure, pause: float) -> None:
        if failure.status == 429:
            self._limiter.refused(limits_of(path)[0], pause)
        reason = failure.policy or failure.status or failure.detail
        level = logging.INFO if pause >= 1 else logging.DEBUG
        log.log(level, "%s %s: %s, again in %.1f s", method, path, reason, pause)
        if self._closing.wait(pause):
            raise errors.SessionClosed(f"the session ended while {method} {path} waited")
        with self._lock:
            self.waited_seconds += pause
