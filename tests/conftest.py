"""Fixtures for all rooms: a real sandbox server, started as its own process."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.project import project_for  # noqa: F401 - a fixture for every room

# Airflow writes into its home at import; never into a developer's.
os.environ.setdefault("AIRFLOW_HOME", tempfile.mkdtemp(prefix="airflow-home-"))

# The same examples in every run, so that a change is judged by what it changed; a search for new
# ones is asked for: HYPOTHESIS_PROFILE=searching.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("searching", deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

ROOT = Path(__file__).parents[1]
READY = re.compile(r"sandbox portal (\d+) at (http://\S+)")


@dataclass
class RunningSandbox:
    """A sandbox that serves until the test ends: base URL, token, portal id (text)."""

    url: str
    token: str
    portal_id: str
    process: subprocess.Popen
    arguments: list[str] = field(default_factory=list)

    def control(self, method: str, path: str, json: Any = None) -> dict[str, Any]:
        """Call the control plane, e.g. `control("POST", "advance", {"until": "2016-04-02"})`.

        Returns the JSON object; raises AssertionError with the sentence of a 400.
        """
        status, _, body = self.call(method, f"/__sandbox__/{path.lstrip('/')}", json)
        assert status == 200, body
        return body

    def call(
        self, method: str, path: str, body: Any = None, *, token: str | None = None
    ) -> tuple[int, dict[str, str], Any]:
        """Call any path as a client would; return status, headers (lower case), parsed body."""
        content = None if body is None else _encoded(body)
        headers = {"Authorization": f"Bearer {self.token if token is None else token}"}
        if content is not None:
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(  # noqa: S310  http on loopback
            self.url + path, data=content, headers=headers, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
                return answer.status, _lower(answer.headers), _decoded(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, _lower(error.headers), _decoded(error.read())

    def get(self, path: str) -> Any:
        """GET a path that must answer 200; return its JSON."""
        status, _, body = self.call("GET", path)
        assert status == 200, body
        return body

    def post(self, path: str, body: Any) -> Any:
        """POST to a path that must answer 200; return its JSON."""
        status, _, answer = self.call("POST", path, body)
        assert status == 200, answer
        return answer

    def stop(self) -> None:
        """Stop the server."""
        self.process.terminate()
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(timeout=15)
        if self.process.stdout:
            self.process.stdout.close()


def _encoded(body: Any) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def _decoded(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return content.decode("utf-8", "replace")


def _lower(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def sandbox_arguments(
    dataset: Path | str | None = None,
    generate: int | None = None,
    seed: int = 1,
    **flags: Any,
) -> list[str]:
    """Return `serve`'s arguments; a flag `index_lag_ms=5` becomes `--index-lag-ms 5`."""
    arguments = ["serve", "--port", str(flags.pop("port", 0))]
    if dataset is not None:
        arguments += ["--dataset", str(dataset)]
    else:
        arguments += ["--generate", str(50 if generate is None else generate), "--seed", str(seed)]
    for name, value in flags.items():
        flag = f"--{name.replace('_', '-')}"
        if value is True:
            arguments.append(flag)
        elif value is not None and value is not False:
            arguments += [flag, str(value)]
    return arguments


def start_sandbox(
    dataset: Path | str | None = None, generate: int | None = None, seed: int = 1, **flags: Any
) -> RunningSandbox:
    """Start a sandbox on a free port; the caller stops it."""
    arguments = sandbox_arguments(dataset, generate, seed, **flags)
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "include.sandbox", *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        assert process.stdout is not None
        ready = READY.match(process.stdout.readline())
        if ready is None:
            process.wait(timeout=15)
            errors.seek(0)
            pytest.fail(f"the sandbox did not start: {errors.read()}")
    token = str(flags.get("token", "sandbox-token"))
    return RunningSandbox(ready[2], token, ready[1], process, arguments)


@pytest.fixture
def sandbox() -> Iterator[Callable[..., RunningSandbox]]:
    """Return a factory of sandboxes: `sandbox(dataset=..., generate=..., seed=..., **flags)`.

    Each is a real server process on a free port, stopped when the test ends.
    """
    running: list[RunningSandbox] = []

    def start(
        dataset: Path | str | None = None,
        generate: int | None = None,
        seed: int = 1,
        **flags: Any,
    ) -> RunningSandbox:
        running.append(start_sandbox(dataset, generate, seed, **flags))
        return running[-1]

    yield start
    for server in running:
        server.stop()


@pytest.fixture(scope="session")
def incident_log() -> Path:
    """Return the folder of the real incident log; skips where INCIDENT_LOG_DIR names none."""
    named = os.environ.get("INCIDENT_LOG_DIR", "")
    if not named:
        pytest.skip("INCIDENT_LOG_DIR is not set: the real incident log lies beside the project")
    folder = Path(named)
    if not (folder / "manifest.json").exists():
        pytest.skip(f"INCIDENT_LOG_DIR names {folder}, where no portal dataset is")
    return folder.resolve()
