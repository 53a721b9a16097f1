"""A project of its own for each test: data folder, registry and connection, nothing shared."""

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from include.pipeline.settings import PROJECT_ROOT

_FIRST_NIGHTS: dict[tuple[str, ...], Path] = {}


@dataclass
class Project:
    """What a user has beside the code: a data folder, a registry, connections."""

    folder: Path
    portal_id: str
    variables: dict[str, str]

    @property
    def root(self) -> Path:
        return self.folder / "data/portals" / self.portal_id

    @property
    def published(self) -> Path:
        return self.root / "published/tickets.duckdb"

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(PROJECT_ROOT), **self.variables}

    def run(self, *words: str, **variables: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-m", "include", *words],
            env=self.environment | variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def start(self, *words: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-m", "include", *words],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def result(self, *words: str, **variables: str) -> dict:
        finished = self.run(*words, "--json", **variables)
        assert finished.returncode == 0, finished.stderr
        return json.loads(finished.stdout)

    def first_night(self, sandbox) -> None:
        """Sync a portal that nothing was done to yet.

        One that the same words start is the same portal for an hour (include/sandbox/README.md):
        the files that its first night leaves are made once, and copied after that.
        """
        hour = sandbox.control("GET", "health")["now"][:13]
        made = _FIRST_NIGHTS.get((hour, *sandbox.arguments))
        if made:
            shutil.copytree(made, self.root, dirs_exist_ok=True)
            return
        self.result("sync", "--portal", "test")
        kept = Path(tempfile.mkdtemp(prefix="first-night-")) / "portal"
        atexit.register(shutil.rmtree, kept.parent, ignore_errors=True)
        shutil.copytree(self.root, kept)
        _FIRST_NIGHTS[hour, *sandbox.arguments] = kept

    def refusal(self, *words: str, **variables: str) -> str:
        """Run a command that must fail with one sentence, and return the sentence."""
        finished = self.run(*words, **variables)
        assert finished.returncode == 1, finished.stdout + finished.stderr
        assert "Traceback" not in finished.stderr
        return finished.stderr.strip().splitlines()[-1]

    def ask(self, query: str, file: Path | None = None) -> list[tuple]:
        with duckdb.connect(str(file or self.published), read_only=True) as marts:
            return marts.execute(query).fetchall()


def make_project(place: Path, sandbox, **entry: str) -> Project:
    """Write a registry with one portal, `test`, and its connection to a running sandbox."""
    place.mkdir(parents=True)
    registry = place / "portals.yaml"
    settings = {
        "portal_id": str(sandbox.portal_id),
        "connection": "hubspot_test",
        "schedule": "0 2 * * *",
    }
    registry.write_text(json.dumps({"portals": {"test": settings | entry}}))
    connection = {"conn_type": "http", "host": sandbox.url, "password": sandbox.token}
    return Project(
        place,
        str(sandbox.portal_id),
        {
            "DATA_DIR": str(place / "data"),
            "PORTALS_FILE": str(registry),
            "AIRFLOW_CONN_HUBSPOT_TEST": json.dumps(connection),
        },
    )


@pytest.fixture
def project_for(tmp_path):
    """Make a project for a running sandbox: `project_for(sandbox, folder=…, **registry_entry)`."""

    def make(sandbox, folder: str = "project", **entry: str) -> Project:
        return make_project(tmp_path / folder, sandbox, **entry)

    return make
