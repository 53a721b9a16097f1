"""The same contestants on a portal that moves under them: what a night loses, and who mends it.

A first load; then 300 tickets change, and a mutator goes on changing, creating, archiving and
linking before every second request that the contestant makes; then it reads once more, in quiet.
What is still missing or stale then stays so until the ticket changes again.

    python -m benchmarks.peers_moving [--tickets 2000] [--folder DIR]
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.peer_own import Own
from benchmarks.peer_portal import Day, PeerPortal, peer_portal
from benchmarks.peer_runs import Peer
from benchmarks.peers import contestants, head, keep, options, row

RESULT = Path(__file__).parent / "results/peers_moving.md"
BEFORE = {"seed": 9, "changes": 300}
STRIKE = {"seed": 10, "every_requests": 2, "changes": 20, "creates": 5, "archives": 2, "links": 5}


def measure(one: Peer | Own, portal: PeerPortal) -> Iterator[str]:
    """Run one contestant; yields its rows of the report."""
    control = portal.sandbox.control
    one.load(portal.sandbox)
    control("POST", "mutate", BEFORE)
    control("POST", "mutator", STRIKE)
    moving = one.load(portal.sandbox)
    day = _day(control("DELETE", "mutator")["done"])
    yield row(one, portal, "while it moves", moving, day)
    yield row(one, portal, "quiet, after it", one.load(portal.sandbox), day)
    if isinstance(one, Own):
        yield row(one, portal, "sweep after it", one.sweep(portal.sandbox), day)


def _day(done: list[dict[str, str]]) -> Day:
    """Return what the mutator did."""
    ids = {kind: {str(one["id"]) for one in done if one["kind"] == kind}
           for kind in ("change", "create", "archive", "link")}  # fmt: skip
    touched = ids["change"] | ids["create"] | ids["archive"]
    return Day(ids["change"], ids["archive"], linked=ids["link"] - touched)


def main() -> None:
    """Install, run, print and keep the report."""
    given = options(__doc__, tickets=2_000).parse_args()
    begun, rows = datetime.now(UTC), []
    with tempfile.TemporaryDirectory(prefix="peers-") as temporary:
        scratch = Path(temporary)
        for one in contestants(given, scratch):
            with peer_portal(scratch / one.name, given.tickets, begun) as portal:
                rows += measure(one, portal)
    kinds = ("changes", "creates", "archives", "links")
    strikes = ", ".join(f"{STRIKE[kind]} {kind}" for kind in kinds)
    title = f"A portal that moves under its reader: {strikes} before every 2nd request"
    keep(RESULT, [*head(title, "peers_moving", f"--tickets {given.tickets}"), *rows])


if __name__ == "__main__":
    main()
