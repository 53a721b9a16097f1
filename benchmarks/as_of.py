"""A past moment, asked of today's portal and of the portal of that day: are the marts equal?

    INCIDENT_LOG_DIR=… python -m benchmarks.as_of [--at 2016-04-30T00:00:00Z …]

The incident log is loaded to its end and synced; `build --as-of T` looks back to three moments. For
each, the log is loaded until T only, synced and built with the same `--as-of`. Tables are compared
with every row and every column.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import incident_log
from benchmarks.equality import TableDifference, compare
from benchmarks.rig import PROJECT, TOKEN, sandbox

MOMENTS = ("2016-03-20T12:00:00Z", "2016-04-30T00:00:00Z", "2016-10-01T09:30:00Z")
PORTAL, PORTAL_ID = "incident_log", "4980001"
RESULT = PROJECT / "benchmarks/results/as_of.md"
# Of these HubSpot is asked for what tickets are linked to: of the whole log for more than of the
# log until T. No history says since when, so those that no ticket of T is linked to are set aside.
LINKED = {
    "contacts": "contact_id",
    "companies": "company_id",
    "deals": "deal_id",
    "company_health": "company_id",
}


def main() -> None:
    """Load, look back, compare; exits 1 when a table differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--at", nargs="+", default=MOMENTS, metavar="T")
    chosen = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        back = _marts(Path(scratch) / "end", None, chosen.at)
        compared = {
            moment: compare(back[moment], marts, linked)
            for number, moment in enumerate(chosen.at)
            for marts in _marts(Path(scratch) / str(number), moment, [moment]).values()
        }
    text = _render(compared, time.monotonic() - began)
    print(text)
    RESULT.write_text(text, encoding="utf-8")
    differ = [d for tables in compared.values() for d in tables if d.only_left or d.only_right]
    sys.exit(1 if differ else 0)


def linked(table: str) -> str:
    """Give the query of a mart that is compared: all of it, or of records those with tickets."""
    every = f"select * from {{marts}}.{table}"
    if table not in LINKED:
        return every
    return f"{every} where {LINKED[table]} in (select object_id from {{marts}}.ticket_associations)"


def _marts(folder: Path, until: str | None, moments: list[str]) -> dict[str, Path]:
    """Load the log until a moment (None: its end), sync it, build the marts of moments."""
    cut = ("--until", until) if until else ()
    flags = ("--dataset", str(incident_log.folder()), "--limits", "off", *cut)
    with sandbox(*flags) as portal:
        environment = _environment(folder, portal.url)
        _command(environment, "sync", "--until-step", "load")
    built = {at: _command(environment, "build", "--as-of", at)["marts"] for at in moments}
    return {at: Path(path) for at, path in built.items()}


def _environment(folder: Path, url: str) -> dict[str, str]:
    folder.mkdir(parents=True)
    registry = folder / "portals.yaml"
    entry = {
        "portal_id": PORTAL_ID,
        "connection": "as_of",
        "schedule": "0 2 * * *",
        "policies": str(incident_log.folder() / "policies"),
    }
    registry.write_text(json.dumps({"portals": {PORTAL: entry}}))
    return {
        **os.environ,
        "PYTHONPATH": str(PROJECT),
        "DATA_DIR": str(folder / "data"),
        "PORTALS_FILE": str(registry),
        "AIRFLOW_CONN_AS_OF": json.dumps({"conn_type": "http", "host": url, "password": TOKEN}),
    }


def _command(environment: dict[str, str], command: str, *words: str) -> dict:
    finished = subprocess.run(
        [sys.executable, "-m", "include", command, "--portal", PORTAL, *words, "--json"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode != 0:
        sys.exit(f"python -m include {command} {' '.join(words)}: {finished.stderr}")
    print(command, *words, flush=True)
    return json.loads(finished.stdout)


def _render(compared: dict[str, list[TableDifference]], seconds: float) -> str:
    lines = [
        "# The incident log, looked back at",
        "",
        f"`python -m benchmarks.as_of`, {datetime.now(UTC):%Y-%m-%d}, {seconds:.0f} s in all. "
        "`build --as-of T` of the whole log against the log until T, every column; contacts, "
        "companies and deals: those that a ticket of T is linked to.",
    ]
    for moment, tables in compared.items():
        lines += [
            f"\n## As of {moment}\n",
            "| table | rows | only looking back | only of that day |",
            "|---|---:|---:|---:|",
            *(f"| {d.table} | {d.rows:,} | {d.only_left} | {d.only_right} |" for d in tables),
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
