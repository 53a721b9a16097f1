"""Tickets of one portal into another, approved by a person, proven afterwards.

**Steps.** `plan` (both portals are checked, the target is asked what it has, dbt says what is still
to be written; what could not be written as things stand is refused here) → `go_on_unless_dry_run`
(a dry run, the default, ends here: read the plan in its XCom) → `approve` (a person approves that
plan's hash and types the target's portal id, under *Required Actions*) → `write` (in HubSpot's
order, each object once, through a ledger) → `reread` (sync and sweep of the target) → `reconcile`
(seven levels, a verdict, a report).

A `write` that was cut off goes on where it stopped when its task runs again. A plan that changed
since it was approved is refused. `undo_migration` takes a migration back.
"""

from typing import Any

from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import Param, dag, get_current_context, task

from dags.migrate_request import choices_of, faithful, migration_form, move_of, require_named
from dags.portal_steps import default_args
from include.pipeline.migration import migrate
from include.pipeline.migration.reconcile import reconcile as compare
from include.pipeline.migration.reconcile import reread as read_again
from include.pipeline.migration.text import plan_in_words


@dag(
    dag_id="migrate_tickets",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    tags=["migrate", "tickets"],
    params=migration_form(),
    default_args=default_args(),
)
def migrate_tickets():
    """Plan, approve, write, read again, compare."""

    @task
    def plan() -> dict[str, Any]:
        """Look the target up, and seal what would be written."""
        context = get_current_context()
        made = migrate.plan(move_of(context), choices_of(context), wait=True)
        kept = ("plan_hash", "source_portal_id", "target_portal_id", "counts", "calls", "minutes")
        return {name: made[name] for name in kept} | {"words": plan_in_words(made)}

    @task.short_circuit
    def go_on_unless_dry_run() -> bool:
        """End here when only the plan was asked for."""
        return not get_current_context()["params"]["dry_run"]

    approve = ApprovalOperator(
        task_id="approve",
        subject="Write plan {{ ti.xcom_pull(task_ids='plan')['plan_hash'] }} into portal "
        "{{ ti.xcom_pull(task_ids='plan')['target_portal_id'] }}?",
        body="{{ ti.xcom_pull(task_ids='plan')['words'] }}",
        params={
            "target_portal_id": Param(
                "", type="string", description="Type the id of the portal that is written to."
            )
        },
        execution_timeout=None,
    )

    @task
    def write(planned: dict[str, Any], approval: dict[str, Any]) -> dict[str, Any]:
        """Write the approved plan into the portal that the approval names."""
        require_named(approval, planned["target_portal_id"])
        return migrate.write(move_of(get_current_context()), planned["plan_hash"], wait=True)

    @task
    def reread() -> dict[str, Any]:
        """Read the target as it is now."""
        return read_again(move_of(get_current_context()), wait=True)

    @task
    def reconcile() -> dict[str, Any]:
        """Compare both sides, and fail on a verdict that is no pass."""
        return faithful(compare(move_of(get_current_context()), wait=True))

    planned = plan()
    planned >> go_on_unless_dry_run() >> approve
    write(planned, approve.output) >> reread() >> reconcile()


migrate_tickets()
