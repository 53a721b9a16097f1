"""Two portals: one that is left, one that is moved to."""

from dataclasses import dataclass

import pytest

from include.hubspot.file_transfer import Download, upload
from include.hubspot.session import HubSpotSession
from include.hubspot.writing import WritingSession
from include.migration.files import MigrationFiles
from include.migration.undo import undo
from include.migration.write import write
from tests.conftest import RunningSandbox, start_sandbox
from tests.include.hubspot.sessions import QUICK
from tests.include.migration.end_state import end_state
from tests.include.migration.plans import SOURCE, TARGET, full_plan
from tests.include.migration.portal_state import snapshot


@dataclass
class Portals:
    """Both portals, a file of the source's, a ticket and a contact of the target's."""

    source: RunningSandbox
    target: RunningSandbox
    file_id: str
    existing: str
    contact: str

    def write(self, files: MigrationFiles, plan_hash: str):
        """Write a plan, with sessions of its own."""
        with (
            WritingSession(self.target.url, self.target.token, TARGET, patience=QUICK) as to,
            HubSpotSession(self.source.url, self.source.token, patience=QUICK) as from_,
        ):
            return write(files, plan_hash, to, from_, lambda line: None)

    def undo(self, files: MigrationFiles, plan_hash: str):
        """Take a migration back, with a session of its own."""
        with WritingSession(self.target.url, self.target.token, TARGET, patience=QUICK) as to:
            return undo(files, plan_hash, to, lambda line: None)

    def full_plan(self):
        """A plan with every kind of row."""
        return full_plan(self.existing, self.file_id)


@pytest.fixture(scope="session")
def both():
    # the moment is given, or a portal that is reset an hour later would be another one
    moment = {"limits": "off", "until": "2026-11-01T12:00:00Z"}
    source = start_sandbox(generate=5, seed=3, portal_id=SOURCE, **moment)
    target = start_sandbox(generate=15, seed=4, portal_id=TARGET, **moment)
    with WritingSession(source.url, source.token, SOURCE) as session:
        file_id = upload(session, "/letters", Download("note.txt", b"hello"))
    existing = target.get("/crm/v3/objects/tickets?limit=1")["results"][0]["id"]
    contact = target.get("/crm/v3/objects/contacts?limit=1")["results"][0]["id"]
    yield Portals(source, target, file_id, existing, contact)
    source.stop()
    target.stop()


@pytest.fixture
def portals(both):
    """The two portals; the target as new, no faults."""
    yield both
    for one in (both.source, both.target):
        one.control("DELETE", "faults")
    both.target.control("POST", "reset")


@pytest.fixture(scope="session")
def untouched(both):
    """The target before anything is written."""
    return snapshot(both.target)


@pytest.fixture(scope="session")
def migrated(both, untouched, tmp_path_factory):
    """What an undisturbed migration of the full plan leaves behind."""
    files, seal = both.full_plan().save(tmp_path_factory.mktemp("undisturbed"))
    written = both.write(files, seal.plan_hash)
    assert written.failed == 0, written.failures
    state = end_state(both.target)
    both.target.control("POST", "reset")
    return state
