"""The five tasks that every DAG of a portal has, and what such DAGs have in common."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from airflow.sdk import Asset, get_current_context, task

from dags.retries import RETRY_POLICY
from dags.run_request import connection_of
from include.pipeline.pools import pool_of
from include.pipeline.registry import Portal
from include.pipeline.requests import RunRequest
from include.pipeline.steps import Night

RequestOf = Callable[[Mapping[str, Any]], RunRequest]


def options_of(portal: Portal, kind: str) -> dict[str, Any]:
    """Return the DAG options that every DAG of a portal shares.

    Args:
        portal: whose DAG.
        kind: what it does; the DAG id is `<kind>_tickets__<portal>`.
    """
    return {
        "dag_id": f"{kind}_tickets__{portal.name}",
        "catchup": False,
        "max_active_runs": 1,
        "is_paused_upon_creation": False,
        "tags": [kind, "tickets", portal.name],
        "default_args": default_args() | {"pool": pool_of(portal)},
    }


def default_args() -> dict[str, Any]:
    """Return what every task has: an owner, and tries that are worth it."""
    return {
        "owner": "data",
        "retries": 3,
        # Half a minute for a hiccup, then longer: HubSpot may be away for an hour.
        "retry_delay": timedelta(seconds=30),
        "retry_exponential_backoff": 4,
        "max_retry_delay": timedelta(minutes=30),
        # It may wait for a command that holds the portal, but not for ever.
        "execution_timeout": timedelta(hours=24),
        "retry_policy": RETRY_POLICY,
    }


def chain_steps(portal: Portal, request_of: RequestOf) -> None:
    """Put the tasks extract → load → build → audit → publish into the DAG being made."""
    marts = Asset(f"ticket_marts__{portal.name}", uri=portal.files.published.as_uri())

    @task
    def extract() -> dict:
        """Read HubSpot into landing files."""
        context = get_current_context()
        night = Night(portal, connection_of(portal), request_of(context))
        return night.run(["extract"], command=_command(context), wait=True)["extract"]

    def after_extract(step: str, **options: object):
        """Make the task of a step that asks nothing of HubSpot."""

        @task(task_id=step, **options)
        def run() -> dict:
            command = _command(get_current_context())
            return Night(portal).run([step], command=command, wait=True)[step]

        return run()

    (
        extract()
        >> after_extract("load")
        >> after_extract("build")
        >> after_extract("audit")
        >> after_extract("publish", outlets=[marts])
    )


def _command(context: Mapping[str, Any]) -> str:
    return f"DAG {context['dag'].dag_id}, run {context['run_id']}"
