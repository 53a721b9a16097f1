"""The main job on real input: the incident log, loaded, replayed by nights, and proven.

A sandbox portal holds the log as it was on 2016-04-01. Airflow's DAG syncs it; then the portal
advances a day and the DAG runs again, night after night; then it advances to the log's end. At
the end the marts are asked for what is known of the log, and compared with those of a portal that
was read in one full refresh.

    INCIDENT_LOG_DIR=… python -m benchmarks.incident_log_nights [--nights 22]
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import requests

from benchmarks import incident_log, known_answers
from benchmarks.equality import compare
from local.airflow import PROJECT, LocalAirflow
from local.sandbox import LocalSandbox

FIRST = datetime(2016, 4, 1, tzinfo=UTC)
PORTAL, PORTAL_ID = "incident_log", "4980001"
DAG_ID = f"sync_tickets__{PORTAL}"
RESULT = PROJECT / "benchmarks/results/incident_log_nights.md"


@dataclass
class Night:
    """What one run of the DAG did."""

    until: datetime
    changed: int
    calls: int
    searches: int
    seconds: float


@dataclass
class Report:
    """Everything that the benchmark prints."""

    nights: list[Night] = field(default_factory=list)
    answers: list[known_answers.Answer] = field(default_factory=list)
    differences: list = field(default_factory=list)
    refused: int = 0


def main() -> None:
    """Run it all and write the report; exits 1 when an answer is wrong or a table differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--nights", type=int, default=22)
    parser.add_argument("--airflow-port", type=int, default=18080)
    parser.add_argument("--sandbox-port", type=int, default=18089)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        report = _measure(Path(scratch), chosen)
    text = _render(report)
    print(text)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(text)
    wrong = [a for a in report.answers if not a.is_right]
    differ = [d for d in report.differences if d.only_left or d.only_right]
    sys.exit(1 if wrong or differ else 0)


def _measure(scratch: Path, chosen: argparse.Namespace) -> Report:
    sandbox = LocalSandbox(
        scratch / "sandbox",
        chosen.sandbox_port,
        ("--dataset", str(incident_log.folder()), "--until", _z(FIRST)),
    )
    variables = _variables(scratch, sandbox)
    airflow = LocalAirflow(scratch / "airflow", chosen.airflow_port, variables)
    report = Report()
    try:
        sandbox.start()
        airflow.prepare()
        airflow.start()
        _replay(airflow, sandbox, chosen.nights, report)
        _prove(scratch, variables, report)
    finally:
        airflow.stop()
        sandbox.stop()
    return report


def _variables(scratch: Path, sandbox: LocalSandbox) -> dict[str, str]:
    registry = scratch / "portals.yaml"
    entry = {
        "portal_id": PORTAL_ID,
        "connection": "hubspot_incident_log",
        # Far from now: only the runs that this script asks for may run.
        "schedule": "0 0 29 2 *",
        "policies": str(incident_log.folder() / "policies"),
    }
    registry.write_text(json.dumps({"portals": {PORTAL: entry}}))
    return {
        "DATA_DIR": str(scratch / "data"),
        "PORTALS_FILE": str(registry),
        "AIRFLOW_CONN_HUBSPOT_INCIDENT_LOG": sandbox.connection,
    }


def _replay(airflow: LocalAirflow, sandbox: LocalSandbox, nights: int, report: Report) -> None:
    touches = incident_log.touches()
    _run(airflow, airflow.first_run(DAG_ID))
    moments = [FIRST + timedelta(days=n) for n in range(nights + 1)] + [incident_log.last_moment()]
    before = datetime.min.replace(tzinfo=UTC)
    for until in moments:
        if until > FIRST:
            _control(sandbox, "POST", "advance", {"until": _z(until)})
            _control(sandbox, "DELETE", "requests")
        began = time.monotonic()
        if until > FIRST:
            _run(airflow, airflow.trigger(DAG_ID))
        changed = len({ticket_id for at, ticket_id in touches if before < at <= until})
        calls, searches, refused = _calls(sandbox)
        report.refused += refused
        report.nights.append(Night(until, changed, calls, searches, time.monotonic() - began))
        print(report.nights[-1], flush=True)
        before = until


def _run(airflow: LocalAirflow, run_id: str) -> None:
    if airflow.wait_for(DAG_ID, run_id) != "success":
        sys.exit(f"run {run_id} of {DAG_ID} failed; its log is under {airflow.home}.")


def _control(sandbox: LocalSandbox, method: str, path: str, body: object = None) -> dict:
    answer = requests.request(method, f"{sandbox.url}/__sandbox__/{path}", json=body, timeout=120)
    answer.raise_for_status()
    return answer.json()


def _calls(sandbox: LocalSandbox) -> tuple[int, int, int]:
    counted = _control(sandbox, "GET", "requests")["requests"]
    total = sum(row["count"] for row in counted)
    searches = sum(row["count"] for row in counted if row["route"].endswith("/search"))
    return total, searches, sum(row["count"] for row in counted if row["status"] == 429)


def _prove(scratch: Path, variables: dict[str, str], report: Report) -> None:
    published = scratch / "data/portals" / PORTAL_ID / "published/tickets.duckdb"
    report.answers = known_answers.ask(published)
    with duckdb.connect(str(published), read_only=True) as marts:
        (as_of,) = marts.execute("select data_as_of from meta.published").fetchone()
    # A portal that knows nothing yet, read in one go, built as of the same moment.
    anew = variables | {"DATA_DIR": str(scratch / "anew")}
    _command(anew, "sync", "--portal", PORTAL, "--mode", "full", "--until-step", "load")
    moment = as_of.replace(tzinfo=UTC).isoformat()
    built = _command(anew, "build", "--portal", PORTAL, "--as-of", moment, "--full-refresh")
    report.differences = compare(published, Path(built["marts"]))


def _command(variables: dict[str, str], *words: str) -> dict:
    finished = subprocess.run(
        [sys.executable, "-m", "include", *words, "--json"],
        env={**os.environ, "PYTHONPATH": str(PROJECT), **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode != 0:
        sys.exit(f"python -m include {' '.join(words)}: {finished.stderr}")
    return json.loads(finished.stdout)


def _z(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _render(report: Report) -> str:
    lines = [
        "# The incident log, night by night",
        "",
        f"`python -m benchmarks.incident_log_nights --nights {len(report.nights) - 2}`, "
        f"{datetime.now(UTC):%Y-%m-%d}. Refused for its rate (429): {report.refused}.",
        "",
        "| portal until | tickets changed | calls | of them searches | DAG run, s |",
        "|---|---:|---:|---:|---:|",
    ]
    for night in report.nights:
        seconds = f"{night.seconds:.0f}" if night.until > FIRST else "first load"
        lines.append(
            f"| {_z(night.until)} | {night.changed:,} | {night.calls:,} | {night.searches:,} "
            f"| {seconds} |"
        )
    lines += ["", "| question | expected | found |", "|---|---:|---:|"]
    lines += [f"| {a.question} | {a.expected:,} | {a.found:,} |" for a in report.answers]
    lines += [
        "",
        "All nights against one full refresh at the end, same `as_of`, every column:",
        "",
        "| table | rows | only after the nights | only in the full refresh |",
        "|---|---:|---:|---:|",
    ]
    lines += [
        f"| {d.table} | {d.rows:,} | {d.only_left} | {d.only_right} |" for d in report.differences
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
