"""Every fault of the sandbox, on every route of a read: its first, a middle and its last call."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from include.hubspot.errors import HubSpotError
from include.hubspot.retries import Patience
from include.hubspot.session import HubSpotSession
from include.pipeline.errors import PipelineError
from include.sandbox.faults import BETWEEN_PAGES, KINDS, POLICIES
from tests.faults.nights import Night, night_of

# Many pages of few records, so that each route has a first, a middle and a last call.
SMALL_PAGES = {
    "include.hubspot.keyset.PAGE": 12,
    "include.hubspot.objects.LIMIT": 5,
    "include.hubspot.objects.LIMIT_WITH_HISTORY": 7,
    "include.hubspot.associations.LIMIT": 15,
    "include.pipeline.extract.changed_engagements.LIMIT": 15,
    "include.pipeline.extract.engagements.LINK_LIMIT": 15,
    "include.pipeline.extract.two_ways.LIMIT": 5,
    "include.pipeline.extract.links.LIMIT": 15,
    "include.pipeline.extract.links_in_turn.LIMIT": 15,
    "include.pipeline.extract.tickets.LIMIT": 15,
    "include.hubspot.conversations.THREADS_PER_PAGE": 3,
    "include.hubspot.conversations.MESSAGES_PER_PAGE": 2,
}
# Read like those of contacts and notes, which stand for them.
ALIKE = re.compile(r"/(companies|deals|emails|calls|meetings|tasks)\b")
MAIN = re.compile("objects/tickets|associations/tickets/contacts")
POSITIONS = ("first", "middle", "last")
OF_PAGING = {"expired_cursor", *BETWEEN_PAGES}


@dataclass(frozen=True)
class Case:
    """One fault, where it strikes."""

    name: str
    fault: dict
    route: str
    method: str
    position: str

    def __str__(self) -> str:
        return f"{self.name} at the {self.position} {self.method} {self.route}"

    @property
    def mutates(self) -> bool:
        return self.fault["kind"] in BETWEEN_PAGES


def kinds() -> dict[str, dict]:
    """Every kind of fault that a read can meet, with its variants; a lost answer is a write's."""
    found = {kind: {"kind": kind} for kind in KINDS if kind not in ("429", "reset", "lost_answer")}
    found |= {f"429 {policy}": {"kind": "429", "policy": policy} for policy in POLICIES}
    found |= {f"reset {at}": {"kind": "reset", "at": at} for at in ("before", "inside", "after")}
    found["slow"]["ms"] = 30
    return found


def cases(calls: list[dict]) -> list[Case]:
    """Make the matrix of the calls that a read was seen to make.

    The main routes at their first, a middle and their last call, the others at the first.
    """
    calls = [row for row in calls if not ALIKE.search(row["route"])]
    return [
        Case(name, fault, row["route"], row["method"], position)
        for name, fault in kinds().items()
        for row in sorted(calls, key=lambda row: (row["route"], row["method"]))
        for position in _positions(fault["kind"], row)
    ]


def _positions(kind: str, row: dict) -> tuple[str, ...]:
    # those of paging pass over calls that do not read on from a cursor: few calls of a route do
    is_main = MAIN.search(row["route"]) and kind not in OF_PAGING
    return POSITIONS[: row["count"] if is_main else 1]


def skipped(case: Case, calls: list[dict]) -> int:
    """How many calls pass before the fault strikes."""
    (count,) = (r["count"] for r in calls if (r["route"], r["method"]) == (case.route, case.method))
    return {"first": 0, "middle": count // 2, "last": count - 1}[case.position]


class Impatient(HubSpotSession):
    """Repeats as often as the real one, and waits less in between."""

    def __init__(self, *words, **more) -> None:
        super().__init__(*words, **more, patience=Quick(seconds=2.0))


class Quick(Patience):
    """What is repeated is as in `Patience`; only the waits are short."""

    def _length(self, failure, attempt) -> float:
        return min(0.02, super()._length(failure, attempt))


@contextmanager
def small_and_quick() -> Iterator[None]:
    with ExitStack() as stack:
        for name, size in SMALL_PAGES.items():
            stack.enter_context(patch(name, size))
        stack.enter_context(patch("include.pipeline.reading.reading.HubSpotSession", Impatient))
        yield


def calls_of(portal) -> list[dict]:
    answered: dict[tuple[str, str], dict] = {}
    for row in portal.control("GET", "requests")["requests"]:
        # A partial answer (207) is one: links of tickets that have none.
        if row["status"] in (200, 207):
            same = answered.setdefault((row["method"], row["route"]), row | {"count": 0})
            same["count"] += row["count"]
    return list(answered.values())


def strike(portal, case: Case, calls: list[dict], folder: Path) -> tuple[Night, str]:
    """Read with the fault, and again without it where it ended the read; returns what it said."""
    route = re.sub(r"\{\w+\}", "*", case.route)
    fault = {"route": route, "method": case.method, "count": 1, "skip": skipped(case, calls)}
    portal.control("POST", "faults", {"faults": [fault | case.fault]})
    night, said = night_of(portal, folder), ""
    try:
        manifest = night.read()
        again = case.mutates or bool(manifest.choices.get("skipped"))
    except (HubSpotError, PipelineError) as error:
        again, said = True, str(error)
    (served,) = portal.control("GET", "faults")["faults"]
    portal.control("DELETE", "faults")
    # one that strikes only requests that read on from a cursor may find none on this route
    if not served["served"]:
        return night, "unmet"
    if again:
        if night.manifests:
            night.load()
        night.read()
    return night, said
