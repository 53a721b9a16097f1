"""What must not be written is refused before the first write, with what to do."""

import pytest

from include.hubspot import usage
from include.hubspot.errors import InvalidAuthentication
from include.hubspot.session import HubSpotSession
from include.hubspot.usage import Usage
from include.hubspot.writing import WritingSession
from include.migration import preflight, preflight_scopes
from include.migration.errors import PlanChanged, PreflightRefused, WrongPortal
from include.migration.plan_file import open_plan
from include.migration.write import write
from tests.conftest import start_sandbox
from tests.include.hubspot.sessions import QUICK, open_session
from tests.include.migration.plans import SOURCE, TARGET, PlanRows, key, small_plan
from tests.include.migration.portal_state import snapshot


def writes_of(portal):
    """Requests that changed the portal, probes of nothing left out."""
    return [
        one
        for one in portal.control("GET", "requests")["requests"]
        if one["method"] != "GET"
        and one["status"] < 300
        and not one["route"].endswith(("/batch/read", "/batch/upsert", "/batch/create"))
    ]


@pytest.fixture
def refused(portals, untouched):
    """Write a plan that must be refused; nothing may have changed."""

    def run(files, plan_hash, error, match, to=None, from_=None):
        portals.target.control("DELETE", "requests")
        with (
            WritingSession(portals.target.url, portals.target.token, TARGET, patience=QUICK) as own,
            open_session(portals.source) as source,
            pytest.raises(error, match=match),
        ):
            write(files, plan_hash, to or own, from_ or source, lambda line: None)
        assert writes_of(portals.target) == []
        # whatever the probes of scopes sent: nothing is there that was not before
        assert snapshot(portals.target) == untouched

    return run


def test_another_plan_than_the_approved_one_is_refused(tmp_path, refused):
    files, _ = small_plan().save(tmp_path)
    refused(files, "f" * 16, PlanChanged, "approve its hash")


def test_a_token_of_another_portal_is_refused_on_either_side(tmp_path, portals, refused):
    files, seal = small_plan().save(tmp_path)
    source, target = portals.source, portals.target
    with WritingSession(source.url, source.token, TARGET, patience=QUICK) as wrong:
        refused(files, seal.plan_hash, WrongPortal, f"belongs to portal {SOURCE}", to=wrong)
    with open_session(target) as wrong:
        refused(files, seal.plan_hash, WrongPortal, f"belongs to portal {TARGET}", from_=wrong)
    with HubSpotSession(source.url, "wrong", patience=QUICK) as wrong:
        said = f"portal {SOURCE}: HubSpot does not accept the token"
        refused(files, seal.plan_hash, InvalidAuthentication, said, from_=wrong)


def test_a_session_of_a_third_portal_is_refused(tmp_path, portals, refused):
    files, seal = small_plan().save(tmp_path)
    with WritingSession(portals.target.url, portals.target.token, "77", patience=QUICK) as third:
        refused(files, seal.plan_hash, PlanChanged, "not to portal 77", to=third)


def test_a_portal_is_not_migrated_into_itself(portals):
    with (
        WritingSession(portals.target.url, portals.target.token, TARGET) as to,
        pytest.raises(PreflightRefused, match="both source and target"),
    ):
        preflight.check_portals(to, TARGET, to)


def test_more_calls_than_are_left_today_are_refused(tmp_path, portals):
    files, found = small_plan().save(tmp_path)
    with (
        open_plan(files.plan) as (plan, seal),
        WritingSession(portals.target.url, portals.target.token, TARGET) as to,
    ):
        with pytest.raises(PreflightRefused, match="has 5 left today"):
            preflight.check_target(to, plan, seal, calls_left=5)
        preflight.check_target(to, plan, seal, calls_left=found.calls)
        preflight.check_target(to, plan, seal, calls_left=5, share_left=0.05)


def test_a_day_with_too_few_calls_left_is_refused_before_any_write(tmp_path, refused, monkeypatch):
    files, seal = small_plan().save(tmp_path)
    monkeypatch.setattr(usage, "daily_calls", lambda session: Usage(249_995, 250_000))
    refused(files, seal.plan_hash, PreflightRefused, r"has 5 left today.*run again after midnight")


def test_more_pipelines_or_unique_properties_than_fit_are_refused(tmp_path, portals, refused):
    plan = PlanRows()
    for number in range(14):
        plan.add("plan_pipelines", f"8{number}", f"P{number}", number, None, "create")
        plan.add("plan_stages", f"8{number}", "1", "S", 0, "OPEN", None, "create")
    files, seal = plan.save(tmp_path)
    refused(files, seal.plan_hash, PreflightRefused, "ticket pipelines")
    plan = PlanRows()
    for number in range(10):
        plan.property(f"key_{number}", hasUniqueValue=True)
    files, seal = plan.save(tmp_path)
    refused(files, seal.plan_hash, PreflightRefused, "unique properties of tickets")


SCOPES = "tickets,crm.objects.contacts.read,crm.objects.companies.read,crm.objects.owners.read"


@pytest.fixture(scope="module")
def narrow():
    """The target with a token that may write tickets and read some of the rest."""
    server = start_sandbox(generate=2, seed=1, limits="off", portal_id=TARGET, scopes=SCOPES)
    yield server
    server.stop()


def test_every_missing_scope_is_named_before_anything_is_written(tmp_path, narrow):
    plan = small_plan().note("803", "1", "an e-mail", object_type="emails")
    plan.add("plan_files", "9", key(9, "files"), "a.txt", "PRIVATE", 5, "create")
    files, _ = plan.save(tmp_path)
    with (
        open_plan(files.plan) as (plan, seal),
        WritingSession(narrow.url, narrow.token, TARGET, patience=QUICK) as to,
        pytest.raises(PreflightRefused) as refused,
    ):
        preflight.check_target(to, plan, seal, calls_left=None)
    named = str(refused.value).partition(" lacks ")[2].partition(":")[0].split(", ")
    missing = {"crm.objects.contacts.write", "crm.objects.companies.write", "files"}
    assert missing <= set(named)
    assert "tickets" not in named
    assert writes_of(narrow) == []


def test_a_target_that_may_not_be_read_is_refused_before_it_is_asked(narrow):
    narrow.control("DELETE", "requests")
    with (
        WritingSession(narrow.url, narrow.token, TARGET, patience=QUICK) as to,
        pytest.raises(PreflightRefused, match=r"lacks .*crm\.objects\.deals\.read"),
    ):
        preflight_scopes.require_reading(to)
    assert writes_of(narrow) == []


def test_a_source_that_may_not_give_its_files_is_refused(tmp_path, portals):
    files, seal = portals.full_plan().save(tmp_path)
    server = start_sandbox(generate=1, seed=3, limits="off", portal_id=SOURCE, scopes="tickets")
    try:
        with (
            open_plan(files.plan) as (plan, seal),
            open_session(server) as source,
            WritingSession(portals.target.url, portals.target.token, TARGET) as to,
            pytest.raises(PreflightRefused, match=f"portal {SOURCE} lacks files: nothing was"),
        ):
            preflight.check(source, to, plan, seal)
    finally:
        server.stop()
