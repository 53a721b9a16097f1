"""Tickets of every kind moved between two portals that differ, and the verdict on it.

The target has other ids, other spellings of options and stages, other properties, some of the
people; the source has tickets that were merged, archived, are without contact, link to 300 of them,
hold 65,536 characters, every script, cleared values, unknown options, archived owners. Every step
is a command; both portals answer at once, or (--at-limits) as HubSpot does.

    python -m benchmarks.migration_proof [--tickets 20000] [--at-limits]
"""

import argparse
import csv
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.migration_pair import WITHOUT_LIMITS, Pair, Step, pair

RESULTS = Path(__file__).parent / "results"
AT_THE_LIMITS = ("--latency-ms", "300", "--jitter-ms", "100")


def main() -> None:
    """Move, reconcile, and write a report; ends badly when the verdict is fail."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tickets", type=int, default=20_000)
    parser.add_argument("--at-limits", action="store_true", help="HubSpot's limits and latency")
    given = parser.parse_args()
    flags = AT_THE_LIMITS if given.at_limits else WITHOUT_LIMITS
    with (
        tempfile.TemporaryDirectory(prefix="migration-proof-") as folder,
        pair(Path(folder), given.tickets, flags, flags) as moved,
    ):
        lines = [*_head(given), *proven(moved)]
    report = "\n".join(lines) + "\n"
    print(report, flush=True)
    (RESULTS / "migration_proof.md").write_text(report, encoding="utf-8")
    if "**fail**" in report:
        sys.exit("the migration is not faithful")


def proven(moved: Pair) -> Iterator[str]:
    """Do every step; yields lines of the report."""
    yield "| step | calls | seconds | CPU s | peak MB |"
    yield "|---|---:|---:|---:|---:|"
    yield _row("read the source (sync)", moved.sync("old"))
    step = moved.plan()
    planned = step.result
    yield _row("plan", step)
    step = moved.write(planned["plan_hash"])
    written = step.result
    yield _row("write", step)
    step = moved.reconcile()
    found = step.result
    yield _row("read the target again, and reconcile", step)
    yield _row("plan again", again := moved.plan())
    left = {
        kind: actions
        for kind, actions in again.result["counts"].items()
        if {"create", "update", "patch_options", "archive"} & actions.keys()
    }
    yield ""
    yield (
        f"The plan said {planned['calls']:,} calls and {planned['minutes']:g} minutes; the writer "
        f"made {written['calls']:,}, {written['writes']:,} of them writes; {written['failed']} "
        f"objects failed. Verdict: **{found['verdict']}**; the second plan holds "
        f"{left or 'nothing'}."
    )
    yield from _levels(found["levels"])
    yield from _expected(moved.migration / "reports/differences.csv")


def _row(name: str, step: Step) -> str:
    return f"| {name} | {step.calls:,} | {step.seconds:.1f} | {step.cpu:.1f} | {step.memory:,} |"


def _levels(levels: list[dict]) -> Iterator[str]:
    yield ""
    yield "| level | compared | equal | mapped | expected | without a reason |"
    yield "|---|---:|---:|---:|---:|---:|"
    names = ("checked", "equal", "mapped", "expected", "unexplained")
    for level in levels:
        yield f"| {level['level']} | " + " | ".join(f"{level[name]:,}" for name in names) + " |"


def _expected(differences: Path) -> Iterator[str]:
    with differences.open(encoding="utf-8", newline="") as stream:
        counted = Counter((row["kind"], row["reason"]) for row in csv.DictReader(stream))
    yield ""
    yield "| difference listed | reason | rows |"
    yield "|---|---|---:|"
    for (kind, reason), count in sorted(counted.items()):
        yield f"| {kind} | {reason} | {count:,} |"


def _head(given: argparse.Namespace) -> list[str]:
    limits = " --at-limits" if given.at_limits else ""
    return [
        "# Migration: the proof",
        "",
        f"`python -m benchmarks.migration_proof --tickets {given.tickets}{limits}`,"
        f" {datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python {sys.version.split()[0]};"
        f" load average {os.getloadavg()[0]:.1f} at the beginning.",
        "",
    ]


if __name__ == "__main__":
    main()
