"""What the marts cost: a full build, a night in which few tickets changed, and no ticket at all.

python -m benchmarks.marts [--tickets 100000] [--share 0.01] [--memory 4GB] [--folder DIR]

Times are those of dbt's process without the tests of the data; two lines are with them. The night
less the empty project's run is what the SQL costs: dbt's start is in both. Publishing is the copy
of the file of marts alone, without the audit. On two quiet cores 100,000 tickets take about four
minutes, a million (20 million history entries; 15 GB of disk) a quarter of an hour.
"""

import argparse
import multiprocessing
import os
import resource
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from benchmarks.raw_marts_portal import PORTAL_ID, change, generate
from include.pipeline.build.dbt_process import Place, dbt_command, dbt_environment
from include.pipeline.build.rules import DBT_PROJECT
from include.pipeline.registry import Portal
from include.warehouse.files import PortalFiles
from include.warehouse.publish import stage

RESULT = Path(__file__).parent / "results/marts.md"
T = TypeVar("T")


@dataclass(frozen=True)
class Run:
    """One dbt process: wall and processor seconds, most resident memory in MB."""

    name: str
    seconds: float
    cpu: float
    memory: int


def main() -> None:
    """Generate, build, change, build again; print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--share", type=float, default=0.01)
    parser.add_argument("--memory", default="4GB", help="DuckDB's limit")
    parser.add_argument("--folder", type=Path, help="where the files lie; default: a new folder")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        runs, changed = _measure(chosen.folder or Path(scratch), chosen)
    text = _render(runs, changed, chosen)
    print(text)
    RESULT.parent.mkdir(exist_ok=True)
    with RESULT.open("a", encoding="utf-8") as results:
        results.write(text)


def _measure(folder: Path, chosen: argparse.Namespace) -> tuple[list[Run], int]:
    empty = PortalFiles(folder / "empty", PORTAL_ID).ensure()
    files = PortalFiles(folder / "full", PORTAL_ID).ensure()
    _apart(generate, empty.warehouse, 0)
    _apart(generate, files.warehouse, chosen.tickets)
    runs = [timed_run("empty project, first run (dbt parses)", empty, True, chosen)]
    runs.append(timed_run("empty project, a night", empty, False, chosen))
    runs.append(timed_run("full", files, True, chosen))
    changed = _apart(change, files.warehouse, chosen.share)
    runs.append(timed_run("a night", files, False, chosen))
    runs.append(_apart(timed_publishing, files))
    runs.append(timed_run("nothing changed, with the tests", files, False, chosen, tests=True))
    runs.append(timed_run("full, with the tests of the data", files, True, chosen, tests=True))
    return runs, changed


def _apart(work: Callable[..., T], *given: object) -> T:
    """Do it in a process of its own: a child's peak of memory begins at its parent's."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *given).result()


def timed_publishing(files: PortalFiles) -> Run:
    """Copy a portal's candidate as publishing does."""
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
    stage(files, "bench", data_as_of=datetime.now(UTC), complete_through=None)
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    megabytes = files.candidate.stat().st_size >> 20
    name = f"publishing: a copy of {megabytes:,} MB"
    return Run(name, time.monotonic() - began, cpu, after.ru_maxrss // 1024)


def timed_run(
    name: str, files: PortalFiles, full: bool, chosen: argparse.Namespace, tests: bool = False
) -> Run:
    """Run dbt once on a portal's files.

    Args:
        name: of the row in the table.
        files: a generated warehouse, and where the rest goes.
        full: a full refresh.
        chosen: `memory`, DuckDB's limit.
        tests: with the tests of the data.
    """
    portal = Portal("bench", PORTAL_ID, "none", "0 2 * * *")
    # Without a moment a build speaks of the end of what was read.
    place = Place(files.warehouse, files.candidate, DBT_PROJECT / "seeds", "", full)
    target = files.root / "dbt/target"
    began = time.monotonic()
    process = subprocess.Popen(
        dbt_command(target, full, tests),
        env=dbt_environment(portal, place) | {"DBT_MEMORY_LIMIT": chosen.memory},
        cwd=DBT_PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )
    output = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"dbt failed in '{name}':\n{output[-3000:]}")
    seconds = time.monotonic() - began
    return Run(name, seconds, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024)


def _render(runs: list[Run], changed: int, chosen: argparse.Namespace) -> str:
    by_name = {run.name: run for run in runs}
    night, empty = by_name["a night"], by_name["empty project, a night"]
    command = shlex.join(["python", "-m", "benchmarks.marts", *sys.argv[1:]])
    lines = [
        f"\n# {chosen.tickets:,} tickets, {datetime.now(UTC):%Y-%m-%d}\n",
        f"`{command}`; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end.\n",
        "| dbt run | seconds | processor | most memory, MB |",
        "|---|---:|---:|---:|",
        *(f"| {run.name} | {run.seconds:.1f} | {run.cpu:.1f} | {run.memory:,} |" for run in runs),
        f"\n{changed:,} tickets changed in the night; its SQL, net of the empty run: "
        f"{night.seconds - empty.seconds:.1f} s, {night.cpu - empty.cpu:.1f} s of processor.",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
