"""Asks a portal in this process over its gate, without a socket."""

from __future__ import annotations

from typing import Any

import orjson

from include.sandbox.faults import Faults
from include.sandbox.portal import Portal
from include.sandbox.request_log import RequestLog
from include.sandbox.routes import ENDPOINTS
from include.sandbox.serving.desk import Desk
from include.sandbox.serving.router import Router
from include.sandbox.serving.service import Service
from include.sandbox.serving.wire import Answer

ROUTER = Router(ENDPOINTS)


class Asker:
    """One client of a portal: method, path, body in; status and parsed body out."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.token = portal.settings.token
        service = Service(portal, portal.settings, RequestLog(), Faults())
        self.desk = Desk(service, ROUTER)

    def answer(self, method: str, path: str, content: bytes = b"", media: str = "") -> Answer:
        path, _, query = path.partition("?")
        headers = [
            (b"authorization", f"Bearer {self.token}".encode()),
            (b"host", b"portal.test:8089"),
        ]
        scope = {
            "method": method,
            "path": path,
            "raw_path": path.encode("utf-8", "surrogatepass"),
            "query_string": query.encode("latin-1", "replace"),
            "headers": [*headers, (b"content-type", media.encode())],
        }
        return self.desk.answer(scope, content)

    def __call__(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        content = b"" if body is None else orjson.dumps(body)
        answer = self.answer(method, path, content, "application/json")
        return answer.status, orjson.loads(answer.content) if answer.content else None
