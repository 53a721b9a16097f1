"""One small portal, built once and copied for each test that spoils it."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from include.expectations.audit import audit
from include.expectations.report import AuditReport
from tests.include.expectations.small_portal import PORTAL_ID, RUN_ID, build_marts, build_raw


@dataclass(frozen=True)
class Night:
    """The files of one night, where the pipeline would put them."""

    folder: Path

    @property
    def raw(self) -> Path:
        return self.folder / "warehouse.duckdb"

    @property
    def staged(self) -> Path:
        return self.folder / "published" / "staged.duckdb"

    @property
    def served(self) -> Path:
        return self.folder / "published" / "tickets.duckdb"

    @property
    def reports(self) -> Path:
        return self.folder / "reports"

    def audit(self, run_id: str = RUN_ID) -> AuditReport:
        return audit(
            self.raw, self.staged, portal_id=PORTAL_ID, run_id=run_id, reports=self.reports
        )


@pytest.fixture(scope="session")
def sound_night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    night = Night(tmp_path_factory.mktemp("portal"))
    night.served.parent.mkdir()
    build_raw(night.raw)
    build_marts(night.staged)
    build_marts(night.served, version=1)
    return night


@pytest.fixture
def night(sound_night: Night, tmp_path: Path) -> Night:
    """Return a copy of the sound night that the test may spoil."""
    shutil.copytree(sound_night.folder, tmp_path / "portal")
    return Night(tmp_path / "portal")


@pytest.fixture
def failed() -> Callable[[AuditReport], set[str]]:
    """Return the names of what failed in a report, warnings too."""
    return lambda report: {result.expectation for result in report.results if not result.success}
