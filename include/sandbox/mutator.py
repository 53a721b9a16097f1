"""A mutator: somebody who keeps changing the portal while it is read, and the truth of it.

It strikes by counting requests, never by time: the same seed under the same requests does the same,
however fast they come.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from include.sandbox.clock import Clock
from include.sandbox.errors import ControlRefused
from include.sandbox.moments import to_iso
from include.sandbox.mutation_checks import KINDS, read_mutation

_APART = 1_000_003  # seeds of neighbouring mutators share no strike
MOST = 100_000  # things done, some 40 MB: a mutator that has done so many stops


@dataclass
class Mutator:
    """Strikes before every `every`th request is answered, until it is stopped.

    `done` is the truth of what it changed; it is kept until the next start. At `MOST` things it
    stops by itself and says that it is `full`: a truth that was cut short would be none.
    """

    wanted: dict[str, Any] = field(default_factory=dict)
    every: int = 0
    running: bool = False
    seen: int = 0
    strikes: int = 0
    full: bool = False
    done: list[dict[str, Any]] = field(default_factory=list)

    def due(self) -> dict[str, Any] | None:
        """Count a request; return the mutation that is to be done before it, if any."""
        if not self.running:
            return None
        self.seen += 1
        if self.seen % self.every:
            return None
        self.strikes += 1
        return self.wanted | {"seed": self.wanted["seed"] * _APART + self.strikes}

    def note(self, done: dict[str, Any], now: int) -> None:
        """Keep what a strike did at the moment `now` (ms)."""
        mark = {"n": self.strikes, "when": to_iso(now)}
        if "object_type" in self.wanted:
            mark["object_type"] = self.wanted["object_type"]
        self.done += [mark | row for row in _rows(done)]
        if len(self.done) >= MOST:
            self.running, self.full = False, True

    def body(self) -> dict[str, Any]:
        """Return how it stands, and the truth."""
        return {
            "running": self.running,
            "requests": self.seen,
            "strikes": self.strikes,
            "full": self.full,
            "done": self.done,
        }


def start_mutator(running: Mutator, body: dict[str, Any]) -> Mutator:
    """Return the mutator that a control request asks for.

    Args:
        running: the one at hand; the truth of one that still runs is never thrown away.
        body: `every_requests`, and what each strike does, as `mutate` takes it.

    Raises:
        ControlRefused: one runs already, or the request cannot be understood.
    """
    if running.running:
        raise ControlRefused("A mutator runs already; DELETE mutator stops it and tells its truth.")
    every = body.get("every_requests")
    if isinstance(every, bool) or not isinstance(every, int) or every < 1:
        raise ControlRefused(f"every_requests must be a whole number from 1 on, not {every!r}.")
    wanted = read_mutation({name: v for name, v in body.items() if name != "every_requests"})
    if not any(wanted[kind] for kind in KINDS):
        raise ControlRefused(f"A mutator must do something: {', '.join(KINDS)}.")
    return Mutator(wanted, every, running=True)


def hold_strike(
    mutator: Mutator, clock: Clock, do: Callable[[str, dict[str, Any]], dict[str, Any]]
) -> None:
    """Let the mutator meet a request: at one moment of the clock it strikes, or does nothing."""
    wanted = mutator.due()
    if wanted is None:
        return
    now = clock.now()
    with clock.held(now):
        mutator.note(do("mutate", wanted), now)


def _rows(done: dict[str, Any]) -> list[dict[str, Any]]:
    """Return one row for each thing that a mutation did, in the order in which it did them."""
    born = set(done["created"])
    rows = [{"kind": "change", **value} for value in done["values"] if value["id"] not in born]
    rows += [{"kind": "archive", "id": i} for i in done["archived"]]
    rows += [{"kind": "merge", "id": merge["survivor"], **merge} for merge in done["merged"]]
    rows += [
        {"kind": "link", "id": link["ticket_id"]}
        | {name: link[name] for name in ("object_type", "object_id", "action")}
        for link in done["linked"]
    ]
    return rows + [{"kind": "create", **v} for v in done["values"] if v["id"] in born]
