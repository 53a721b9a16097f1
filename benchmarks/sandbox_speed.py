"""The sandbox is never the bottleneck: its start, memory and load at HubSpot's own limits.

Three portals are started as a user would: 100,000 generated tickets, a dataset of 100,000 tickets
with 2,000,000 changes, and 1,000,000 lean tickets. Each is then asked over HTTP, for some seconds,
what a private app may ask: 19 batch reads of 50 tickets with history and 5 searches of 200 a
second, every other one for the ids at hand. What is measured is the processor time of the server's
process. Before that, one caller asks one batch read after another, with the connection kept and
nothing of the answer parsed: what a batch read takes by itself. At the end every ticket is listed,
which is when a lean portal holds most.

    python -m benchmarks.sandbox_speed [--seconds 20] [--lean 1000000] [--tickets 100000]
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.sandbox_calls import BATCHES, SEARCHES, Asked, memory, processor_seconds
from benchmarks.sandbox_dataset import write_dataset

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks/results/sandbox_speed.md"


@dataclass
class Measured:
    """One portal: seconds until it answered, memory in MB, load as a share of one core."""

    name: str
    ready: float
    memory_at_start: int
    memory_at_end: int
    memory_after_list: int
    alone_ms: float
    alone_cpu_ms: float
    calls: int
    entries: int
    load: float
    batch_ms: float
    search_ms: float
    ids_ms: float


def main() -> None:
    """Measure all three portals and write the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--lean", type=int, default=1_000_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        write_dataset(Path(folder), given.tickets, changes=20)
        starts = {
            f"{given.tickets:,} generated": ["--generate", str(given.tickets)],
            f"{given.tickets:,} of a dataset, {given.tickets * 20:,} changes": [
                "--dataset", folder],
            f"{given.lean:,} lean": ["--generate", str(given.lean), "--lean"],
        }  # fmt: skip
        measured = [measure(name, flags, given.seconds) for name, flags in starts.items()]
    report = render(measured, given)
    print(report)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(report, encoding="utf-8")


def measure(name: str, flags: list[str], seconds: int) -> Measured:
    """Start one portal, ask it for some seconds, stop it."""
    command = [sys.executable, "-m", "include.sandbox", "serve", "--port", "0", "--limits", "off"]
    begin = time.monotonic()
    with subprocess.Popen(
        [*command, *flags], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None  # noqa: S101
            line = server.stdout.readline()
            url = line.split(" at ")[1].split()[0]
            ready, at_start = time.monotonic() - begin, memory(server.pid)
            asked = Asked(url, seconds)
            alone = asked.alone(server.pid)
            before, started = processor_seconds(server.pid), time.monotonic()
            asked.run()
            took = time.monotonic() - started
            load = (processor_seconds(server.pid) - before) / took
            memory_at_end = memory(server.pid)
            asked.list_all()
            return Measured(
                name,
                ready,
                at_start,
                memory_at_end,
                memory(server.pid),
                *alone,
                sum(len(times) for times in asked.times.values()),
                asked.entries,
                load,
                asked.median("batch"),
                asked.median("search"),
                asked.median("search for ids"),
            )
        finally:
            server.terminate()


def render(measured: list[Measured], given: argparse.Namespace) -> str:
    """Return the report as a page."""
    lines = [
        "# The sandbox at HubSpot's limits",
        "",
        f"`python -m benchmarks.sandbox_speed --seconds {given.seconds} --tickets {given.tickets}"
        f" --lean {given.lean}`, {datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores,"
        f" Python {sys.version.split()[0]}; load average {os.getloadavg()[0]:.1f} at the end.",
        "",
        f"{BATCHES} batch reads of 50 with all properties and the history of all that can be"
        f" written, and {SEARCHES} searches (of 200, or for 100 ids) a second.",
        "",
        "Batch read alone: one caller, one call after another; median wall time, and the server's"
        " processor time. The columns after it are at the limits, with the caller's own work and"
        " parsing on the same cores.",
        "",
        "| Portal | ready after | memory (most) | after the calls | after listing all"
        " | batch read alone | its CPU | calls | history entries read"
        " | load of one core | batch read | search | search for 100 ids |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {m.name} | {m.ready:.1f} s | {m.memory_at_start:,} MB | {m.memory_at_end:,} MB"
        f" | {m.memory_after_list:,} MB | {m.alone_ms:.1f} ms | {m.alone_cpu_ms:.1f} ms"
        f" | {m.calls} | {m.entries:,} | {m.load:.0%}"
        f" | {m.batch_ms:.0f} ms | {m.search_ms:.0f} ms | {m.ids_ms:.0f} ms |"
        for m in measured
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
