"""The two connectors: how each is installed, configured, run, and what its output says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.peer_truth import Destination
from benchmarks.rig import TOKEN, Sandbox

HERE = Path(__file__).parent
STREAMS = ("tickets", "ticket_pipelines", "owners")
HOUR = 3_600.0
SINCE = "2006-06-01T00:00:00Z"


@dataclass
class Run:
    """What one run of a connector cost and brought.

    Attributes:
        seconds: wall time, its own discovery included.
        cpu: processor time in seconds.
        memory: the most resident memory, in MB.
        calls: calls that the portal counted, by (method, route, status).
        rows: how often each ticket was delivered.
        states: how often it said from where it could go on.
        failed: empty, or why it did not end well.
    """

    seconds: float = 0.0
    cpu: float = 0.0
    memory: int = 0
    calls: dict[tuple[str, str, int], int] = field(default_factory=dict)
    rows: Counter[str] = field(default_factory=Counter)
    states: int = 0
    failed: str = ""

    @property
    def repeated(self) -> int:
        """Rows beyond the first of a ticket."""
        return self.rows.total() - len(self.rows)


@dataclass
class Peer(ABC):
    """A connector in an environment of its own under `folder`."""

    package: str
    version: str
    program: str
    folder: Path
    patience: float  # seconds after which an increment is ended
    held: Destination = field(default_factory=Destination)
    state: Any = None
    catalog: Any = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """What a report calls it."""
        return f"{self.package} {self.version}"

    @property
    def environment(self) -> Path:
        """Return its virtual environment."""
        return self.folder / self.package

    def install(self) -> None:
        """Install it from the package index by name, once for a folder."""
        if (self.environment / "bin" / self.program).exists():
            return
        subprocess.run([sys.executable, "-m", "venv", str(self.environment)], check=True)
        pip = str(self.environment / "bin" / "pip")
        wanted = f"{self.package}=={self.version}"
        subprocess.run([pip, "install", "--quiet", wanted], check=True)

    def load(self, portal: Sandbox) -> Run:
        """Learn what there is, as its platform does before a sync, then read on."""
        portal.counted()
        run = Run()
        self.discover(portal.url, run)
        if not run.failed:
            self.read(portal.url, run)
        run.calls = portal.counted()
        return run

    @abstractmethod
    def discover(self, host: str, run: Run) -> None:
        """Choose the streams of tickets, with all their properties."""

    @abstractmethod
    def read(self, host: str, run: Run) -> None:
        """Read the streams, from the state on when there is one."""

    def call(self, host: str, run: Run, *arguments: str) -> Path:
        """Run its program; what it printed goes to a file, which may be large."""
        printed, said = (self.folder / f"{self.package}.{end}" for end in ("out", "err"))
        command = [str(self.environment / "bin" / self.program), *arguments]
        settings = os.environ | {"PYTHONPATH": str(HERE / "peer_host"), "PEER_HOST": host}
        begun = time.monotonic()
        with printed.open("wb") as out, said.open("wb") as err:
            process = subprocess.Popen(command, stdout=out, stderr=err, env=settings)
            # A first load may take its time; only an increment that goes round in circles may not.
            patience = self.patience if self.state else HOUR
            ending = threading.Timer(patience, process.kill)
            ending.start()
            _, status, used = os.wait4(process.pid, 0)
        ending.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        lasted = time.monotonic() - begun
        run.seconds += lasted
        run.cpu += used.ru_utime + used.ru_stime
        run.memory = max(run.memory, used.ru_maxrss // 1024)
        if process.returncode == -9 and lasted >= patience:
            run.failed = f"not at an end after {patience:.0f} s, and was ended"
        elif process.returncode:
            words = said.read_text(errors="replace").strip().splitlines()[-1:]
            run.failed = f"exit code {process.returncode}: {''.join(words)[:300]}"
        return printed

    def file(self, name: str, content: Any) -> str:
        """Write one of its input files."""
        path = self.folder / f"{self.package}.{name}.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        return str(path)

    def take(self, run: Run, row: dict[str, Any], contacts: set[str]) -> None:
        """Put a ticket that was delivered into the destination."""
        ticket_id = str(row["id"])
        run.rows[ticket_id] += 1
        archived = bool(row.get("archived"))
        self.held.put(ticket_id, row["properties"], contacts, archived=archived)


class Airbyte(Peer):
    """airbyte-source-hubspot."""

    def config(self) -> str:
        """Write its configuration."""
        credentials = {"credentials_title": "Private App Credentials", "access_token": TOKEN}
        return self.file("config", {"start_date": SINCE, "credentials": credentials})

    def discover(self, host: str, run: Run) -> None:
        """Choose the streams of tickets: incremental where it can be."""
        printed = self.call(host, run, "discover", "--config", self.config())
        if run.failed:
            return
        found = [m["catalog"] for m in _lines(printed) if m.get("type") == "CATALOG"]
        chosen = [s for s in found[-1]["streams"] if s["name"] in STREAMS]
        self.catalog = {"streams": [_configured(stream) for stream in chosen]}

    def read(self, host: str, run: Run) -> None:
        """Read its streams, from the state on when there is one."""
        arguments = ["read", "--config", self.config(),
                     "--catalog", self.file("catalog", self.catalog)]  # fmt: skip
        if self.state:
            arguments += ["--state", self.file("state", list(self.state.values()))]
        states: dict[str, Any] = dict(self.state or {})
        for message in _lines(self.call(host, run, *arguments)):
            if message.get("type") == "RECORD" and message["record"]["stream"] == "tickets":
                row = message["record"]["data"]
                self.take(run, row, {str(one) for one in row.get("contacts") or ()})
            elif message.get("type") == "STATE":
                run.states += 1
                stream = message["state"]["stream"]["stream_descriptor"]["name"]
                states[stream] = message["state"]
        self.state = states


class Stitch(Peer):
    """tap-hubspot, which Stitch runs."""

    def config(self) -> str:
        """Write its configuration."""
        secrets = dict.fromkeys(("redirect_uri", "client_id", "client_secret", "refresh_token"),
                                "sandbox")  # fmt: skip
        return self.file("config", {"start_date": SINCE, **secrets})

    def discover(self, host: str, run: Run) -> None:
        """Choose the streams of tickets, with all their fields."""
        printed = self.call(host, run, "--config", self.config(), "--discover")
        if run.failed:
            return
        self.catalog = json.loads(printed.read_text(encoding="utf-8"))
        for stream in self.catalog["streams"]:
            if stream["tap_stream_id"] in STREAMS:
                for entry in stream["metadata"]:
                    entry["metadata"]["selected"] = True

    def read(self, host: str, run: Run) -> None:
        """Read its streams, from the state on when there is one."""
        arguments = ["--config", self.config(), "--properties", self.file("catalog", self.catalog)]
        if self.state:
            arguments += ["--state", self.file("state", self.state)]
        for message in _lines(self.call(host, run, *arguments)):
            if message.get("type") == "RECORD" and message["stream"] == "tickets":
                row = message["record"]
                linked = row.get("associations", {}).get("contacts", {}).get("results", ())
                self.take(run, row, {str(one["id"]) for one in linked})
            elif message.get("type") == "STATE":
                run.states += 1
                self.state = message["value"]


def _configured(stream: dict[str, Any]) -> dict[str, Any]:
    incremental = "incremental" in stream["supported_sync_modes"]
    return {
        "stream": stream,
        "sync_mode": "incremental" if incremental else "full_refresh",
        "destination_sync_mode": "append",
    }


def _lines(path: Path) -> Iterable[dict[str, Any]]:
    """Yield what was printed; the last line of a run that was ended may be cut off."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.startswith("{") and line.endswith("\n"):
                yield json.loads(line)
