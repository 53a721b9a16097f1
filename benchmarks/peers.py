"""The connectors people use today and this project, on the same portal: cost, and what is wrong.

Each connector is installed from the package index into an environment of its own and runs unchanged
but for the host; each contestant has a fresh portal of the same seed, with HubSpot's limits and
answers after 300 to 400 ms. A first load; then an ordinary day (changes, archives, merges, links
that change alone, a new property) and an increment; then a day that also has an import, which
stamps thousands of tickets in one millisecond, and an increment. After each, what the contestant's
destination holds is compared with what the portal holds. This project looks at the links of all
tickets in every increment (`LINK_CALLS_NIGHTLY`); the connectors have no way to.

    python -m benchmarks.peers [--tickets 14000] [--tie 12000] [--folder DIR]
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.peer_own import Own
from benchmarks.peer_portal import Day, PeerPortal, peer_portal
from benchmarks.peer_runs import Airbyte, Peer, Run, Stitch
from benchmarks.peer_truth import Verdict, judge

RESULT = Path(__file__).parent / "results/peers.md"
PEERS = (
    (Airbyte, "airbyte-source-hubspot", "5.7.0", "source-hubspot"),
    (Stitch, "tap-hubspot", "4.5.0", "tap-hubspot"),
)
OWN = "own"
ORDINARY = {"changes": 50, "archives": 10, "merges": 5, "links": 20}
# Most of the links are of tickets that the import changed too; those do not change alone.
IMPORT = ORDINARY | {"links": 150}
ADDED = 20
TITLES = (
    "contestant", "after", "calls", "search + records + links + rest", "429s", "seconds", "CPU, s",
    "peak MB", "states", "tickets brought", "repeated rows", "missing", "stale", "archived told",
    "merged-away told", "changed links told", "new property told", "remark",
)  # fmt: skip


def contestants(given: argparse.Namespace, scratch: Path) -> Iterator[Peer | Own]:
    """Yield what is measured, installed."""
    folder, patience = given.folder or scratch / "environments", given.patience
    folder.mkdir(parents=True, exist_ok=True)
    if not given.only or OWN in given.only:
        yield Own(scratch / "own", given.tickets)
    for kind, package, version, program in PEERS:
        if given.only and package not in given.only:
            continue
        peer = kind(package, version, program, folder, patience)
        peer.install()
        yield peer


def measure(one: Peer | Own, portal: PeerPortal, tie: int) -> Iterator[str]:
    """Run one contestant through the days; yields its rows of the report."""
    yield row(one, portal, "first load", one.load(portal.sandbox), Day())
    for name, seed, mutation, tied in (
        ("ordinary day", 10, ORDINARY, 0),
        (f"day with {tie:,} in one ms", 20, IMPORT, tie),
    ):
        day = portal.live_on(seed, mutation, tied, ADDED)
        yield row(one, portal, name, one.load(portal.sandbox), day)
        if isinstance(one, Own):
            yield row(one, portal, "sweep after it", one.sweep(portal.sandbox), day)


def row(one: Peer | Own, portal: PeerPortal, name: str, run: Run, day: Day) -> str:
    """Print and return the row of one run: its cost, and how the destination differs after it."""
    verdict = judge(one.held, day, portal.truth(day.linked))
    line = f"| {one.name} | {name} | {_cost(run)} | {_outcome(run, verdict)} | {run.failed} |"
    print(line, flush=True)
    return line


def _cost(run: Run) -> str:
    kinds = dict.fromkeys(("search", "records", "links", "rest"), 0)
    for (_, route, _), count in run.calls.items():
        kinds[_kind(route)] += count
    refused = sum(n for (_, _, status), n in run.calls.items() if status == 429)
    return (
        f"{sum(kinds.values()):,} | {' + '.join(f'{n:,}' for n in kinds.values())} | {refused}"
        f" | {run.seconds:.1f} | {run.cpu:.1f} | {run.memory} | {run.states}"
    )


def _kind(route: str) -> str:
    if route.endswith("/search"):
        return "search"
    if "/associations/" in route:
        return "links"
    return "records" if "/objects/" in route else "rest"


def _outcome(run: Run, verdict: Verdict) -> str:
    told = (verdict.archived, verdict.merged, verdict.links, verdict.added)
    shares = " | ".join(f"{n} of {of}" if of else "–" for n, of in told)
    return (
        f"{len(run.rows):,} | {run.repeated:,} | {verdict.missing:,} | {verdict.stale:,} | {shares}"
    )


def head(title: str, module: str, given: str) -> list[str]:
    """Return the head of a report and of its table."""
    when = f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores"
    return [
        f"# {title}",
        "",
        f"`python -m benchmarks.{module} {given}`, {when}; load average"
        f" {os.getloadavg()[0]:.1f} at the end, so seconds are indicative. HubSpot's limits,"
        " 300 to 400 ms an answer.",
        "",
        f"| {' | '.join(TITLES)} |",
        "|---|---" + "|---:" * (len(TITLES) - 3) + "|---|",
    ]


def keep(path: Path, lines: list[str]) -> None:
    """Print a report and write it."""
    print("\n".join(lines))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def options(said: str, *, tickets: int) -> argparse.ArgumentParser:
    """Return the options that the reports of contestants have in common."""
    parser = argparse.ArgumentParser(description=said.splitlines()[0])
    parser.add_argument("--tickets", type=int, default=tickets)
    parser.add_argument("--only", nargs="*", choices=[OWN, *(package for _, package, *_ in PEERS)])
    parser.add_argument("--patience", type=float, default=1_800, help="seconds of an increment")
    parser.add_argument("--folder", type=Path, help="where the environments are kept (temporary)")
    return parser


def main() -> None:
    """Install, run, print and keep the report."""
    parser = options(__doc__, tickets=14_000)
    parser.add_argument("--tie", type=int, default=12_000)
    given = parser.parse_args()
    begun, rows = datetime.now(UTC), []
    with tempfile.TemporaryDirectory(prefix="peers-") as temporary:
        scratch = Path(temporary)
        for one in contestants(given, scratch):
            place = scratch / one.name.replace(" ", "-")
            with peer_portal(place, given.tickets, begun) as portal:
                rows += measure(one, portal, given.tie)
    asked = f"--tickets {given.tickets} --tie {given.tie} --patience {given.patience:.0f}"
    asked += f" --only {' '.join(given.only)}" if given.only else ""
    # a run of some contestants leaves the page of all of them as it is
    page = RESULT.with_stem("_".join(["peers", *given.only])) if given.only else RESULT
    keep(page, [*head("The connectors people use today, and this project", "peers", asked), *rows])


if __name__ == "__main__":
    main()
