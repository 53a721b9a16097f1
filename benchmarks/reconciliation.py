"""How long a plan and a reconciliation of many tickets take, and how much memory; no API.

Both warehouses are generated inside DuckDB; the target is what a faithful writer would have left.
A reconciliation is all of it: dbt's models, the expectations, page, CSV.

    .venv/bin/python -m benchmarks.reconciliation [--tickets 100000] [--entries 20]
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.reconciliation_portals import (
    SOURCE,
    TARGET,
    write_lookups,
    write_source,
    write_target,
)
from include.migration import plan_file
from include.migration.choices import PlanChoices
from include.migration.files import MigrationFiles
from include.pipeline.migration.models import build_plan, build_reconciliation
from include.pipeline.migration.verdict import Verdict
from include.pipeline.registry import Portal

RESULTS = Path(__file__).parent / "results"


def main() -> None:
    """Generate, plan, write by SQL, reconcile; write a report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--entries", type=int, default=20, help="history entries of a ticket")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="reconciliation-") as folder:
        os.environ["DATA_DIR"] = folder
        report = "\n".join([*_head(given), *run(given.tickets, given.entries)]) + "\n"
    print(report, flush=True)
    (RESULTS / "reconciliation.md").write_text(report, encoding="utf-8")


def run(tickets: int, entries: int) -> Iterator[str]:
    """Run the whole in `DATA_DIR`; yields lines of the report."""
    source = Portal("source", SOURCE, "hubspot_a", "0 2 * * *")
    target = Portal("target", TARGET, "hubspot_b", "0 2 * * *")
    files = MigrationFiles(target.files, SOURCE).ensure()
    source.files.ensure()
    write_source(source.files.warehouse, source.files.published, tickets, entries)
    write_lookups(files.lookups)
    yield "| part | seconds | CPU s | largest process, MB | this process, MB |"
    yield "|---|---:|---:|---:|---:|"
    yield _row("plan (dbt)", lambda: build_plan(source, target, PlanChoices()))
    plan_file.seal(files.plan, SOURCE, TARGET, {"missing_records": "create"})
    write_target(target.files.warehouse, files.plan)
    verdicts: list[Verdict] = []
    yield _row(
        "reconciliation (dbt, expectations, report)",
        lambda: verdicts.append(build_reconciliation(source, target)),
    )
    (verdict,) = verdicts
    compared = sum(level.checked for level in verdict.levels)
    yield ""
    yield f"Verdict: {verdict.verdict}; {compared:,} comparisons."


def _row(what: str, done: Callable[[], None]) -> str:
    """Run a step; dbt is a process of its own, the expectations are held in this one."""
    begun, before = time.monotonic(), _cpu()
    done()
    seconds, cpu = time.monotonic() - begun, _cpu() - before
    children, own = (
        resource.getrusage(who).ru_maxrss // 1024
        for who in (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF)
    )
    return f"| {what} | {seconds:.1f} | {cpu:.1f} | {children:,} | {own:,} |"


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _head(given: argparse.Namespace) -> list[str]:
    return [
        "# Migration: reconciling",
        "",
        f"`python -m benchmarks.reconciliation --tickets {given.tickets} --entries"
        f" {given.entries}`, {datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores,"
        f" Python {sys.version.split()[0]};"
        f" load average {os.getloadavg()[0]:.1f} at the beginning. {given.tickets:,} tickets with"
        f" 25 properties of the portal's own, a contact, a note, and {given.entries} history"
        f" entries each: {given.tickets * given.entries:,} history rows.",
        "",
    ]


if __name__ == "__main__":
    main()
