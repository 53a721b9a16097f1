"""A local Airflow: its environment, its processes and its REST API."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import requests

from local import processes
from local.processes import StackError

PROJECT = Path(__file__).resolve().parents[1]
AIRFLOW = str(Path(sys.executable).with_name("airflow"))
DONE = ("success", "failed")
# Added to the port of the pages; beside 8080 they are Airflow's defaults, 8793 and 8794.
LOGS_OF_TASKS, LOGS_OF_TRIGGERS = 713, 714


@dataclass
class LocalAirflow:
    """Airflow standalone with SQLite, on this machine.

    Attributes:
        home: AIRFLOW_HOME; everything that Airflow writes.
        port: where its pages and API answer.
        variables: settings of the project (DATA_DIR, PORTALS_FILE, AIRFLOW_CONN_…).
    """

    home: Path
    port: int = 8080
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Return the address of the pages and of the API."""
        return f"http://127.0.0.1:{self.port}"

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
        """Refuse a port that something else listens on.

        Raises:
            StackError: names the variable that chooses another port.
        """
        if not processes.is_running("airflow", self.home):
            processes.require_free(self.port, "AIRFLOW_PORT")

    def prepare(self) -> None:
        """Create or upgrade the database and the pools.

        Raises:
            StackError: Airflow refused; ends with its last line.
        """
        # It holds the generated password and logs.
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
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
        if not processes.is_running("airflow", self.home):
            self.require_port()
            processes.start("airflow", [AIRFLOW, "standalone"], self.environment, self.home)
        deadline = time.monotonic() + patience
        while not self._healthy():
            if not processes.is_running("airflow", self.home) or time.monotonic() > deadline:
                raise StackError(f"Airflow did not start; see {self.home / 'airflow.log'}.")
            time.sleep(0.5)

    def stop(self) -> bool:
        """Stop every component; returns whether there was one."""
        return processes.stop("airflow", self.home)

    def login(self) -> tuple[str, str]:
        """Return user and password that the simple auth manager made on its first start."""
        passwords = self.home / "simple_auth_manager_passwords.json.generated"
        return next(iter(json.loads(passwords.read_text()).items()))

    def api(self, method: str, path: str, **options: object) -> dict:
        """Call the REST API as the generated user.

        Raises:
            StackError: the API refused; says its status.
        """
        user, password = self.login()
        token = requests.post(
            f"{self.url}/auth/token", json={"username": user, "password": password}, timeout=30
        ).json()["access_token"]
        answer = requests.request(
            method,
            f"{self.url}/api/v2{path}",
            headers={"Authorization": f"Bearer {token}"},
            timeout=60,
            **options,
        )
        if not answer.ok:
            raise StackError(f"Airflow answered {answer.status_code} to {method} {path}.")
        return answer.json()

    def first_run(self, dag_id: str, patience: float = 90.0) -> str:
        """Return the DAG's run that the scheduler made by itself, or else trigger one.

        A new DAG is unpaused, so the scheduler makes a run of the newest interval at once.

        Raises:
            StackError: the DAG does not appear in time.
        """
        deadline = time.monotonic() + patience
        grace = None
        while time.monotonic() < deadline:
            runs = self._runs(dag_id)
            if runs:
                return runs[0]["dag_run_id"]
            if runs is not None:
                grace = grace or time.monotonic() + 10
                if time.monotonic() > grace:
                    return self.trigger(dag_id)
            time.sleep(1)
        raise StackError(f"the DAG {dag_id} did not appear; see {self.home / 'airflow.log'}.")

    def trigger(self, dag_id: str, form: dict | None = None) -> str:
        """Start a manual run with a form; returns its run id."""
        body = {"logical_date": None, "conf": form or {}}
        return self.api("POST", f"/dags/{dag_id}/dagRuns", json=body)["dag_run_id"]

    def wait_for(self, dag_id: str, run_id: str, patience: float = 900.0) -> str:
        """Wait for a run's end; returns `success` or `failed`.

        Raises:
            StackError: it did not end in time.
        """
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            state = self.api("GET", f"/dags/{dag_id}/dagRuns/{run_id}")["state"]
            if state in DONE:
                return state
            time.sleep(1)
        raise StackError(f"run {run_id} of {dag_id} did not end in {patience:.0f} s.")

    def _runs(self, dag_id: str) -> list[dict] | None:
        try:
            return self.api("GET", f"/dags/{dag_id}/dagRuns")["dag_runs"]
        except StackError:
            return None

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
