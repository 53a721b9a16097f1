"""HubSpot's tickets to published SLA marts, every night: one such DAG per portal.

**Steps.** `extract` (HubSpot to landing files) → `load` (landing to raw, one transaction with the
cursor) → `build` (dbt) → `audit` (Great Expectations) → `publish` (the read-only file is swapped).

**Scheduled runs heal**: they read from the stored cursor to now, so a missed night needs no care.
**Backfills repeat**: a backfill re-reads its own data interval, merges idempotently and never
moves the cursor. **Manual runs** take the form: incremental, full, a window or a sweep, and which
properties and links to read.

A failed audit keeps yesterday's marts served. Every task may be run again at any time.
"""

from datetime import UTC, datetime

from airflow.sdk import CronDataIntervalTimetable, dag

from dags.portal_steps import chain_steps, options_of
from dags.run_request import form_of, request_of
from include.pipeline.registry import Portal, load_registry

# Backfills may reach this far; without catch-up only the last night is begun by itself.
FIRST_NIGHT = datetime(2010, 1, 1, tzinfo=UTC)


def make_dag(portal: Portal):
    """Make the nightly DAG of one portal."""
    # An interval of no length, as @daily has, would leave a backfill nothing to repeat.
    nights = CronDataIntervalTimetable(portal.schedule, timezone="UTC")

    @dag(
        doc_md=__doc__,
        schedule=nights,
        start_date=FIRST_NIGHT,
        params=form_of(portal),
        **options_of(portal, "sync"),
    )
    def sync_tickets():
        chain_steps(portal, request_of)

    return sync_tickets()


for _portal in load_registry().values():
    make_dag(_portal)
