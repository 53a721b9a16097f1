"""From Airflow's form to what a migration is asked for."""

from collections.abc import Mapping
from typing import Any

from airflow.sdk import Param

from dags.run_request import connection_of
from include.migration.choices import PlanChoices
from include.pipeline.errors import BadRequest, NotFaithful
from include.pipeline.migration.migrate import Move, move_between
from include.pipeline.registry import load_registry


def portals_form() -> dict[str, Param]:
    """Return the two fields that name the portals."""
    names = list(load_registry())
    return {
        "source": Param(type="string", enum=names, description="The portal that is left."),
        "target": Param(type="string", enum=names, description="The portal that is moved to."),
    }


def migration_form() -> dict[str, Param]:
    """Return the form of a migration."""
    return portals_form() | {
        "dry_run": Param(True, type="boolean", description="Stop behind the plan; write nothing."),
        "limit": Param(
            None, type=["null", "integer"], minimum=1, description="Only the first N tickets."
        ),
        "filter": Param(
            {},
            type="object",
            additionalProperties={"type": "string"},
            description='Only tickets with these values, as {"property": "value"}.',
        ),
        "delta": Param(
            False, type="boolean", description="Only what changed since it was migrated."
        ),
        "missing_records": Param(
            "create",
            enum=["create", "list"],
            description="Contacts, companies and deals that the target lacks.",
        ),
        "fallback_owner": Param(
            None,
            type=["null", "string"],
            description="E-mail of who gets what missing or archived owners had.",
        ),
    }


def move_of(context: Mapping[str, Any]) -> Move:
    """Return the two portals that a run names.

    Raises:
        PipelineError: They are one, or one cannot be reached.
    """
    form = context["params"]
    return move_between(form["source"], form["target"], connection_of)


def choices_of(context: Mapping[str, Any]) -> PlanChoices:
    """Return what the plan is asked for."""
    form = context["params"]
    return PlanChoices(
        limit=form["limit"],
        filter=tuple(sorted(form["filter"].items())),
        delta=form["delta"],
        missing_records=form["missing_records"],
        fallback_owner=form["fallback_owner"],
    )


def require_named(approval: Mapping[str, Any], portal_id: str) -> None:
    """See that who approved has typed the portal that is written to.

    Args:
        approval: What the approving task returned.
        portal_id: The portal that is written to.

    Raises:
        BadRequest: Another one was typed, or none.
    """
    typed = str((approval.get("params_input") or {}).get("target_portal_id") or "").strip()
    if typed != portal_id:
        raise BadRequest(
            f"the approval names portal '{typed}', but portal {portal_id} would be written to: "
            "nothing was written; run the DAG again and type the target's portal id."
        )


def faithful(found: dict[str, Any]) -> dict[str, Any]:
    """Let a reconciliation through that passed; a run of another one is no success.

    Raises:
        NotFaithful: Something is unexplained.
    """
    if found["verdict"] != "pass":
        raise NotFaithful(
            f"{found['summary']} The report is {found['report']}; nothing was changed by comparing:"
            " mend what it names, or plan and write again, and run this task again."
        )
    return found


def complete(undone: dict[str, Any]) -> dict[str, Any]:
    """Let an undo through that took everything back.

    Raises:
        NotFaithful: Something of the migration is still there.
    """
    if undone["state"] != "undone":
        left = "; ".join(
            f"{one['count']:,} {one['object'].replace('_', ' ')} ({one['reason']})"
            for one in undone["failures"]
        )
        raise NotFaithful(
            f"The migration was taken back but for {left}; everything else is as it was before: "
            "deal with the reasons and run this task again, which is safe and tries just these."
        )
    return undone
