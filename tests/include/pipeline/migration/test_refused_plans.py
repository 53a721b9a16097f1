"""What could not be written is refused when it is planned, before anybody is asked for approval."""

import json
from dataclasses import replace

import pytest

from include.hubspot import usage
from include.hubspot.usage import Usage
from include.migration.choices import PlanChoices
from include.migration.errors import PreflightRefused, WrongPortal
from include.migration.plan_file import open_plan
from include.pipeline.connections import Connection
from include.pipeline.errors import BadRequest
from include.pipeline.migration import migrate, source_checks
from include.pipeline.migration.migrate import Move
from include.pipeline.migration.reconcile import reconcile
from include.pipeline.registry import find_portal
from include.warehouse.connection import open_warehouse
from tests.conftest import start_sandbox
from tests.include.migration.plans import SOURCE, TARGET, small_plan

SKIPPED = '{"associations": ["contacts", "notes"], "skipped": {"emails": "why", "files": "why"}}'
CAUGHT_UP = '{"associations": ["contacts", "notes", "emails"]}'
SCOPES = "tickets,crm.objects.contacts.read,crm.objects.companies.read,crm.objects.owners.read"


@pytest.fixture(scope="module")
def servers():
    """The source, and a target whose token may write tickets alone."""
    left = start_sandbox(generate=1, seed=1, limits="off", portal_id=SOURCE)
    joined = start_sandbox(generate=1, seed=2, limits="off", portal_id=TARGET, scopes=SCOPES)
    yield left, joined
    left.stop()
    joined.stop()


@pytest.fixture
def move(tmp_path, monkeypatch, servers):
    """Both portals; a plan of `small_plan` was built."""
    entry = {"connection": "none", "schedule": "0 2 * * *"}
    portals = {"old": {"portal_id": SOURCE} | entry, "new": {"portal_id": TARGET} | entry}
    (tmp_path / "portals.yaml").write_text(json.dumps({"portals": portals}))
    monkeypatch.setenv("PORTALS_FILE", str(tmp_path / "portals.yaml"))
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    small_plan().save(tmp_path / "data")
    left, joined = (Connection(one.url, one.token) for one in servers)
    return Move(find_portal("old"), find_portal("new"), left, joined)


def test_a_missing_scope_is_refused_when_the_plan_is_sealed(move):
    with pytest.raises(PreflightRefused, match=r"crm\.objects\.contacts\.write.*nothing was"):
        migrate.seal_writable(move, PlanChoices())


def test_too_few_calls_of_today_are_refused_when_the_plan_is_sealed(move, monkeypatch):
    monkeypatch.setattr(usage, "daily_calls", lambda session: Usage(249_995, 250_000))
    with pytest.raises(PreflightRefused, match=r"has 5 left today: nothing was.*midnight"):
        migrate.seal_writable(move, PlanChoices())


def test_a_token_of_another_portal_is_refused_before_the_target_is_asked(move):
    swapped = Move(move.source, move.target, move.to, move.from_)
    with pytest.raises(WrongPortal, match=f"portal {SOURCE} belongs to portal {TARGET}"):
        migrate.plan(swapped, PlanChoices())


def test_a_target_that_may_not_be_read_is_refused_before_it_is_asked(move):
    with pytest.raises(PreflightRefused, match=r"crm\.objects\.deals\.read"):
        migrate.plan(move, PlanChoices())


def synced(move, *choices, portal=None):
    """Leave behind what the loads of some syncs of a portal, the source if none is named, leave."""
    with open_warehouse((portal or move.source).files.ensure().warehouse) as connection:
        connection.execute(
            "create schema if not exists raw; create or replace table raw.loads "
            "(is_whole boolean, mode varchar, choices varchar)"
        )
        for one in choices:
            connection.execute("insert into raw.loads values (true, 'incremental', ?)", [one])


def test_what_the_source_may_not_give_is_refused_until_it_was_read_or_left_out(move):
    synced(move, SKIPPED)
    with pytest.raises(BadRequest, match=r"may not read emails, so .*`sync --portal old`.*leave"):
        migrate.plan(move, PlanChoices())
    source_checks.require_whole(replace(move.source, associations=("contacts", "notes")))
    synced(move, SKIPPED, CAUGHT_UP)
    source_checks.require_whole(move.source)


def test_files_that_the_source_may_not_give_are_not_taken_for_gone(move):
    synced(move, SKIPPED)
    small_plan().save(move.target.files.root.parents[1])
    with open_plan(move.files.plan) as (plan, _):
        source_checks.require_files(move.source, plan)
    rows = small_plan().add("plan_files", "9", "k", "a.txt", "PRIVATE", None, "list")
    rows.save(move.target.files.root.parents[1])
    with (
        open_plan(move.files.plan) as (plan, _),
        pytest.raises(BadRequest, match="may not read files, so 1 attachments would not be"),
    ):
        source_checks.require_files(move.source, plan)
    synced(move, SKIPPED, CAUGHT_UP)
    with open_plan(move.files.plan) as (plan, _):
        source_checks.require_files(move.source, plan)


def test_attachments_are_not_compared_where_one_side_may_not_read_files(move):
    synced(move, CAUGHT_UP)
    synced(move, SKIPPED, portal=move.target)
    with pytest.raises(
        BadRequest, match=rf"portal {TARGET} may not .*compared.*`sync --portal new`"
    ):
        reconcile(move)
    synced(move, SKIPPED)
    synced(move, CAUGHT_UP, portal=move.target)
    with pytest.raises(BadRequest, match=rf"portal {SOURCE} may not .*`sync --portal old`, then"):
        reconcile(move)
    synced(move, SKIPPED, CAUGHT_UP)
    source_checks.require_files_of_both(move.source, move.target)
