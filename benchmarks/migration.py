"""Writing a migration at HubSpot's limits: calls and seconds against what the limits allow at best.

The target answers as HubSpot does: 190 calls in any 10 seconds, every answer after 300 to 400 ms.
The plan is made by hand, as the dbt models would make it: tickets with some 500 characters, half as
many new contacts, a link of each ticket to a contact, a note on each ticket with two links. The
lower bound is arithmetic: nobody can make these calls faster than 19 a second.

    python -m benchmarks.migration [--tickets 20000] [--undo]
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.rig import TOKEN, Sandbox, sandbox
from include.hubspot.session import HubSpotSession
from include.hubspot.writing import WritingSession
from include.migration import plan_tables
from include.migration.files import MigrationFiles
from include.migration.plan_file import PlanSeal, seal
from include.migration.undo import undo
from include.migration.write import write
from include.pipeline.migration.migrate import CALLS_IN_FLIGHT
from include.warehouse.connection import open_warehouse
from include.warehouse.files import PortalFiles

RESULTS = Path(__file__).parent / "results"
SOURCE, TARGET = "4990001", "4990002"
AT_THE_LIMITS = ("--latency-ms", "300", "--jitter-ms", "100")
KEYED = ("tickets", "contacts", "notes")
CALLS_A_SECOND = 19.0

_PLAN = f"""
insert into migration.plan_property_groups
select unnest({list(KEYED)}), 'migration', 'Migration', 9, 'create';

insert into migration.plan_properties
select unnest({list(KEYED)}), 'migration_source_key',
    '{{"name": "migration_source_key", "label": "Source key", "type": "string", '
    || '"fieldType": "text", "groupName": "migration", "hasUniqueValue": true}}', 'create', null;

insert into migration.plan_pipelines values ('7', 'Moved', 5, null, 'create');
insert into migration.plan_stages values
    ('7', '70', 'New', 0, 'OPEN', null, 'create'), ('7', '71', 'Done', 1, 'CLOSED', null, 'create');

insert into migration.plan_contacts
select n::varchar, '{SOURCE}:' || n, null, 'create',
    json_object(
        'email', 'person' || n || '@example.com', 'firstname', 'Person', 'lastname', n::varchar
    )
from range($contacts) as r(n);

insert into migration.plan_tickets
select n::varchar, '{SOURCE}:' || n, null, 'create', null,
    json_object(
        'subject', 'Ticket ' || n, 'content', repeat('Nothing works any more. ', 20),
        'hs_pipeline', '7', 'hs_pipeline_stage', case when n % 3 = 0 then '70' else '71' end,
        'hs_ticket_priority', ['LOW', 'MEDIUM', 'HIGH'][n % 3 + 1]
    ), null
from range($tickets) as r(n);

insert into migration.plan_associations
select n::varchar, 'contacts', (n % $contacts)::varchar,
    '[{{"category": "HUBSPOT_DEFINED", "typeId": 16, "label": null}}]', 'create'
from range($tickets) as r(n);

insert into migration.plan_engagements
select 'notes', 'engagement', n::varchar, n::varchar, '{SOURCE}:notes:' || n, null, 'create',
    json_object(
        'hs_timestamp', '2025-01-01T10:00:00.000Z', 'hs_note_body', repeat('We looked at it. ', 20)
    ),
    '[{{"object_type": "tickets", "source_id": "' || n || '"}}, '
    || '{{"object_type": "contacts", "source_id": "' || n % $contacts || '"}}]', '[]', null
from range($tickets) as r(n);
"""


def main() -> None:
    """Measure, and write a report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tickets", type=int, default=20_000)
    parser.add_argument("--undo", action="store_true", help="take it back afterwards, measured")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, both() as (source, target):
        lines = list(measured(Path(scratch), given, source, target))
    report = "\n".join([*_head(given), *lines]) + "\n"
    print(report, flush=True)
    (RESULTS / "migration.md").write_text(report, encoding="utf-8")


@contextmanager
def both() -> Iterator[tuple[Sandbox, Sandbox]]:
    """Run a source that is only asked who it is, and a target at HubSpot's limits."""
    empty = ("--generate", "1")
    with (
        sandbox(*empty, "--portal-id", SOURCE) as source,
        sandbox(*empty, "--portal-id", TARGET, *AT_THE_LIMITS) as target,
    ):
        yield source, target


def made(folder: Path, tickets: int) -> tuple[MigrationFiles, PlanSeal]:
    """Make a plan of so many tickets."""
    files = MigrationFiles(PortalFiles(folder, TARGET), SOURCE).ensure()
    contacts = max(1, tickets // 2)
    with open_warehouse(files.plan) as connection:
        connection.execute(plan_tables.ddl())
        for statement in _PLAN.split(";\n"):
            text = statement.replace("$contacts", str(contacts)).replace("$tickets", str(tickets))
            if text.strip():
                connection.execute(text)
    return files, seal(files.plan, SOURCE, TARGET, {})


def measured(
    folder: Path, given: argparse.Namespace, source: Sandbox, target: Sandbox
) -> Iterator[str]:
    """Write a plan, write it again, and take it back."""
    files, plan = made(folder, given.tickets)
    yield "| part | calls | refused | seconds | lower bound | share of it | CPU s | peak MB |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|"

    def session() -> WritingSession:
        return WritingSession(target.url, TOKEN, TARGET, max_in_flight=CALLS_IN_FLIGHT)

    def write_once() -> None:
        with session() as to, HubSpotSession(source.url, TOKEN) as from_:
            written = write(files, plan.plan_hash, to, from_, _quiet)
        if written.failed:
            sys.exit(f"{written.failed} objects could not be written: {written.failures[:3]}")

    def undo_once() -> None:
        with session() as to:
            undo(files, plan.plan_hash, to, _quiet)

    yield _row("write", target, write_once)
    yield _row("write again: nothing is left to do", target, write_once)
    if given.undo:
        yield _row("undo", target, undo_once)
    yield ""
    yield f"The plan said {plan.calls:,} calls and {plan.minutes:g} minutes."


def _quiet(_line: str) -> None:
    """Say nothing: a report would be measured too."""


def _row(name: str, target: Sandbox, do) -> str:
    target.counted()
    began, cpu = time.monotonic(), time.process_time()
    do()
    seconds, cpu = time.monotonic() - began, time.process_time() - cpu
    calls = target.counted()
    total = sum(calls.values())
    refused = sum(n for (_, _, status), n in calls.items() if status == 429)
    bound = total / CALLS_A_SECOND
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return (
        f"| {name} | {total:,} | {refused} | {seconds:.1f} | {bound:.1f} | {bound / seconds:.2f} "
        f"| {cpu:.1f} | {memory} |"
    )


def _head(given: argparse.Namespace) -> list[str]:
    n = given.tickets
    return [
        "# Migration: writing",
        "",
        f"`python -m benchmarks.migration --tickets {n}{' --undo' if given.undo else ''}`,"
        f" {datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python {sys.version.split()[0]};"
        f" load average {os.getloadavg()[0]:.1f} at the end. HubSpot's limits, 300 to 400 ms an"
        f" answer. {n:,} tickets, {max(1, n // 2):,} new contacts, {n:,} links, {n:,} notes with"
        f" {2 * n:,} links; every intent and outcome on disk (SQLite, synchronous=FULL).",
        "",
    ]


if __name__ == "__main__":
    main()
