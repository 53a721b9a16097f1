"""dbt for one half of a migration: a process of its own, everything but its own file read-only."""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from include.migration.files import MigrationFiles
from include.pipeline.errors import BadRequest, BuildFailed
from include.pipeline.policies import DEFAULTS, MAPS
from include.pipeline.registry import Portal
from include.pipeline.settings import PROJECT_ROOT
from include.warehouse.lock import held_descriptors
from include.warehouse.space import disk_space_for, require_space_words

DBT_PROJECT = PROJECT_ROOT / "dbt_project"
MAP_COLUMNS = ["kind", "source_value", "target_value", "reason"]
FAILURES_NAMED = 5


def run_models(half: str, source: Portal, files: MigrationFiles, maps: Path | None) -> float:
    """Run the models of one half; returns dbt's seconds.

    Args:
        half: `plan` (from the look-ups) or `reconciliation` (from the target's warehouse): dbt's
            target and its var `migration`.
        source: where tickets come from; its warehouse and its published marts are read.
        files: of the migration.
        maps: rows that go before those of the default map.

    Raises:
        BadRequest: the maps are no maps, or the source has published nothing.
        BuildFailed: a model failed; names up to five of them.
        OutOfSpace: the disk is full.
    """
    if not source.files.published.exists():
        raise BadRequest(
            f"portal '{source.name}' has published no marts, which hold its service levels: "
            f"run `sync --portal {source.name}` first; nothing was written."
        )
    work = files.root / "dbt"
    seeds = _seeds(work / "seeds", maps)
    is_plan = half == "plan"
    what = f"the {half} of the migration from portal '{source.name}'"
    with disk_space_for(f"making {what}"):
        return _run(
            [*_command(half, work), "--vars", json.dumps({"migration": half})],
            {
                "DBT_MIGRATION": str(files.plan if is_plan else files.reconciliation),
                "DBT_SOURCE_WAREHOUSE": str(source.files.warehouse),
                "DBT_SOURCE_MARTS": str(source.files.published),
                "DBT_MIGRATION_TARGET": str(files.lookups if is_plan else files.target.warehouse),
                "DBT_MIGRATION_REQUEST": str(files.root / "request.duckdb"),
                "DBT_SEEDS_DIR": str(seeds),
            },
            work,
            what,
        )


def maps_of(target: Portal) -> Path | None:
    """The target's own map of values, in its policies folder; None for the default one."""
    own = target.policies / MAPS if target.policies else None
    return own if own and own.is_file() else None


def _seeds(folder: Path, maps: Path | None) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    rows = _rows(DEFAULTS / "migration" / MAPS) + (_rows(maps) if maps else [])
    # A row of the lead's replaces the default one of the same kind and value.
    chosen = {(row["kind"], row["source_value"]): row for row in rows}
    with (folder / MAPS).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, MAP_COLUMNS)
        writer.writeheader()
        writer.writerows(chosen.values())
    # dbt refuses a project whose nightly models name seeds that are not there.
    others = [*DEFAULTS.glob("*.*"), *(DEFAULTS / "migration").glob("*.yml")]
    for other in others:
        shutil.copy(other, folder / other.name)
    return folder


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        if reader.fieldnames != MAP_COLUMNS:
            raise BadRequest(
                f"{path} has the columns {', '.join(reader.fieldnames or ['(none)'])}; a map has "
                f"{', '.join(MAP_COLUMNS)}; nothing was written."
            )
        rows = list(reader)
    for number, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise BadRequest(
                f"{path}, row {number}: {len(MAP_COLUMNS)} cells are needed (quote a value that "
                "holds a comma); nothing was written."
            )
    return rows


def _command(half: str, work: Path) -> list[str]:
    return [
        *(sys.executable, "-m", "dbt.cli.main", "--no-use-colors", "--no-version-check"),
        *("--log-path", str(work / "logs"), "build", "--target", half),
        *("--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)),
        *("--target-path", str(work / half), "--select", f"+path:models/migration/{half}"),
        *("--exclude-resource-type", "unit_test"),
    ]


def _run(command: list[str], variables: dict[str, str], work: Path, what: str) -> float:
    results = Path(command[command.index("--target-path") + 1]) / "run_results.json"
    results.unlink(missing_ok=True)
    # Airflow's variables hold tokens, for which dbt has no use.
    kept = {k: v for k, v in os.environ.items() if not k.startswith("AIRFLOW_")}
    finished = subprocess.run(
        command,
        env=kept | variables | {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
        cwd=DBT_PROJECT,
        capture_output=True,
        text=True,
        check=False,
        pass_fds=held_descriptors(),
    )
    log = work / "last_run.log"
    log.write_text(finished.stdout + finished.stderr, encoding="utf-8")
    log.chmod(0o600)
    outcome = json.loads(results.read_text(encoding="utf-8")) if results.is_file() else None
    if finished.returncode != 0 or not outcome:
        require_space_words(finished.stdout, f"making {what}")
        raise BuildFailed(f"dbt failed in {what}, in {_failed(outcome)}; {_SAFE}; see {log}.")
    return float(outcome["elapsed_time"])


_SAFE = "nothing was written to any portal and running again is safe"


def _failed(outcome: dict | None) -> str:
    if outcome is None:
        return "its start"
    names = [
        node["unique_id"].split(".")[2]
        for node in outcome["results"]
        if node["status"] in ("error", "fail", "runtime error")
    ]
    return ", ".join(names[:FAILURES_NAMED]) or "no node in particular"
