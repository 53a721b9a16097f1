"""The DAGs of a migration: nothing is written without a person, who names the portal."""

import pytest
from airflow.dag_processing.dagbag import DagBag

from dags.migrate_request import choices_of, complete, faithful, require_named
from include.migration.choices import PlanChoices
from include.pipeline.errors import BadRequest, NotFaithful
from include.pipeline.settings import PROJECT_ROOT

REGISTRY = """
portals:
  north: {portal_id: 1, connection: hubspot_north, schedule: "0 2 * * *"}
  south: {portal_id: 2, connection: hubspot_south, schedule: "30 3 * * *"}
"""


@pytest.fixture(scope="module")
def bag(tmp_path_factory):
    registry = tmp_path_factory.mktemp("registry") / "portals.yaml"
    registry.write_text(REGISTRY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PORTALS_FILE", str(registry))
        return DagBag(PROJECT_ROOT / "dags")


def test_nothing_is_written_before_a_person_approves(bag):
    dag = bag.dags["migrate_tickets"]
    names = [task.task_id for task in dag.topological_sort()]
    assert names == ["plan", "go_on_unless_dry_run", "approve", "write", "reread", "reconcile"]
    assert dag.get_task("approve").task_type == "ApprovalOperator"
    assert "approve" in dag.get_task("write").upstream_task_ids
    assert dag.params["dry_run"] is True
    undo = bag.dags["undo_migration"]
    assert undo.get_task("undo").upstream_task_ids == {"approve"}


def test_the_form_names_the_portals_of_the_registry(bag):
    schema = bag.dags["migrate_tickets"].params.get_param("target").schema
    assert schema["enum"] == ["north", "south"]


def test_an_approval_counts_only_with_the_targets_portal_id():
    require_named({"params_input": {"target_portal_id": " 42 "}}, "42")
    for typed in ({}, {"params_input": None}, {"params_input": {"target_portal_id": "41"}}):
        with pytest.raises(BadRequest, match="nothing was written"):
            require_named(typed, "42")


def test_a_run_that_found_a_difference_or_left_something_is_no_success():
    passed = {"verdict": "pass", "summary": "The migration is faithful.", "report": "r.html"}
    assert faithful(passed) is passed
    failed = passed | {"verdict": "fail", "summary": "3 differences are unexplained."}
    with pytest.raises(NotFaithful, match=r"3 differences.*r\.html.*run this task again"):
        faithful(failed)
    undone = {"state": "undone", "failures": []}
    assert complete(undone) is undone
    left = [{"object": "ticket_associations", "reason": "refused", "count": 2}]
    with pytest.raises(NotFaithful, match=r"but for 2 ticket associations \(refused\);.*safe"):
        complete({"state": "undoing", "failures": left})


def test_a_form_becomes_choices():
    form = {"limit": 5, "filter": {"b": "2", "a": "1"}, "delta": False,
            "missing_records": "list", "fallback_owner": None}  # fmt: skip
    assert choices_of({"params": form}) == PlanChoices(
        limit=5, filter=(("a", "1"), ("b", "2")), missing_records="list"
    )
