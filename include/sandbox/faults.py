"""Faults as a resource: armed over the control plane, served by route, and accounted for."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import parse_qs

import orjson

from include.sandbox.errors import ControlRefused

STATUSES = {
    "401": 401, "403": 403, "423": 423, "429": 429, "477": 477, "500": 500, "502": 502,
    "503": 503, "504": 504, "524": 524,
}  # fmt: skip
# What happens to records while somebody reads on from a cursor, and what `mutate` calls it.
BETWEEN_PAGES = {"change_between_pages": "changes", "archive_between_pages": "archives"}
KINDS = (*STATUSES, "expired_token", "expired_cursor", "lost_answer", *BETWEEN_PAGES, "slow",
         "reset", "truncated", "partial", "html")  # fmt: skip
POLICIES = ("SECONDLY", "TEN_SECONDLY_ROLLING", "DAILY")
# Where a reset cuts: before the request is done, after it, inside its answer, behind all of that.
PLACES = ("before", "after", "inside", "end")
_FIELDS = {"route", "method", "kind", "count", "probability", "seed", "skip", "policy",
           "retry_after", "ms", "at", "records"}  # fmt: skip

# What a kind is told with beside the fields that all have.
_SAYS = {
    **dict.fromkeys(STATUSES, ("retry_after",)),
    **dict.fromkeys(BETWEEN_PAGES, ("records", "did")),
    "429": ("policy", "retry_after"),
    "reset": ("at",),
    "partial": ("records",),
}


@dataclass(slots=True)
class Asked:
    """What a fault may want to know of a request; `writes` is asked for only where it matters."""

    method: str
    path: str
    query: str = ""
    content: bytes = b""
    writes: Callable[[], bool] = lambda: False

    def reads_on(self) -> bool:
        """Whether the request reads on from a cursor (or a search's offset) that it was given."""
        if any(parse_qs(self.query).get("after", [])):
            return True
        try:
            body = orjson.loads(self.content)
        except orjson.JSONDecodeError:
            return False
        if not isinstance(body, dict):
            return False
        inputs = body.get("inputs")
        items = inputs if isinstance(inputs, list) else []
        afters = [item.get("after") for item in items if isinstance(item, dict)]
        return any(str(after) not in ("None", "", "0") for after in [body.get("after"), *afters])


@dataclass
class Fault:
    """One armed fault.

    `route` and `method` are globs; the first `skip` matching requests pass; then `count` requests
    (or, with `probability`, a seeded share of all) are served the fault. Faults of paging match
    only requests that read on, a lost answer only those that write, a partial one only batch reads.
    `did` is what a fault changed in the portal.
    """

    kind: str
    route: str = "*"
    method: str = "*"
    count: int | None = None
    probability: float | None = None
    seed: int = 0
    skip: int = 0
    policy: str = "TEN_SECONDLY_ROLLING"
    retry_after: int | None = None
    ms: int = -1  # of delay; -1: a second when that is the fault, else none
    at: str = "before"
    records: int = 1
    seen: int = 0
    served: int = 0
    did: list[str] = field(default_factory=list)
    _random: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311  repeatable faults, not secrets
        if self.ms < 0:
            self.ms = 1000 if self.kind == "slow" else 0

    def _concerns(self, asked: Asked) -> bool:
        if not (fnmatchcase(asked.path, self.route) and fnmatchcase(asked.method, self.method)):
            return False
        if self.kind == "expired_cursor" or self.kind in BETWEEN_PAGES:
            return asked.reads_on()
        if self.kind == "partial":
            return asked.path.endswith("/batch/read")
        return self.kind != "lost_answer" or asked.writes()

    def strikes(self, asked: Asked) -> bool:
        """Whether this request gets the fault; counts it when it does."""
        if not self._concerns(asked):
            return False
        self.seen += 1
        if self.seen <= self.skip or (self.count is not None and self.served >= self.count):
            return False
        if self.probability is not None and self._random.random() >= self.probability:
            return False
        self.served += 1
        return True

    def body(self) -> dict[str, Any]:
        """Return the fault with what it has done."""
        shown = {
            "route": self.route,
            "method": self.method,
            "kind": self.kind,
            "count": self.count,
            "probability": self.probability,
            "seed": self.seed,
            "skip": self.skip,
            "seen": self.seen,
            "served": self.served,
        }
        shown |= {name: getattr(self, name) for name in _SAYS.get(self.kind, ())}
        if self.ms:
            shown["ms"] = self.ms
        shown["armed"] = self.count is None or self.served < self.count
        return {name: value for name, value in shown.items() if value is not None}


class Faults:
    """The armed faults, in the order in which they were armed; the first that strikes is served."""

    def __init__(self) -> None:
        self.all: list[Fault] = []

    def arm(self, given: Any) -> list[Fault]:
        """Arm faults from a control request, all or none.

        Raises:
            ControlRefused: one of them cannot be understood.
        """
        if not isinstance(given, list) or not given:
            raise ControlRefused('faults must be a list like [{"route": "*", "kind": "500"}].')
        fresh = [_checked(item) for item in given]
        self.all.extend(fresh)
        return fresh

    def strike(self, asked: Asked) -> Fault | None:
        """Return the fault that a request gets, if any."""
        return next((fault for fault in self.all if fault.strikes(asked)), None)

    def listed(self) -> list[dict[str, Any]]:
        """Return all faults with what they have done."""
        return [fault.body() for fault in self.all]


def _checked(item: Any) -> Fault:
    if not isinstance(item, dict):
        raise ControlRefused("A fault must be a JSON object with a route and a kind.")
    unknown = set(item) - _FIELDS
    if unknown:
        raise ControlRefused(f"A fault has no field {sorted(unknown)[0]!r}.")
    given = {name: value for name, value in item.items() if value is not None}
    kind = str(given.pop("kind", ""))
    if kind not in KINDS:
        raise ControlRefused(f"kind {kind!r} is none of {', '.join(KINDS)}.")
    for name in ("count", "skip", "seed", "retry_after", "ms", "records"):
        value = given.get(name, 0)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise ControlRefused(f"{name} must be a whole number, not {value!r}.")
    if "probability" in given and not _is_share(given["probability"]):
        raise ControlRefused(f"probability must lie in 0..1, not {given['probability']!r}.")
    if "retry_after" in given and kind not in STATUSES:
        raise ControlRefused(f"retry_after belongs to a status, and {kind!r} has none.")
    if given.get("policy", "DAILY") not in POLICIES:
        raise ControlRefused(f"policy {given['policy']!r} is none of {', '.join(POLICIES)}.")
    if given.get("at", "before") not in PLACES:
        raise ControlRefused(f"at {given['at']!r} is none of {', '.join(PLACES)}.")
    for name in ("route", "method"):
        if not isinstance(given.get(name, ""), str):
            raise ControlRefused(f"{name} must be a text.")
    given["method"] = given.get("method", "*").upper()
    if "count" not in given and "probability" not in given:
        given["count"] = 1
    return Fault(kind, **given)


def _is_share(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1
