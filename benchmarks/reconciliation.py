"""How long a plan and a reconciliation of many tickets take, and how much memory; no API.

Both warehouses are generated inside DuckDB; the target is what a faithful writer would have left.

    .venv/bin/python -m benchmarks.reconciliation --tickets 100000 [--entries 20]
"""

import argparse
import json
import os
import resource
import tempfile
import time

import duckdb

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
from include.pipeline.registry import Portal


def measured(what: str, done) -> dict:
    """Run a step; seconds, CPU seconds and the largest process so far (dbt is one of its own)."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.monotonic()
    done()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "what": what,
        "seconds": round(time.monotonic() - begun, 1),
        "dbt_cpu_seconds": round(
            after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 1
        ),
        "largest_process_mb": after.ru_maxrss // 1024,
        "this_process_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def main() -> None:
    """Generate, plan, write by SQL, reconcile; print one JSON line per step."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tickets", type=int, default=20_000)
    parser.add_argument("--entries", type=int, default=20, help="history entries of a ticket")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="reconciliation-") as folder:
        os.environ["DATA_DIR"] = folder
        run(arguments.tickets, arguments.entries)


def run(tickets: int, entries: int) -> None:
    """Run the whole in `DATA_DIR`."""
    source = Portal("source", SOURCE, "hubspot_a", "0 2 * * *")
    target = Portal("target", TARGET, "hubspot_b", "0 2 * * *")
    files = MigrationFiles(target.files, SOURCE).ensure()
    source.files.ensure()
    write_source(source.files.warehouse, source.files.published, tickets, entries)
    write_lookups(files.lookups)
    print(json.dumps(measured("plan", lambda: build_plan(source, target, PlanChoices()))))
    plan_file.seal(files.plan, SOURCE, TARGET, {"missing_records": "create"})
    write_target(target.files.warehouse, files.plan)
    verdicts = []
    print(
        json.dumps(
            measured(
                "reconciliation", lambda: verdicts.append(build_reconciliation(source, target))
            )
        )
    )
    with duckdb.connect(str(files.reconciliation), read_only=True) as connection:
        levels = connection.execute("select * from marts.reconciliation_levels").fetchall()
    print(json.dumps({"verdict": verdicts[0].verdict, "levels": levels}))


if __name__ == "__main__":
    main()
