"""The application: what every request passes before and after its route."""

import asyncio
import random
from uuid import uuid4

from include.sandbox.faults import BETWEEN_PAGES, Asked, Fault
from include.sandbox.mutation_checks import read_mutation
from include.sandbox.mutator import hold_strike
from include.sandbox.serving.desk import Desk, scopes_of
from include.sandbox.serving.fault_answers import faulty, leave_out, lost
from include.sandbox.serving.router import Found, Router
from include.sandbox.serving.service import Service
from include.sandbox.serving.wire import (
    JSON,
    LONG_LINE,
    Answer,
    html_answer,
    read_body,
    reset,
    send_and_reset,
    send_whole,
    whole,
)

CONTROL = "/__sandbox__/"


class Gate:
    """The ASGI application of the portal; `control` answers the control plane."""

    def __init__(self, service: Service, router: Router, control) -> None:
        self.service = service
        self.router = router
        self.control = control
        self.desk = Desk(service, router)
        self._jitter = random.Random(0)  # noqa: S311  repeatable latency, not secrets

    async def __call__(self, scope, receive, send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        if scope["path"].startswith(CONTROL):
            answer = self.control(scope, await read_body(receive))
            await send_whole(send, answer, self.service.portal.clock.date_header())
            return
        await self._serve(scope, await read_body(receive), send)

    async def _serve(self, scope, content: bytes, send) -> None:
        method, path, service = scope["method"], scope["path"], self.service
        query = scope["query_string"].decode("latin-1")
        if service.do is not None:
            hold_strike(service.mutator, service.portal.clock, service.do)
        asked = Asked(method, path, query, content, lambda: self.desk.writes(method, path))
        fault = service.faults.strike(asked)
        await self._delay(fault)
        if fault is not None and fault.kind == "reset" and fault.at == "before":
            service.requests.note(method, self.desk.route(method, path), 0)
            reset(send)
            return
        if fault is not None and fault.kind in BETWEEN_PAGES:
            self._disturb(fault, self.desk.found(method, path))
        answer = self._faulty(fault, method, path) or self.desk.answer(scope, content)
        if fault is not None and fault.kind == "lost_answer":
            answer = lost()
        date = service.portal.clock.date_header()
        if fault is not None and fault.kind == "reset":
            told = answer.status if fault.at == "end" else 0
            service.requests.note(method, self.desk.route(method, path), told)
            await send_and_reset(send, answer, date, fault.at)
            return
        if fault is not None and fault.kind == "truncated":
            answer.content = answer.content[: max(1, len(answer.content) * 2 // 3)]
        if fault is not None and fault.kind == "partial":
            leave_out(answer, fault.records)
        service.requests.note(method, self.desk.route(method, path), answer.status)
        await send_whole(send, answer, date)

    def refuse_line(self, method: str) -> bytes:
        """Count a request line that is too long even to be parsed; return the whole answer."""
        answer = html_answer(*LONG_LINE)
        self.service.requests.note(method, "(request line over 65,535 bytes)", answer.status)
        return whole(answer, self.service.portal.clock.date_header())

    def _disturb(self, fault: Fault, found: Found | None) -> None:
        """Let somebody change or archive records of the type that a client reads on in."""
        wanted = {"seed": fault.seed + fault.served, BETWEEN_PAGES[fault.kind]: fault.records}
        if found is not None and found.object_types:
            wanted["object_type"] = found.object_types[0]
        wanted = read_mutation(wanted)
        if self.service.do is not None:
            done = self.service.do("mutate", wanted)
            fault.did += done["changed"] + done["archived"]

    async def _delay(self, fault: Fault | None) -> None:
        settings = self.service.settings
        ms = settings.latency_ms + self._jitter.random() * settings.jitter_ms
        if fault is not None:
            ms += fault.ms
        if ms:
            await asyncio.sleep(ms / 1000)

    def _faulty(self, fault: Fault | None, method: str, path: str) -> Answer | None:
        """Return what a fault answers in the route's place, with the headers of a real answer."""
        if fault is None:
            return None
        correlation_id, found = str(uuid4()), self.desk.found(method, path)
        answer = faulty(fault, correlation_id, scopes_of(found))
        if answer is not None and answer.media_type == JSON:  # pages come from before HubSpot
            self.desk.sign(answer, correlation_id, found)
        return answer
