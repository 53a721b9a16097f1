"""What a failed build says: which nodes, what is served, and whether running again helps."""

import pytest

from include.pipeline.build.dbt_process import failure_sentence
from include.pipeline.registry import Portal

FAILED_TEST = ("test", "assert_a_policy_names_a_calendar", "fail", 2)
FAILED_MODEL = ("model", "tickets", "error", None)
SKIPPED = ("model", "ticket_slas", "skipped", None)


@pytest.fixture
def portal(tmp_path, monkeypatch) -> Portal:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    return Portal("north", "1", "hubspot_north", "0 2 * * *")


def _said(portal: Portal, *nodes: tuple) -> str:
    results = [
        {"unique_id": f"{kind}.project.{name}.1a", "status": status, "failures": failures}
        for kind, name, status, failures in nodes
    ]
    return failure_sentence(portal, {"results": results})


def test_a_failed_test_is_no_accident_that_passes(portal):
    said = _said(portal, FAILED_TEST, SKIPPED)
    assert "in assert_a_policy_names_a_calendar (fail, 2 rows); the marts served are still" in said
    assert "or a policy file, contradicts" in said
    assert "helps only after a change" in said
    assert "rebuild" not in said


def test_an_error_may_be_tried_again_and_then_the_warehouse_made_anew(portal):
    for said in (
        _said(portal, FAILED_MODEL, SKIPPED),
        _said(portal, FAILED_MODEL, FAILED_TEST),
        failure_sentence(portal, None),
    ):
        assert "run again, which is safe; if it fails again, `rebuild --portal north`" in said
        assert "last_build.log" in said


def test_of_many_failures_five_are_named(portal):
    said = _said(portal, *[FAILED_MODEL] * 8)
    assert said.count("tickets (error)") == 5
    assert " and 3 more" in said
