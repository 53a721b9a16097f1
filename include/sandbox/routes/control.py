"""The control plane under `/__sandbox__/`: this fake's own, never HubSpot's."""

from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

import orjson

from include.sandbox.errors import BrokenDataset, ControlRefused
from include.sandbox.moments import portal_moment, to_iso
from include.sandbox.mutation_checks import read_mutation
from include.sandbox.mutator import Mutator, start_mutator
from include.sandbox.serving.gate import CONTROL
from include.sandbox.serving.service import Service
from include.sandbox.serving.wire import Answer, json_answer
from include.sandbox.source import Life


class Control:
    """Answers control requests: 200 with a JSON object, or 400 with one sentence."""

    def __init__(self, service: Service, life: Life) -> None:
        self.service = service
        self.life = life
        self.actions: dict[tuple[str, str], Callable[[dict[str, Any]], dict[str, Any]]] = {
            ("GET", "health"): self.health,
            ("POST", "advance"): self.advance,
            ("POST", "mutate"): self.mutate,
            ("POST", "mutator"): self.start_mutator,
            ("GET", "mutator"): self.mutator,
            ("DELETE", "mutator"): self.stop_mutator,
            ("POST", "restore"): self.restore,
            ("POST", "require"): self.require,
            ("POST", "reset"): self.reset,
            ("GET", "requests"): self.requests,
            ("DELETE", "requests"): self.forget_requests,
            ("POST", "faults"): self.arm_faults,
            ("GET", "faults"): self.faults,
            ("DELETE", "faults"): self.disarm_faults,
        }

    def __call__(self, scope, content: bytes) -> Answer:
        """Answer one control request."""
        try:
            self._refuse_remote(scope)
            self._refuse_pages(scope)
            action = scope["path"].removeprefix(CONTROL).rstrip("/")
            act = self.actions.get((scope["method"], action))
            if act is None:
                known = ", ".join(f"{method} {name}" for method, name in self.actions)
                asked = f"{scope['method']} {action[:60]}"
                raise ControlRefused(f"There is no {asked!r}; only {known}.")
            return json_answer(200, act(_object(content)))
        except ControlRefused as refusal:
            return json_answer(400, {"error": str(refusal)})

    def _refuse_pages(self, scope) -> None:
        """A page that a browser of this machine shows may not steer the portal."""
        if any(name == b"origin" for name, _ in scope["headers"]):
            raise ControlRefused(
                "The control plane answers no web page (the request has an Origin)."
            )

    def _refuse_remote(self, scope) -> None:
        address = ip_address((scope.get("client") or ("127.0.0.1", 0))[0])
        address = getattr(address, "ipv4_mapped", None) or address
        if self.service.settings.allow_remote_control or address.is_loopback:
            return
        raise ControlRefused(
            "The control plane answers this machine only; start the sandbox with"
            " --allow-remote-control to open it."
        )

    def health(self, body: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """Say that the portal is up, what time it is there, and how many tickets live."""
        portal = self.service.portal
        return {
            "status": "ok",
            "portal_id": portal.id,
            "now": to_iso(portal.clock.now()),
            "until": to_iso(portal.horizon),
            "tickets": len(portal.stores["tickets"].live),
        }

    def advance(self, body: dict[str, Any]) -> dict[str, Any]:
        """Move the portal's time to `until` and let what happened by then happen."""
        try:
            moment = portal_moment(body["until"])
        except KeyError:
            raise ControlRefused('advance needs {"until": a time}.') from None
        except ValueError as error:
            raise ControlRefused(f"until: {error}.") from None
        return self.life.advance(moment)

    def mutate(self, body: dict[str, Any]) -> dict[str, Any]:
        """Change, archive, merge and link tickets by a seed."""
        return self.life.do("mutate", read_mutation(body))

    def start_mutator(self, body: dict[str, Any]) -> dict[str, Any]:
        """Let a mutator strike before every Nth request from now on."""
        self.service.mutator = start_mutator(self.service.mutator, body)
        return self.mutator({})

    def mutator(self, body: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """Tell the truth of what the mutator did."""
        return self.service.mutator.body()

    def stop_mutator(self, body: dict[str, Any]) -> dict[str, Any]:
        """Stop the mutator; its truth stays until the next start."""
        self.service.mutator.running = False
        return self.mutator(body)

    def restore(self, body: dict[str, Any]) -> dict[str, Any]:
        """Take records out of the recycle bin, which HubSpot lets people do only."""
        return self.life.do("restore", body)

    def require(self, body: dict[str, Any]) -> dict[str, Any]:
        """Demand properties of writers, as a portal's settings can (2026-09 enforces them)."""
        return self.life.do("require", body)

    def reset(self, body: dict[str, Any]) -> dict[str, Any]:
        """Begin anew: contents, clock, limits, request log, faults, mutator."""
        try:
            self.service.portal = self.life.reset()
        except BrokenDataset as error:
            raise ControlRefused(f"The portal stays as it is: {error}.") from None
        self.service.requests.counts.clear()
        self.service.faults.all.clear()
        self.service.mutator = Mutator()
        return self.health(body)

    def requests(self, body: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """List how often each route was called and how it was answered."""
        return {"requests": self.service.requests.listed()}

    def forget_requests(self, body: dict[str, Any]) -> dict[str, Any]:
        """Begin the counting anew."""
        self.service.requests.counts.clear()
        return self.requests(body)

    def arm_faults(self, body: dict[str, Any]) -> dict[str, Any]:
        """Arm faults."""
        self.service.faults.arm(body.get("faults"))
        return self.faults(body)

    def faults(self, body: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """List the faults with what they have done."""
        listed = self.service.faults.listed()
        return {"faults": listed, "served": sum(fault["served"] for fault in listed)}

    def disarm_faults(self, body: dict[str, Any]) -> dict[str, Any]:
        """Disarm all faults."""
        self.service.faults.all.clear()
        return self.faults(body)


def _object(content: bytes) -> dict[str, Any]:
    if not content.strip():
        return {}
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise ControlRefused(f"The body is not JSON ({error.msg}).") from None
    if not isinstance(body, dict):
        raise ControlRefused("The body must be a JSON object.")
    return body
