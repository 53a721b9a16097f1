"""dbt as the pipeline runs it: a subprocess, with absolute paths, from any folder."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tests.dbt_project.raw_portal import PORTAL_ID, RawPortal

PROJECT = Path(__file__).parents[2] / "dbt_project"
Policies = dict[str, str]


@dataclass(frozen=True)
class Built:
    """What a dbt run left.

    Attributes:
        code: exit code.
        output: what dbt printed.
        warehouse: the file with raw, staging and intermediate.
        marts: the candidate file.
        seeds: the folder of policies.
    """

    code: int
    output: str
    warehouse: Path
    marts: Path
    seeds: Path

    def rows(self, query: str) -> list[tuple]:
        """Read the marts, read-only."""
        with duckdb.connect(str(self.marts), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def raw(self, query: str) -> list[tuple]:
        """Read the warehouse, read-only."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def one(self, query: str) -> tuple:
        """Read the only row of a query."""
        (row,) = self.rows(query)
        return row


def write_policies(folder: Path, policies: Policies) -> Path:
    """Write the default policy files, those given replaced (CSV text by name, without suffix)."""
    folder.mkdir(parents=True)
    for default in (PROJECT / "seeds").glob("*.csv"):
        text = policies.get(default.stem)
        (folder / default.name).write_text(text or default.read_text("utf-8"), encoding="utf-8")
    return folder


def policy_text(header: str, rows: Iterable[Iterable[object]]) -> str:
    """Make CSV text of a header line and rows."""
    stream = io.StringIO()
    csv.writer(stream).writerows([header.split(","), *rows])
    return stream.getvalue()


def run_dbt(
    folder: Path,
    portal: RawPortal,
    *command: str,
    policies: Policies | None = None,
    as_of: str | None = None,
) -> Built:
    """Write the portal's raw tables and run dbt on them.

    Args:
        folder: an empty folder for all files.
        portal: what was read.
        command: dbt's arguments; `build` without unit tests when empty.
        policies: files that replace the defaults.
        as_of: the var.
    """
    write_policies(folder / "seeds", policies or {})
    portal.write(folder / "warehouse.duckdb")
    return run_dbt_again(folder, *command, as_of=as_of)


def run_dbt_again(folder: Path, *command: str, as_of: str | None = None) -> Built:
    """Run dbt on the files of a folder as they lie; arguments as above."""
    warehouse, marts, seeds = (
        folder / name for name in ("warehouse.duckdb", "candidate.duckdb", "seeds")
    )
    variables = {"portal_id": PORTAL_ID} | ({"as_of": as_of} if as_of else {})
    finished = subprocess.run(
        [
            *(sys.executable, "-m", "dbt.cli.main", "--no-use-colors", "--no-version-check"),
            *(command or ("build", "--exclude-resource-type", "unit_test")),
            *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
            *("--target-path", str(folder / "target"), "--log-path", str(folder / "logs")),
            *("--vars", json.dumps(variables)),
        ],
        env=os.environ
        | {
            "DBT_WAREHOUSE": str(warehouse),
            "DBT_CANDIDATE": str(marts),
            "DBT_SEEDS_DIR": str(seeds),
        },
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return Built(finished.returncode, finished.stdout + finished.stderr, warehouse, marts, seeds)
