"""Extraction at HubSpot's limits: calls, seconds and memory against what the limits allow at best.

Portals answer as HubSpot does: 190 calls in any 10 seconds, 5 searches in any second, every answer
after 300 to 400 ms. Lower bounds are arithmetic:

    calls    = ceil(N/50) tickets with history + 3 ceil(N/1000) links + what else was asked for
    seconds  = the larger of calls/19 and searches/5: nobody can be faster at these limits

Minutes are of two cores that do nothing else, with 100,000 tickets (`scale`: with a million).

| part          | reads                                                                  | minutes |
|---------------|------------------------------------------------------------------------|--------:|
| first         | a whole portal, with the links to three object types                   |       3 |
| cost          | 60 properties of every ticket, nothing of the limits in the way        |       3 |
| engagements   | everything about tickets but conversations                             |      10 |
| conversations | 2,000 threads                                                          |       3 |
| increments    | what changed of a portal that was read before: 0, 1, 100, 10,000       |       6 |
| scale         | the same change of a small and of a large portal                       |      40 |

    python -m benchmarks.extraction [part …] [--tickets 100000] [--many 1000000]
"""

import argparse
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path

from benchmarks.rig import Project, Run, Sandbox, sandbox
from include.warehouse.files import PortalFiles
from include.warehouse.load import load_pending

RESULTS = Path(__file__).parent / "results"
AT_THE_LIMITS = ("--latency-ms", "300", "--jitter-ms", "100")
ALL_AT_ONCE = ("--limits", "off")
ENGAGEMENTS = ("notes", "emails", "calls", "meetings", "tasks")
LINKS_ONLY = ("contacts", "companies", "deals")
READ = ("--until-step", "extract")
LOAD = ("--until-step", "load")
BOTH_WAYS = 19 * 100 + 5 * 200  # records a second, by batch read and by search


def main() -> None:
    """Measure what is asked for, all of it if nothing is, and write a report of each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], help="all")
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--many", type=int, default=1_000_000)
    given = parser.parse_args()
    for part in given.parts or PARTS:
        with tempfile.TemporaryDirectory() as scratch:
            lines = list(PARTS[part](Path(scratch), given))
        report = "\n".join([*_head(part, given), *lines]) + "\n"
        print(report, flush=True)
        (RESULTS / f"extraction_{part}.md").write_text(report, encoding="utf-8")


def _head(part: str, given: argparse.Namespace) -> list[str]:
    return [
        f"# Extraction: {part}",
        "",
        f"`python -m benchmarks.extraction {part} --tickets {given.tickets} --many {given.many}`,"
        f" {datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python {sys.version.split()[0]};"
        f" load average {os.getloadavg()[0]:.1f} at the end."
        " HubSpot's limits, 300 to 400 ms an answer.",
        "",
    ]


def bound(run: Run, calls: int) -> tuple[float, float]:
    """Return the lower bound of seconds for so many calls, and this run's share of it."""
    seconds = max(calls / 19, min(run.searches, calls) / 5)
    return seconds, seconds / run.seconds


def first(scratch: Path, given: argparse.Namespace) -> Iterator[str]:
    """Read all tickets with history and links, and the records that they link to."""
    n = given.tickets
    with sandbox("--generate", str(n), "--lean", *AT_THE_LIMITS) as portal:
        run = _project(scratch / "a").run(portal, "sync", *READ)
    rows = run.result["extract"]["rows"]
    people = sum(ceil(rows.get(kind, 0) / 100) for kind in ("contacts", "companies", "deals"))
    least = ceil(n / 50) + 3 * ceil(n / 1000) + people
    yield from _table(run, least, f"{n:,} tickets, history, links to three object types")
    yield ""
    yield (
        f"The least: {ceil(n / 50):,} batch reads of 50 tickets, 3 x {ceil(n / 1000):,} reads of"
        f" 1,000 tickets' links, {people:,} batch reads of linked records; {run.searches:,}"
        " searches of 200 run beside them under a limit of their own; definitions, owners and the"
        " archived are not counted."
    )
    yield ""
    properties = rows["properties"]
    yield (
        f"Rows: {rows['tickets']:,} tickets of {properties} properties of all objects,"
        f" {rows['ticket_property_history']:,} history entries, {rows['ticket_associations']:,}"
        f" links. Processor: {run.cpu / n * 1000:.2f} s per 1,000 tickets."
    )


def cost(scratch: Path, given: argparse.Namespace) -> Iterator[str]:
    """Read 60 properties of every ticket, nothing of HubSpot's limits in the way."""
    yield "| tickets | history entries | CPU of extract and land | per 1,000 tickets | memory |"
    yield "|---:|---:|---:|---:|---:|"
    for n in (given.tickets // 10, given.tickets):
        with sandbox("--generate", str(n), "--lean", *ALL_AT_ONCE) as portal:
            listed = portal.get("/crm/v3/properties/tickets")["results"]
            names = [
                one["name"] for one in listed if not one["modificationMetadata"]["readOnlyValue"]
            ]
            chosen = ("--properties", ",".join(names[:60]), "--associations", "contacts")
            nothing = Project(scratch / f"{n}none").run(portal, "status")
            run = Project(scratch / str(n)).run(portal, "sync", *chosen, *READ)
        history = run.result["extract"]["rows"]["ticket_property_history"]
        cpu = run.cpu - nothing.cpu
        yield (f"| {n:,} | {history:,} | {cpu:.1f} s | {cpu / n * 1000:.2f} s | {run.memory} MB |")
    yield ""
    yield "A command that reads nothing (`status`) takes the start of the process off."


def engagements(scratch: Path, given: argparse.Namespace) -> Iterator[str]:
    """Read everything about tickets but what was said; that is `conversations`."""
    n = given.tickets
    flags = ("--generate", str(n), "--engagements-per-ticket", "5", "--threads-per-hundred", "0")
    project = Project(scratch / "a", associations=(*LINKS_ONLY, *ENGAGEMENTS))
    with sandbox(*flags, *AT_THE_LIMITS) as portal:
        run = project.run(portal, "sync", *READ)
    rows = run.result["extract"]["rows"]
    links = (3 + len(ENGAGEMENTS)) * ceil(n / 1000)
    people = sum(ceil(rows.get(kind, 0) / 1000) for kind in ENGAGEMENTS)
    files = ceil(rows.get("files", 0) / 100)
    alone = ceil(n / 50) + links + people + files
    records = sum(rows.get(kind, 0) for kind in (*ENGAGEMENTS, *LINKS_ONLY))
    seconds, by_batch = alone / 19 + records / BOTH_WAYS, (alone + ceil(records / 100)) / 19
    yield "| | calls | searches | seconds | bound, s | bound / actual | refused | CPU | memory |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|---:|"
    yield (
        f"| {n:,} tickets and all but what was said | {run.total:,} | {run.searches:,}"
        f" | {run.seconds:.1f} | {seconds:.1f} | {seconds / run.seconds:.2f} | {run.refused}"
        f" | {run.cpu:.1f} s | {run.memory} MB |"
    )
    yield ""
    yield (
        f"The bound: {ceil(n / 50):,} batch reads of tickets, {links:,} + {people:,} of links,"
        f" {files:,} of files, 19 a second; then {records:,} engagements and linked records,"
        f" {BOTH_WAYS:,} a second: 19 batch reads of 100 and 5 searches of 200. By batch read alone"
        f" nobody is faster than {by_batch:.0f} s."
    )
    yield ""
    yield "Rows: " + ", ".join(f"{name} {count:,}" for name, count in sorted(rows.items())) + "."


def conversations(scratch: Path, given: argparse.Namespace) -> Iterator[str]:
    """Read what was said: each thread's messages cost a call of their own."""
    n = max(100, given.tickets // 50)
    flags = ("--generate", str(n), "--engagements-per-ticket", "0", "--threads-per-hundred", "100")
    project = Project(scratch / "a", associations=("conversations",))
    with sandbox(*flags, *AT_THE_LIMITS) as portal:
        run = project.run(portal, "sync", *READ)
    rows = run.result["extract"]["rows"]
    whole = run.count("/original-content")
    least = ceil(n / 50) + rows["threads"] + whole + ceil(rows.get("files", 0) / 100)
    yield from _table(run, least, f"{n:,} tickets and {rows['threads']:,} threads")
    yield ""
    yield (
        f"The least: {ceil(n / 50):,} batch reads of tickets, one call for each of"
        f" {rows['threads']:,} threads' messages, one for each of {whole:,} messages that were cut"
        f" short, and one for 100 of {rows.get('files', 0):,} files."
    )


def increments(scratch: Path, given: argparse.Namespace) -> Iterator[str]:
    """Change some of the tickets and read again."""
    n = given.tickets
    with _read_before(scratch, n) as (portal, project):
        yield "| changed | calls | of them searches | bound | calls / bound | seconds | refused |"
        yield "|---:|---:|---:|---:|---:|---:|---:|"
        for seed, changed in enumerate((0, 1, 100, 10_000)):
            run = _changed(portal, project, changed, seed)
            least = ceil(changed / 200) + ceil(changed / 50) + 3 * ceil(changed / 1000) + 30
            yield (
                f"| {changed:,} of {n:,} | {run.total:,} | {run.searches:,} | {least:,}"
                f" | {run.total / least:.2f} | {run.seconds:.1f} | {run.refused} |"
            )
    yield ""
    yield "The bound: ceil(c/200) + ceil(c/50) + 3 ceil(c/1000) + 30. Links to three object types."


def scale(scratch: Path, given: argparse.Namespace) -> Iterator[str]:
    """Read the same change of 10,000 tickets and of a million."""
    yield "| tickets | first read: memory | CPU per 1,000 | 100 changed: seconds | CPU | memory |"
    yield "|---:|---:|---:|---:|---:|---:|"
    took = []
    for n in (10_000, given.many):
        folder = scratch / str(n)
        flags = ("--generate", str(n), "--lean", "--until", _moment())
        with sandbox(*flags, *ALL_AT_ONCE) as portal:
            read = _project(folder).run(portal, "sync", *READ)
        _load(_project(folder))
        with sandbox(*flags, *AT_THE_LIMITS) as portal:
            runs = [_changed(portal, _project(folder), 100, seed) for seed in range(3)]
        run = sorted(runs, key=lambda run: run.seconds)[1]
        took.append(run.seconds)
        yield (
            f"| {n:,} | {read.memory} MB | {read.cpu / n * 1000:.2f} s | {run.seconds:.1f}"
            f" | {run.cpu:.1f} s | {run.memory} MB |"
        )
    yield ""
    yield f"Extract and load of 100 changed (median of 3): {took[1] / took[0]:.2f} times as long."


def _load(project: Project) -> None:
    """Load what was read, in a process of its own: `sync` would read it again first."""
    files = PortalFiles(project.folder / "data", project.portal_id)
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        pool.submit(load_pending, files).result()


def _project(folder: Path) -> Project:
    """Give a project whose registry syncs tickets and the records of three types."""
    return Project(folder, associations=LINKS_ONLY)


def _moment() -> str:
    return f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"


def _changed(portal: Sandbox, project: Project, changed: int, seed: int) -> Run:
    others = {"archives": 0, "merges": 0, "links": 0}
    portal.control("POST", "mutate", {"seed": seed, "changes": changed, **others})
    return project.run(portal, "sync", *LOAD)


@contextmanager
def _read_before(scratch: Path, tickets: int) -> Iterator[tuple[Sandbox, Project]]:
    """Give a portal at HubSpot's limits that was read before, at once and without limits."""
    flags = ("--generate", str(tickets), "--lean", "--until", _moment())
    project = _project(scratch / "before")
    with sandbox(*flags, *ALL_AT_ONCE) as portal:
        project.run(portal, "sync", *LOAD)
    with sandbox(*flags, *AT_THE_LIMITS) as portal:
        yield portal, project


def _table(run: Run, least: int, what: str) -> Iterator[str]:
    seconds, share = bound(run, least)
    yield "| | calls | least | seconds | bound, s | bound / actual | refused | CPU, s | memory |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|---:|"
    yield (
        f"| {what} | {run.total:,} | {least:,} ({run.total - run.searches - least:+,} without the"
        f" searches) | {run.seconds:.1f} | {seconds:.1f} | {share:.2f} | {run.refused}"
        f" | {run.cpu:.1f} | {run.memory} MB |"
    )


PARTS: dict[str, Callable[[Path, argparse.Namespace], Iterator[str]]] = {
    "first": first,
    "cost": cost,
    "engagements": engagements,
    "conversations": conversations,
    "increments": increments,
    "scale": scale,
}

if __name__ == "__main__":
    main()
