"""Load: from landing files into the raw tables, tickets and history apart.

A landing is written as an extract writes it: tickets of 250 properties, then, as a second run, two
million history entries. Each is then loaded, and loaded again as if it had changed in every row.

    python -m benchmarks.loading [--tickets 100000] [--entries 2000000]
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import orjson

from include.warehouse.files import PortalFiles
from include.warehouse.landing import LandingRun, new_run_id
from include.warehouse.load import load_pending

RESULT = Path(__file__).parent / "results/loading.md"
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
PROPERTIES, PAGE = 250, 2_000


def main() -> None:
    """Measure and write the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--entries", type=int, default=2_000_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        lines = list(measure(PortalFiles(Path(folder), "4980000").ensure(), given))
    report = "\n".join([*_head(given), *lines]) + "\n"
    print(report)
    RESULT.write_text(report, encoding="utf-8")


def _head(given: argparse.Namespace) -> list[str]:
    return [
        "# Loading",
        "",
        f"`python -m benchmarks.loading --tickets {given.tickets} --entries {given.entries}`,"
        f" {datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python {sys.version.split()[0]};"
        f" load average {os.getloadavg()[0]:.1f} at the end.",
        "",
        "| what | rows | seconds | CPU, s | rows a second |",
        "|---|---:|---:|---:|---:|",
    ]


def measure(files: PortalFiles, given: argparse.Namespace) -> Iterator[str]:
    """Land and load; one line of the report for each load."""
    nights = (
        ("tickets", "new", given.tickets, lambda: tickets(given.tickets, 1)),
        ("tickets", "all changed", given.tickets, lambda: tickets(given.tickets, 2)),
        ("ticket_property_history", "new", given.entries, lambda: history(given.entries, 20)),
        ("ticket_property_history", "all known", given.entries, lambda: history(given.entries, 20)),
    )
    for night, (stream, what, count, rows) in enumerate(nights, 1):
        _land(files, BEGIN + timedelta(days=night), stream, rows())
        began, cpu = time.monotonic(), time.process_time()
        load_pending(files)
        seconds, cpu = time.monotonic() - began, time.process_time() - cpu
        rate = count / seconds
        yield f"| {stream}, {what} | {count:,} | {seconds:.1f} | {cpu:.1f} | {rate:,.0f} |"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    yield f"\nMost memory of the process, landing included: {peak:,} MB."


def _land(files: PortalFiles, now: datetime, stream: str, rows: Iterator[dict]) -> None:
    run = LandingRun.begin(files, new_run_id(now), mode="full", portal_id=files.portal_id)
    for page in batched(rows, PAGE):
        run.write(stream, page, now)
    run.commit(data_as_of=now, cursors={})


def batched(rows: Iterator[dict], size: int) -> Iterator[list[dict]]:
    """Give rows in lists of at most `size` (itertools.batched is of Python 3.12)."""
    while page := list(islice(rows, size)):
        yield page


def tickets(count: int, version: int) -> Iterator[dict]:
    """Tickets of 250 properties, a third of them set, as portals have them."""
    names = [f"property_number_{n}" for n in range(PROPERTIES)]
    for ticket in range(count):
        values = {
            name: f"value {version} of {ticket * 7919 + n}" if n % 3 == 0 else ""
            for n, name in enumerate(names)
        }
        yield {
            "id": str(ticket),
            "created_at": BEGIN,
            "updated_at": BEGIN + timedelta(hours=version),
            "archived": False,
            "archived_at": None,
            "properties": orjson.dumps(values).decode(),
        }


def history(entries: int, per_ticket: int) -> Iterator[dict]:
    """History entries, so many per ticket, in the order in which HubSpot gives them."""
    for entry in range(entries):
        ticket, turn = divmod(entry, per_ticket)
        yield {
            "ticket_id": str(ticket),
            "property_name": ("hs_pipeline_stage", "hs_ticket_priority", "subject")[turn % 3],
            "changed_at": BEGIN + timedelta(minutes=ticket % 50_000 + turn),
            "value": f"value {turn} of {ticket}",
            "occurrence": 1,
            "sequence": 1,
            "source_type": "CRM_UI",
        }


if __name__ == "__main__":
    main()
