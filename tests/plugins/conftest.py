"""One Airflow process for the tests of the page."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import pytest

PROJECT = Path(__file__).resolve().parents[2]


@dataclass
class AirflowProcess:
    """Asks the process of `airflow_process.py`; `registered` is what its plugin loader found."""

    process: subprocess.Popen
    answers: TextIO
    registered: dict[str, Any]

    def get(self, path: str, user: str = "bearer", **request: Any) -> dict[str, Any]:
        line = json.dumps({"path": path, "user": user, **request})
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return json.loads(self.answers.readline())


@pytest.fixture(scope="session")
def airflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AirflowProcess]:
    home = tmp_path_factory.mktemp("airflow")
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("airflow_process.py")), str(writing)],
        pass_fds=[writing],
        env={
            **os.environ,
            "PYTHONPATH": str(PROJECT),
            "AIRFLOW_HOME": str(home),
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__API_AUTH__JWT_SECRET": "a secret of this test alone, long enough for HS512",
        },
        stdin=subprocess.PIPE,
        stdout=(home / "log").open("w"),
        stderr=subprocess.STDOUT,
        text=True,
    )
    os.close(writing)
    with os.fdopen(reading) as answers:
        first = answers.readline()
        assert first, (home / "log").read_text()[-3000:]
        yield AirflowProcess(process, answers, json.loads(first))
        process.stdin.close()
        process.wait(timeout=30)
