"""dbt as a process of its own: what it is told, what it may see, and what it says when it fails."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from include.pipeline.build.rules import DBT_PROJECT
from include.pipeline.errors import BuildFailed
from include.pipeline.registry import Portal
from include.pipeline.settings import PROJECT_ROOT
from include.warehouse.files import PortalFiles
from include.warehouse.lock import held_descriptors
from include.warehouse.private import OWNER_ONLY
from include.warehouse.space import require_space_words

FAILURES_NAMED = 5


@dataclass(frozen=True)
class Place:
    """Which files a dbt run reads and writes, and of which moment its marts speak."""

    warehouse: Path
    candidate: Path
    seeds: Path
    as_of: str
    full_refresh: bool


@dataclass(frozen=True)
class Build:
    """What a build made.

    Attributes:
        marts: the file with schema `marts`.
        as_of: the moment the marts speak of, ISO 8601.
        seconds: how long dbt took.
        nodes: dbt nodes by status.
        is_full: every ticket was built anew, not only what had changed.
    """

    marts: Path
    as_of: str
    seconds: float
    nodes: dict[str, int]
    is_full: bool


def run_dbt(portal: Portal, place: Place, *, tests: bool = True) -> Build:
    """Run dbt on the given files.

    Args:
        portal: whose marts.
        place: the files, and the moment.
        tests: run the tests of the data too; a build without them is for benchmarks.

    Raises:
        BuildFailed: a model or a test failed, or dbt could not start.
        OutOfSpace: the disk is full.
    """
    place.candidate.parent.mkdir(parents=True, exist_ok=True)
    target = work_folder(portal.files) / "target"
    results = results_of(target)
    results.unlink(missing_ok=True)
    finished = subprocess.run(
        dbt_command(target, place.full_refresh, tests),
        env=dbt_environment(portal, place),
        cwd=DBT_PROJECT,
        capture_output=True,
        text=True,
        check=False,
        # Should this process be killed, the portal stays locked until dbt has ended too.
        pass_fds=held_descriptors(),
        # The log and what dbt's DuckDB spills lie beside the warehouse.
        umask=OWNER_ONLY,
    )
    _keep_log(portal.files, finished.stdout + finished.stderr)
    outcome = _outcome(results)
    if finished.returncode != 0 or not outcome:
        require_space_words(finished.stdout, f"building the marts of portal '{portal.name}'")
        raise BuildFailed(failure_sentence(portal, outcome))
    nodes: dict[str, int] = {}
    for node in outcome["results"]:
        nodes[node["status"]] = nodes.get(node["status"], 0) + 1
    return Build(
        place.candidate, place.as_of, float(outcome["elapsed_time"]), nodes, place.full_refresh
    )


def dbt_command(target: Path, full_refresh: bool, tests: bool) -> list[str]:
    """Give the words of a build: models and seeds, and the tests of the data where wanted."""
    command = [
        *(sys.executable, "-m", "include.pipeline.build.dbt_child", str(results_of(target))),
        *("--no-use-colors", "--no-version-check"),
        *("--log-path", str(target.parent / "logs"), "build"),
        *("--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)),
        *("--target-path", str(target)),
        # Unit tests hold the SQL, not the data: `make test` runs them, a night does not.
        *("--exclude-resource-type", "unit_test"),
    ]
    command += [] if tests else ["--exclude-resource-type", "test"]
    return [*command, "--full-refresh"] if full_refresh else command


def results_of(target: Path) -> Path:
    """Return the file in dbt's target folder that says how long each node took and how it ended."""
    return target / "run_results.json"


def dbt_environment(portal: Portal, place: Place) -> dict[str, str]:
    """Give dbt's environment: the files and the moment, and no secret of Airflow's."""
    # Airflow's variables hold tokens, keys and passwords, for which dbt has no use.
    kept = {k: v for k, v in os.environ.items() if not k.startswith("AIRFLOW_")}
    return kept | {
        # dbt works in its project's folder, from which this project is not importable.
        "PYTHONPATH": os.pathsep.join(filter(None, (str(PROJECT_ROOT), kept.get("PYTHONPATH")))),
        "DBT_WAREHOUSE": str(place.warehouse),
        "DBT_CANDIDATE": str(place.candidate),
        "DBT_SEEDS_DIR": str(place.seeds),
        # Not --vars: another var each night has dbt parse the whole project again.
        "DBT_PORTAL_ID": portal.portal_id,
        "DBT_AS_OF": place.as_of,
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }


def work_folder(files: PortalFiles) -> Path:
    """Return where dbt's seeds, target and logs lie; compiled queries and logs may quote data."""
    folder = files.root / "dbt"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _keep_log(files: PortalFiles, text: str) -> None:
    log = files.root / "dbt" / "last_build.log"
    log.write_text(text, encoding="utf-8")


def _outcome(results: Path) -> dict[str, Any] | None:
    if not results.is_file():
        return None
    return json.loads(results.read_text(encoding="utf-8"))


def failure_sentence(portal: Portal, outcome: dict[str, Any] | None) -> str:
    """Say which nodes failed, that the former marts are served, and what to do.

    Args:
        portal: whose build it was.
        outcome: dbt's `run_results.json`, or None where dbt left none.
    """
    log = portal.files.root / "dbt" / "last_build.log"
    served = "the marts served are still the former ones"
    again = (
        f"see {log} and run again, which is safe; if it fails again, `rebuild --portal "
        f"{portal.name}` makes the warehouse anew from the landing files"
    )
    if outcome is None:
        return f"dbt could not start for portal '{portal.name}'; {served}; {again}."
    failed = [
        (f"{node['unique_id'].split('.')[2]} ({node['status']}", node)
        for node in outcome["results"]
        if node["status"] in ("error", "fail", "runtime error")
    ]
    names = [
        text + (f", {node['failures']} rows)" if node.get("failures") else ")")
        for text, node in failed
    ]
    named = ", ".join(names[:FAILURES_NAMED]) or "no node in particular"
    more = f" and {len(names) - FAILURES_NAMED} more" if len(names) > FAILURES_NAMED else ""
    if failed and all(node["status"] == "fail" for _, node in failed):
        # A failed test is an answer, not an accident.
        again = (
            "what was read, or a policy file, contradicts what that test is called, so running "
            f"again is safe and helps only after a change; its query stands in {log}"
        )
    return f"dbt failed for portal '{portal.name}' in {named}{more}; {served}; {again}."
