"""Airflow's REST API, asked as the user that its first start made."""

import json
import time
from dataclasses import dataclass
from pathlib import Path

import requests

from local.processes import StackError

DONE = ("success", "failed")


@dataclass
class AirflowApi:
    """The API of an Airflow on this machine.

    Attributes:
        home: AIRFLOW_HOME; everything that Airflow writes.
        port: where its pages and API answer.
    """

    home: Path
    port: int = 8080

    @property
    def url(self) -> str:
        """Return the address of the pages and of the API."""
        return f"http://127.0.0.1:{self.port}"

    def login(self) -> tuple[str, str]:
        """Return user and password that the simple auth manager made on its first start."""
        passwords = self.home / "simple_auth_manager_passwords.json.generated"
        return next(iter(json.loads(passwords.read_text()).items()))

    def api(self, method: str, path: str, **options: object) -> dict:
        """Call the REST API as the generated user.

        Raises:
            StackError: the API refused, or answered nothing that makes sense; says what.
        """
        try:
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
        # No password file yet, no connection or one that broke, no JSON, no token in it.
        except (OSError, ValueError, KeyError, StopIteration) as error:
            raise StackError(
                f"Airflow at {self.url} did not answer {method} {path} ({type(error).__name__}); "
                f"see {self.home / 'airflow.log'}; running again is safe."
            ) from error

    def first_run(self, dag_id: str, patience: float = 90.0) -> str:
        """Return the DAG's run that the scheduler made by itself, or else trigger one.

        A new DAG is unpaused, so the scheduler makes a run of the newest interval at once. One that
        has failed is not what is waited for: another is triggered.

        Raises:
            StackError: the DAG does not appear in time.
        """
        deadline = time.monotonic() + patience
        grace = None
        while time.monotonic() < deadline:
            runs = self._newest_run(dag_id)
            if runs:
                [newest] = runs
                has_failed = newest["state"] == "failed"
                return self.trigger(dag_id) if has_failed else newest["dag_run_id"]
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

        A busy Airflow may leave a question without an answer: it is asked again.

        Raises:
            StackError: it did not end in time, or was not told of.
        """
        deadline = time.monotonic() + patience
        while True:
            why = StackError(f"run {run_id} of {dag_id} did not end in {patience:.0f} s.")
            try:
                state = self.api("GET", f"/dags/{dag_id}/dagRuns/{run_id}").get("state")
                if state in DONE:
                    return state
            except StackError as error:
                why = error
            if time.monotonic() > deadline:
                raise why
            time.sleep(1)

    def _newest_run(self, dag_id: str) -> list[dict] | None:
        """The newest run, none, or None while Airflow does not know the DAG."""
        try:
            return self.api("GET", f"/dags/{dag_id}/dagRuns?order_by=-id&limit=1")["dag_runs"]
        except StackError:
            return None
