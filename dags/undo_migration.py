"""A migration taken back: what it made is archived, what it changed gets its former values.

**Steps.** `approve` (a person types the portal's id again, under *Required Actions*) → `undo` (from
the ledger alone; cut off, or refused in part, it goes on when its task runs again; it succeeds when
everything is taken back). Archived records stay in HubSpot's recycle bin for 90 days.
"""

from typing import Any

from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import Param, dag, get_current_context, task

from dags.migrate_request import complete, move_of, portals_form, require_named
from dags.portal_steps import default_args
from include.pipeline.migration import migrate

PLAN = Param(type="string", pattern="[0-9a-f]{16}", description="The hash of the plan to undo.")


@dag(
    dag_id="undo_migration",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    tags=["migrate", "tickets"],
    params=portals_form() | {"plan_hash": PLAN},
    default_args=default_args(),
)
def undo_migration():
    """Approve, take back."""
    approve = ApprovalOperator(
        task_id="approve",
        subject="Undo migration {{ params.plan_hash }} in portal '{{ params.target }}'?",
        body="Everything that this migration made in portal '{{ params.target }}' is archived, and "
        "everything that it changed gets its former values, whatever was done to it since.",
        params={
            "target_portal_id": Param(
                "", type="string", description="Type the id of the portal that is written to."
            )
        },
        execution_timeout=None,
    )

    @task
    def undo(approval: dict[str, Any]) -> dict[str, Any]:
        """Take back what the approved migration did, and fail when something is left."""
        context = get_current_context()
        move = move_of(context)
        require_named(approval, move.target.portal_id)
        return complete(migrate.undo(move, context["params"]["plan_hash"], wait=True))

    undo(approve.output)


undo_migration()
