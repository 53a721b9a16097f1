"""Reads of one portal in this process, each project of its own, cut off where a test says so."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from unittest.mock import patch

from include.hubspot.limits import Permit
from include.hubspot.transport import Transport
from include.hubspot.window import Place
from include.pipeline.connections import Connection
from include.pipeline.extract.run import extract
from include.pipeline.registry import Portal
from include.pipeline.requests import RunRequest
from include.pipeline.sweep.run import sweep
from include.warehouse.files import PortalFiles
from include.warehouse.journal import Journal
from include.warehouse.load import load_pending
from tests.faults.raw_tables import raw_tables

INCREMENTAL = RunRequest()


class CutOff(KeyboardInterrupt):
    """The process ends here: what it leaves is what a kill leaves."""


class Unlimited:
    """No limit: for portals with `limits=off`, whose headers would still hold many reads up."""

    def __init__(self, windows: object) -> None:
        del windows

    def acquire(self, limit: str) -> Permit:
        return Permit(limit, Place(0.0, 0, 0), 0.0)

    def release(self, permit: Permit, headers: object) -> None:
        """Nothing was taken."""

    def refused(self, limit: str, seconds: float) -> None:
        """The session waits by itself."""


@dataclass
class Night:
    """A project of its own: what it reads, loads and says."""

    folder: Path
    portal: Portal
    connection: Connection
    said: list[str] = field(default_factory=list)

    def read(self, request: RunRequest = INCREMENTAL):
        with self._at_home():
            self.portal.files.ensure()
            if request.mode == "sweep":
                return sweep(self.portal, self.connection, self.said.append)
            return extract(self.portal, self.connection, request, self.said.append)

    def load(self) -> dict[str, list[tuple]]:
        """Load what landed; returns what the warehouse holds then."""
        with self._at_home():
            load_pending(self.portal.files)
            return raw_tables(self.portal.files.warehouse)

    @property
    def portal_files(self) -> PortalFiles:
        return PortalFiles(self.folder, self.portal.portal_id)

    @property
    def landing(self) -> Path:
        return self.folder / "portals" / self.portal.portal_id / "landing"

    @property
    def journals(self) -> list[Path]:
        return sorted(self.landing.glob("*/answers"))

    @property
    def manifests(self) -> list[Path]:
        return sorted(self.landing.glob("*/manifest.json"))

    @contextmanager
    def _at_home(self) -> Iterator[None]:
        with (
            patch.dict(os.environ, DATA_DIR=str(self.folder)),
            patch("include.pipeline.reading.reading.ThreadLimiter", Unlimited),
        ):
            yield


def night_of(sandbox, folder: Path) -> Night:
    """Make a project for a sandbox; its data lies in `folder`."""
    portal = Portal("test", str(sandbox.portal_id), "hubspot_test", "0 2 * * *")
    return Night(folder, portal, Connection(sandbox.url, sandbox.token))


@contextmanager
def cut_off_after(answers: int) -> Iterator[None]:
    """Let a read keep so many answers, and end it like a kill at the next one.

    What is in flight then was sent and is lost; a dead process sends nothing more, though this
    one's workers would still take a call or two from their queue before they are stopped.
    """
    numbers = count(1)
    dead = threading.Event()
    keep, exchange = Journal.keep, Transport.exchange

    def keep_or_die(journal: Journal, key: bytes, content: bytes) -> None:
        if next(numbers) > answers:
            dead.set()
            raise CutOff
        keep(journal, key, content)

    def exchange_or_die(transport: Transport, *call: object) -> object:
        if dead.is_set():
            raise CutOff
        return exchange(transport, *call)

    with (
        patch.object(Journal, "keep", keep_or_die),
        patch.object(Transport, "exchange", exchange_or_die),
    ):
        yield


def tear(journal: Path, lost: int) -> None:
    """Cut bytes off the end of a journal, as a lost power does; the beginning stays."""
    size = journal.stat().st_size
    with journal.open("r+b") as file:
        file.truncate(max(0, size - lost))
