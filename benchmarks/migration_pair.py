"""Two running portals, one moved into the other by the commands that a user has."""

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

from benchmarks.migration_source import merged_pairs, write_source
from benchmarks.migration_target import FALLBACK, write_maps, write_target
from benchmarks.rig import PROJECT, TOKEN, Sandbox, sandbox

SOURCE, TARGET = "4990001", "4990002"
BETWEEN = ("--from", "old", "--to", "new")
WITHOUT_LIMITS = ("--limits", "off")


@dataclass(frozen=True)
class Step:
    """What one command did and took.

    Attributes:
        result: its JSON.
        code: its exit code.
        said: what it told people.
        seconds: wall time of the whole process.
        cpu: its processor time and that of the processes it started, in seconds.
        memory: the most resident memory that one of them had, in MB.
        calls: calls that both portals counted.
        written_at_source: those that changed the portal that is left: none, or something is wrong.
    """

    result: dict[str, Any]
    code: int
    said: str
    seconds: float
    cpu: float
    memory: int
    calls: int
    written_at_source: int


@dataclass(frozen=True)
class Pair:
    """Two portals and a project that knows both.

    Attributes:
        folder: holds data, registry, policies.
        source: the portal that is left.
        target: the portal that is moved to.
    """

    folder: Path
    source: Sandbox
    target: Sandbox

    @property
    def migration(self) -> Path:
        """Where the migration's files lie."""
        return self.folder / "data/portals" / TARGET / "migrations" / SOURCE

    @property
    def variables(self) -> dict[str, str]:
        """Settings and connections of the project."""
        return {
            "PYTHONPATH": str(PROJECT),
            "DATA_DIR": str(self.folder / "data"),
            "PORTALS_FILE": str(self.folder / "portals.yaml"),
            "AIRFLOW_CONN_OLD": _connection(self.source),
            "AIRFLOW_CONN_NEW": _connection(self.target),
        }

    def run(self, *words: str) -> Step:
        """Run `python -m include <words> --json`, whatever it returns, and measure it."""
        for portal in (self.source, self.target):
            portal.counted()
        command = [sys.executable, "-m", "include", *words, "--json"]
        with (self.folder / "said.log").open("w+", encoding="utf-8") as errors:
            began = time.monotonic()
            with subprocess.Popen(
                command, cwd=PROJECT, env=os.environ | self.variables,
                stdout=subprocess.PIPE, stderr=errors,
            ) as process:  # fmt: skip
                assert process.stdout is not None  # noqa: S101
                printed = process.stdout.read()
                _, status, used = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
            seconds = time.monotonic() - began
            errors.seek(0)
            said = errors.read()
        asked, told = self.source.counted(), self.target.counted()
        return Step(
            json.loads(printed) if printed.strip() else {},
            process.returncode,
            said,
            seconds,
            used.ru_utime + used.ru_stime,
            used.ru_maxrss // 1024,
            sum(asked.values()) + sum(told.values()),
            sum(n for (method, route, _), n in asked.items() if _writes(method, route)),
        )

    def sync(self, name: str) -> Step:
        """Read a portal into its warehouse and its marts."""
        return _good(self.run("sync", "--portal", name))

    def plan(self, *words: str) -> Step:
        """Plan with the fallback owner that the map counts on."""
        return _good(self.run("migrate", "plan", *BETWEEN, "--fallback-owner", FALLBACK, *words))

    def write(self, plan_hash: str) -> Step:
        """Write an approved plan."""
        return _good(self.run("migrate", "write", *BETWEEN, "--plan", plan_hash))

    def undo(self, plan_hash: str) -> Step:
        """Take a migration back."""
        return _good(self.run("migrate", "undo", *BETWEEN, "--plan", plan_hash))

    def reconcile(self) -> Step:
        """Read the target again and compare; its exit code is the verdict."""
        step = self.run("migrate", "reconcile", *BETWEEN)
        return step if step.result else _good(step)


@contextmanager
def pair(
    folder: Path, tickets: int, at_source: tuple[str, ...] = WITHOUT_LIMITS,
    at_target: tuple[str, ...] = WITHOUT_LIMITS,
) -> Iterator[Pair]:  # fmt: skip
    """Run two portals of so many tickets, in which some were merged.

    Args:
        folder: an existing one, for datasets and data.
        tickets: of the source.
        at_source: flags of the source's `include.sandbox serve`.
        at_target: flags of the target's.
    """
    write_source(folder / "source", SOURCE, tickets)
    write_target(folder / "target", TARGET, tickets)
    write_maps(folder / "policies")
    entries = {
        name: {"portal_id": portal_id, "connection": name, "schedule": "0 2 * * *"}
        for name, portal_id in (("old", SOURCE), ("new", TARGET))
    }
    entries["new"]["policies"] = str(folder / "policies")
    (folder / "portals.yaml").write_text(json.dumps({"portals": entries}), encoding="utf-8")
    with (
        sandbox("--dataset", str(folder / "source"), *at_source) as source,
        sandbox("--dataset", str(folder / "target"), *at_target) as target,
    ):
        for winner, loser in merged_pairs(tickets):
            body = {"primaryObjectId": str(winner), "objectIdToMerge": str(loser)}
            post(source, "/crm/v3/objects/tickets/merge", body)
        yield Pair(folder, source, target)


def post(portal: Sandbox, path: str, body: object) -> dict[str, Any]:
    """Write as an app would.

    Raises:
        requests.HTTPError: it was refused.
    """
    return call(portal, "POST", path, body)


def call(portal: Sandbox, method: str, path: str, body: object = None) -> dict[str, Any]:
    """Call a portal as an app would; `{}` for an answer without a body.

    Raises:
        requests.HTTPError: it was refused.
    """
    headers = {"Authorization": f"Bearer {TOKEN}"}
    answer = requests.request(method, portal.url + path, json=body, headers=headers, timeout=120)
    answer.raise_for_status()
    return answer.json() if answer.content else {}


def _writes(method: str, route: str) -> bool:
    return method != "GET" and not route.endswith(("/search", "/batch/read"))


def _connection(portal: Sandbox) -> str:
    return json.dumps({"conn_type": "http", "host": portal.url, "password": TOKEN})


def _good(step: Step) -> Step:
    if step.code:
        raise RuntimeError(f"a command failed: {step.said.strip().splitlines()[-1:]}")
    return step
