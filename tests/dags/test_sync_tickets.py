"""The DAG bag: thin DAGs, one of a kind per portal, policy on every task, and no import error."""

from itertools import pairwise

import pytest
from airflow.dag_processing.dagbag import DagBag

from include.hubspot.errors import InvalidAuthentication, PortalUnreachable
from include.pipeline.errors import AuditFailed
from include.pipeline.settings import PROJECT_ROOT
from include.pipeline.steps import STEPS

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
        found = DagBag(PROJECT_ROOT / "dags")
    assert found.import_errors == {}
    found.dags = {name: dag for name, dag in found.dags.items() if "__" in name}
    return found


def test_every_portal_of_the_registry_has_its_dag_and_no_file_fails(bag):
    assert bag.import_errors == {}
    assert set(bag.dags) == {
        f"{kind}_tickets__{portal}" for kind in ("sync", "sweep") for portal in ("north", "south")
    }


def test_the_steps_stand_one_behind_the_other(bag):
    for dag in bag.dags.values():
        assert [task.task_id for task in dag.topological_sort()] == list(STEPS)
        for before, after in pairwise(STEPS):
            assert dag.get_task(before).downstream_task_ids == {after}


def test_one_writer_at_a_time_per_portal(bag):
    for dag_id, dag in bag.dags.items():
        assert dag.max_active_runs == 1
        assert {task.pool for task in dag.tasks} == {f"portal_{dag_id.split('__')[1]}"}


def test_dags_start_unpaused_without_catching_up(bag):
    for dag in bag.dags.values():
        assert dag.catchup is False
        assert dag.is_paused_upon_creation is False


def test_a_nights_interval_has_a_length(bag):
    """@daily would give `data_interval_start == data_interval_end`: nothing to backfill."""
    timetable = bag.dags["sync_tickets__south"].timetable
    assert type(timetable).__name__ == "CronDataIntervalTimetable"
    assert timetable.expression == "30 3 * * *"


def test_every_task_is_tried_again_but_not_what_would_fail_again(bag):
    for task in (task for dag in bag.dags.values() for task in dag.tasks):
        assert task.retries >= 1
        decide = task.retry_policy.evaluate
        assert decide(AuditFailed("no"), 1, 3).action.value == "fail"
        assert decide(InvalidAuthentication("no"), 1, 3).action.value == "fail"
        assert decide(PortalUnreachable("later"), 1, 3).action.value != "fail"


def test_every_dag_says_what_it_does_and_whose_it_is(bag):
    for dag in bag.dags.values():
        assert "failed audit keeps" in dag.doc_md
        assert {dag.dag_id.split("_")[0], "tickets"} <= dag.tags
        assert dag.owner == "data"


def test_the_timetable_page_names_every_dag(bag):
    page = (PROJECT_ROOT / "dags/README.md").read_text(encoding="utf-8")
    for dag_id in bag.dags:
        assert f"`{dag_id.split('__')[0]}__<portal>`" in page
