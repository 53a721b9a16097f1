"""The desk: what HubSpot's own checks and routes answer, whole, to a request that reached them."""

import logging
import traceback
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from include.sandbox.errors import MissingScopes, Refusal, TooLarge, Unauthenticated
from include.sandbox.serving.call import Call
from include.sandbox.serving.fault_answers import refused
from include.sandbox.serving.router import Found, Router
from include.sandbox.serving.service import Service
from include.sandbox.serving.wire import LONG_LINE, MAX_BODY, Answer, html_answer, json_answer
from include.sandbox.serving.writing import perform

log = logging.getLogger(__name__)


class Desk:
    """Answers requests; it knows no faults and no sockets."""

    def __init__(self, service: Service, router: Router) -> None:
        self.service = service
        self.router = router

    def found(self, method: str, path: str) -> Found | None:
        """Return the endpoint of a path, None where there is none."""
        try:
            return self.router.find(method, path)
        except Refusal:
            return None

    def writes(self, method: str, path: str) -> bool:
        """Whether a request would change the portal."""
        found = self.found(method, path)
        return found is not None and found.endpoint.writes

    def route(self, method: str, path: str) -> str:
        """Return how the log names a path; of an unknown one only where it begins.

        What follows may be a secret that a client put into a wrong address.
        """
        found = self.found(method, path)
        if found is not None:
            return found.route
        parts = path[:200].split("/")
        return "/".join([*parts[:3], "…"] if len(parts) > 3 else parts)

    def sign(self, answer: Answer, correlation_id: str, found: Found | None) -> None:
        """Add the headers of an answer that comes from HubSpot and not from before it."""
        is_search = found is not None and found.endpoint.is_search
        answer.headers.append(("X-HubSpot-Correlation-Id", correlation_id))
        if not is_search and answer.status != 401:
            answer.headers.extend(self.service.portal.limits.headers())

    def answer(self, scope, content: bytes) -> Answer:
        """Answer one request, whatever comes of it."""
        query = scope["query_string"]
        line = len(scope["raw_path"]) + len(query) + len(scope["method"]) + len(" ? HTTP/1.1")
        if line > self.service.settings.request_line:  # 16,200: PostHog#31617
            return html_answer(*LONG_LINE)
        correlation_id = str(uuid4())
        found = None
        try:
            found = self.router.find(scope["method"], scope["path"])
            self._admit(scope, found)
            if len(content) > MAX_BODY:
                raise TooLarge(f"The request body is larger than {MAX_BODY} bytes")
            call = _call(scope, found, content)
            payload = self._perform(found, call, f"{scope['method']} {scope['path']}")
            status, payload = payload if isinstance(payload, tuple) else (200, payload)
            answer = payload if isinstance(payload, Answer) else json_answer(status, payload)
        except Refusal as refusal:
            answer = refused(refusal, correlation_id)
        except Exception as error:  # a defect of this sandbox: told apart, never a traceback
            log.error("%s while answering a request (%s)", type(error).__name__, _place(error))
            failed = Refusal("internal error: a defect of the sandbox, see its output")
            answer = refused(failed, correlation_id)
        self.sign(answer, correlation_id, found)
        return answer

    def _perform(self, found: Found, call: Call, asked: str) -> Any:
        if found.endpoint.writes:
            return perform(self.service.portal, found, call, self.service.journal, asked)
        return found.endpoint.handler(self.service.portal, call)

    def _admit(self, scope, found: Found) -> None:
        """Check token, scopes and limits, in HubSpot's order."""
        settings, portal = self.service.settings, self.service.portal
        if found.endpoint.needs == "public":
            return
        given = next((v for k, v in scope["headers"] if k == b"authorization"), b"")
        kind, _, token = given.partition(b" ")
        if kind.lower() != b"bearer":
            raise Unauthenticated
        portal.tokens.check(token.strip())
        if settings.scopes is not None:
            for needed in found.endpoint.scopes(found.object_types):
                if settings.scopes.isdisjoint(needed):
                    raise MissingScopes(needed)
        portal.limits.admit(found.endpoint.counter)


def scopes_of(found: Found | None) -> list[str]:
    """Return the scopes of which a route needs one; where it needs none, those of tickets."""
    needed = [] if found is None else found.endpoint.scopes(found.object_types)
    return needed[0] if needed else ["tickets"]


def _call(scope, found: Found, content: bytes) -> Call:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    host = headers.get("host", "api.hubapi.com")
    url = f"{scope.get('scheme', 'http')}://{host}{quote(scope['path'], errors='replace')}"
    query = scope["query_string"].decode("latin-1")
    return Call(found.family, found.parameters, query, content, url, headers)


def _place(error: Exception) -> str:
    """Return where an error arose, without the values (ticket text) that a traceback may show."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.filename}, line {frame.lineno}"
