"""A local Airflow: its environment and its processes."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import requests

from local import processes
from local.airflow_api import AirflowApi
from local.processes import StackError

PROJECT = Path(__file__).resolve().parents[1]
AIRFLOW = str(Path(sys.executable).with_name("airflow"))
# Added to the port of the pages; beside 8080 they are Airflow's defaults, 8793 and 8794.
LOGS_OF_TASKS, LOGS_OF_TRIGGERS = 713, 714
HIGHEST_PORT = 65_535 - LOGS_OF_TRIGGERS


@dataclass
class LocalAirflow(AirflowApi):
    """Airflow standalone with SQLite, on this machine.

    Attributes:
        variables: settings of the project (DATA_DIR, PORTALS_FILE, AIRFLOW_CONN_…).
    """

    variables: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment of every Airflow process."""
        return {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
            "PYTHONPATH": str(PROJECT),
            "AIRFLOW_HOME": str(self.home),
            "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            # The default forks 32 workers; a night has one task at a time.
            "AIRFLOW__CORE__PARALLELISM": "2",
            # This machine alone; the default listens on every address.
            "AIRFLOW__API__HOST": "127.0.0.1",
            "AIRFLOW__API__PORT": str(self.port),
            "AIRFLOW__API__WORKERS": "1",
            "AIRFLOW__API__BASE_URL": self.url,
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{self.url}/execution/",
            # Two Airflows on one machine: the default ports would be one's alone.
            "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(self.port + LOGS_OF_TASKS),
            "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(self.port + LOGS_OF_TRIGGERS),
            # The default of 5 s is too short for a busy laptop, and costs a retry.
            "AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT": "30",
            "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "30",
            "AIRFLOW__SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "1",
            **self.variables,
        }

    def require_port(self) -> None:
        """Refuse a port when something else listens on it, or on those of the logs.

        One that runs already listens on one port, and is used on that one alone.

        Raises:
            StackError: names the variable that chooses another port.
        """
        if processes.is_running("airflow", self.home):
            processes.require_same_port("airflow", self.home, self.port, "AIRFLOW_PORT")
            return
        for beside in (0, LOGS_OF_TASKS, LOGS_OF_TRIGGERS):
            why = f" (Airflow's logs: AIRFLOW_PORT and {beside})" if beside else ""
            processes.require_free(self.port + beside, "AIRFLOW_PORT", why)

    def prepare(self) -> None:
        """Create or upgrade the database and the pools.

        Raises:
            StackError: Airflow refused; ends with its last line.
        """
        # It holds the generated password and logs.
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.home.chmod(0o700)
        self.run("db", "migrate")
        listed = subprocess.run(
            [sys.executable, "-m", "include.pipeline.pools"],
            env=self.environment,
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
        )
        if listed.returncode != 0:
            raise StackError(f"the pools cannot be listed: {_last_line(listed.stderr)}")
        pools = self.home / "pools.json"
        pools.write_text(listed.stdout)
        self.run("pools", "import", str(pools))

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run one `airflow` command to its end.

        Raises:
            StackError: it failed and `check` is set.
        """
        finished = subprocess.run(
            [AIRFLOW, *arguments],
            env=self.environment,
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
        )
        if check and finished.returncode != 0:
            said = _last_line(finished.stderr or finished.stdout)
            raise StackError(f"airflow {' '.join(arguments[:2])} failed: {said}")
        return finished

    def start(self, patience: float = 180.0) -> None:
        """Start every component and wait until the API and the scheduler are healthy.

        Raises:
            StackError: the port is taken, or it is not healthy in time.
        """
        self.require_port()
        if not processes.is_running("airflow", self.home):
            command = [AIRFLOW, "standalone"]
            processes.start("airflow", command, self.environment, self.home, self.port)
        deadline = time.monotonic() + patience
        while not self._healthy():
            if not processes.is_running("airflow", self.home) or time.monotonic() > deadline:
                raise StackError(f"Airflow did not start; see {self.home / 'airflow.log'}.")
            time.sleep(0.5)

    def stop(self) -> bool:
        """Stop every component; returns whether there was one."""
        return processes.stop("airflow", self.home)

    def _healthy(self) -> bool:
        try:
            parts = requests.get(f"{self.url}/api/v2/monitor/health", timeout=5).json()
        except (requests.RequestException, ValueError):
            return False
        needed = ("metadatabase", "scheduler", "dag_processor")
        return all(parts.get(part, {}).get("status") == "healthy" for part in needed)


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no word of why"
