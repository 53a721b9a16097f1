"""A sandbox portal and a project of its own, whose commands are measured one by one."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

PROJECT = Path(__file__).parents[1]
NAME, TOKEN = "bench", "sandbox-token"
_ENVIRONMENT = {**os.environ, "PYTHONPATH": str(PROJECT)}


@dataclass(frozen=True)
class Run:
    """What one command took.

    Attributes:
        seconds: wall time of the whole process.
        cpu: its processor time and that of the processes it started, in seconds.
        memory: the most resident memory that one of them had, in MB.
        calls: calls that the portal counted, by (method, route, status).
        result: the command's JSON.
    """

    seconds: float
    cpu: float
    memory: int
    calls: dict[tuple[str, str, int], int]
    result: dict[str, Any]

    @property
    def total(self) -> int:
        """All calls."""
        return sum(self.calls.values())

    @property
    def searches(self) -> int:
        """Calls under the limit of searches."""
        return sum(n for (_, route, _), n in self.calls.items() if route.endswith("/search"))

    @property
    def refused(self) -> int:
        """Calls that were answered 429."""
        return sum(n for (_, _, status), n in self.calls.items() if status == 429)

    def count(self, ending: str) -> int:
        """Calls of routes that end so."""
        return sum(n for (_, route, _), n in self.calls.items() if route.endswith(ending))


class Sandbox:
    """A running sandbox portal."""

    def __init__(self, process: subprocess.Popen, url: str):
        """Keep the process and its address."""
        self.process, self.url = process, url

    def control(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """Ask the control plane.

        Raises:
            requests.HTTPError: it refused.
        """
        address = f"{self.url}/__sandbox__/{path}"
        answer = requests.request(method, address, json=body, timeout=600)
        answer.raise_for_status()
        return answer.json()

    def counted(self) -> dict[tuple[str, str, int], int]:
        """Return the calls since the last time, and count anew."""
        rows = self.control("GET", "requests")["requests"]
        self.control("DELETE", "requests")
        return {(row["method"], row["route"], row["status"]): row["count"] for row in rows}

    def get(self, path: str, **params: object) -> dict[str, Any]:
        """Ask the portal as an app would."""
        headers = {"Authorization": f"Bearer {TOKEN}"}
        return requests.get(self.url + path, params, headers=headers, timeout=60).json()


@contextmanager
def sandbox(*flags: str) -> Iterator[Sandbox]:
    """Run a sandbox with these flags of `include.sandbox serve`."""
    command = [sys.executable, "-m", "include.sandbox", "serve", "--port", "0", *flags]
    with subprocess.Popen(
        command, cwd=PROJECT, env=_ENVIRONMENT, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None  # noqa: S101
            yield Sandbox(process, process.stdout.readline().split(" at ")[1].split()[0])
        finally:
            process.terminate()


@dataclass(frozen=True)
class Project:
    """A data folder and a registry with one portal.

    Attributes:
        folder: holds both.
        portal_id: the sandbox's.
        associations: what the registry syncs beside tickets; everything where none is named.
    """

    folder: Path
    portal_id: str = "4980000"
    associations: tuple[str, ...] = ()

    @property
    def portal(self) -> Path:
        """The portal's folder."""
        return self.folder / "data/portals" / self.portal_id

    def run(self, portal: Sandbox, command: str, *words: str) -> Run:
        """Run `python -m include <command> --portal … --json` against a portal, and measure it."""
        portal.counted()
        environment = self._environment(portal)
        arguments = [sys.executable, "-m", "include", command, "--portal", NAME, *words, "--json"]
        began = time.monotonic()
        with subprocess.Popen(
            arguments, cwd=PROJECT, env=environment, stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None  # noqa: S101
            said = process.stdout.read()
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - began
        if process.returncode:
            sys.exit(f"python -m include {command} {' '.join(words)} failed")
        cpu, memory = used.ru_utime + used.ru_stime, used.ru_maxrss // 1024
        return Run(seconds, cpu, memory, portal.counted(), json.loads(said))

    def _environment(self, portal: Sandbox) -> dict[str, str]:
        self.folder.mkdir(parents=True, exist_ok=True)
        registry = self.folder / "portals.yaml"
        entry = {"portal_id": self.portal_id, "connection": "bench", "schedule": "0 2 * * *"}
        if self.associations:
            entry["associations"] = list(self.associations)
        registry.write_text(json.dumps({"portals": {NAME: entry}}))
        connection = {"conn_type": "http", "host": portal.url, "password": TOKEN}
        return _ENVIRONMENT | {
            "DATA_DIR": str(self.folder / "data"),
            "PORTALS_FILE": str(registry),
            "AIRFLOW_CONN_BENCH": json.dumps(connection),
        }
