"""The completeness proof, every week: one such DAG per portal.

Search tells what changed, but its index lags, and archiving, merging and links move no modified
time. The sweep lists every ticket, archived ones and all links, holds the warehouse against the
lists, reads what differs, and writes the proof down: missing, stale, extra, relinked, calls,
seconds. `complete_through` of the published file comes from it.

Same steps as `sync_tickets`: a failed audit keeps the marts served that were served before.
"""

from airflow.sdk import CronTriggerTimetable, dag

from dags.portal_steps import chain_steps, options_of
from include.pipeline.registry import Portal, load_registry
from include.pipeline.requests import RunRequest

# Sunday, after the night's sync; both share the portal's pool, so they never run together.
WEEKLY = "0 6 * * 0"


def make_dag(portal: Portal):
    """Make the weekly DAG of one portal."""
    # A new portal is not swept for the week before it was added. That takes a trigger instead of
    # an interval, and no start date: with one, `run_immediately` has no effect.
    sundays = CronTriggerTimetable(WEEKLY, timezone="UTC", run_immediately=False)

    @dag(doc_md=__doc__, schedule=sundays, **options_of(portal, "sweep"))
    def sweep_tickets():
        chain_steps(portal, lambda _: RunRequest(mode="sweep"))

    return sweep_tickets()


for _portal in load_registry().values():
    make_dag(_portal)
