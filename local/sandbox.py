"""The sandbox portal of the demo, as a process of its own."""

import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import requests

from local import processes
from local.airflow import PROJECT
from local.processes import StackError

TOKEN = "sandbox-token"  # noqa: S105 - the sandbox's documented default, no secret


@dataclass
class LocalSandbox:
    """A sandbox portal on this machine.

    Attributes:
        folder: where its log and pid file lie.
        port: where it answers.
        options: further options of `python -m include.sandbox serve`.
    """

    folder: Path
    port: int = 8089
    options: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """Return the address that stands for HubSpot's."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def connection(self) -> str:
        """Return the connection to it, as `AIRFLOW_CONN_…` holds one."""
        return json.dumps({"conn_type": "http", "host": self.url, "password": TOKEN})

    def require_port(self) -> None:
        """Refuse a port that something else listens on, and another one than it runs on.

        Raises:
            StackError: names the variable that chooses another port.
        """
        if processes.is_running("sandbox", self.folder):
            processes.require_same_port("sandbox", self.folder, self.port, "SANDBOX_PORT")
        else:
            processes.require_free(self.port, "SANDBOX_PORT")

    def start(self, patience: float = 60.0) -> None:
        """Start it, or use the one that runs already.

        Raises:
            StackError: the port is taken, or it does not answer in time.
        """
        self.require_port()
        if not processes.is_running("sandbox", self.folder):
            command = [sys.executable, "-m", "include.sandbox", "serve", "--port", str(self.port)]
            environment = {"PYTHONPATH": str(PROJECT)}
            command = [*command, *self.options]
            processes.start("sandbox", command, environment, self.folder, self.port)
        deadline = time.monotonic() + patience
        while not self._answers():
            gone = not processes.is_running("sandbox", self.folder)
            if gone or time.monotonic() > deadline:
                raise StackError(f"the sandbox did not start; see {self.folder / 'sandbox.log'}.")
            time.sleep(0.2)

    def stop(self) -> bool:
        """Stop it; returns whether it ran."""
        return processes.stop("sandbox", self.folder)

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/__sandbox__/health", timeout=5).ok
        except requests.RequestException:
            return False
