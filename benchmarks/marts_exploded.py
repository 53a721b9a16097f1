"""What exploding intervals costs: the SLA numbers by a row per business minute, or per day.

python -m benchmarks.marts_exploded [--tickets 5000] [--units minute day] [--memory 4GB]

The opponent does what packages of the field do: it cuts each running interval into the slices of
its calendar that are open, adds them up, and finds due and breach moments by a running total. By
the minute that is counting; by the day equal numbers need arithmetic inside the first and the last
slice as well, so that opponent is half way to ours and has a row of its own. Both are given the
intervals, the policies and the calendars for nothing; ours is charged with making them, and beside
that with the step that the opponents replace alone. All run in one DuckDB, into temporary tables;
the answers are compared with ours, clock by clock. By the minute 5,000 tickets take two minutes of
two quiet cores; `--tickets 100000 --units day` takes as long.
"""

import argparse
import json
import os
import resource
import shlex
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from benchmarks.marts import timed_run
from benchmarks.raw_marts_portal import PORTAL_ID, generate
from include.pipeline.build.rules import DBT_PROJECT
from include.warehouse.files import PortalFiles

# From the pieces of a clock's life to its numbers: what the opponents do by rows.
SAME_STEP = {
    *("int_sla_pieces", "int_sla_elapsed", "int_sla_crossings", "int_sla_due_moments"),
    "ticket_slas",
}
RESULT = Path(__file__).parent / "results/marts_exploded.md"
# What is open, by day; the calendar `always` has no windows of its own.
SLICES = """
    create or replace temp table days as
    select calendar, segment_date as slice_date, segment_start_at as slice_from,
        segment_end_at as slice_to
    from warehouse.intermediate.int_calendar_segments where is_open
    union all
    select 'always', cast(day as date), day, day + interval 1 day
    from (
        select unnest(generate_series(min(segment_date), max(segment_date), interval 1 day)) as day
        from warehouse.intermediate.int_calendar_segments
    );
    create or replace temp table slices as
    {slices}
"""
UNITS = {
    "day": "from days",
    "minute": """
        select calendar, slice_date, minute as slice_from, minute + interval 1 minute as slice_to
        from (
            select *, unnest(generate_series(slice_from, slice_to - interval 1 minute,
                interval 1 minute)) as minute
            from days
        )
    """,
}
EXPLODED = """
    create or replace temp table exploded as
    with piece_days as (
        select ticket_id, metric, cycle, calendar, piece_from, piece_to,
            cast(unnest(generate_series(date_trunc('day', piece_from), piece_to, interval 1 day))
                as date) as piece_date
        from warehouse.intermediate.int_sla_pieces where state = 'running'
    )
    select ticket_id, metric, cycle, greatest(piece_from, slice_from) as slice_from,
        epoch_ms(least(piece_to, slice_to)) - epoch_ms(greatest(piece_from, slice_from)) as worth
    from piece_days inner join slices
        on piece_days.calendar = slices.calendar and piece_days.piece_date = slices.slice_date
            and slice_from < piece_to and slice_to > piece_from
"""
ELAPSED = """
    create or replace temp table clocks as
    with elapsed as (
        select ticket_id, metric, cycle, sum(worth) as elapsed from exploded group by all
    ), last_pieces as (
        select ticket_id, metric, cycle, max_by(state, piece_from) = 'paused' as was_paused
        from warehouse.intermediate.int_sla_pieces group by all
    )
    select runs.*, coalesce(elapsed, 0) as elapsed, 1000 * target_seconds as target,
        coalesce(was_paused, false) as was_paused
    from warehouse.intermediate.int_sla_runs as runs
    left join elapsed using (ticket_id, metric, cycle)
    left join last_pieces using (ticket_id, metric, cycle)
    where not is_unknown
"""
# Reached in the past: where the running total crosses the target. Ahead: day by day from the end.
DUE = """
    create or replace temp table due as
    with crossed as (
        select ticket_id, metric, cycle, slice_from, worth, target,
            sum(worth) over (partition by ticket_id, metric, cycle order by slice_from) as total
        from exploded inner join clocks using (ticket_id, metric, cycle)
        where elapsed >= target
    ), ahead_days as (
        select ticket_id, metric, cycle, calendar, clock_end_at, target - elapsed as target,
            cast(unnest(generate_series(date_trunc('day', clock_end_at),
                clock_end_at + to_days(cast(14 + 5 * (target - elapsed) / 28800000 as integer)),
                interval 1 day)) as date) as ahead_date
        from clocks
        where elapsed < target and not is_paused
            and not (was_paused and (stopped_at is not null or is_cancelled))
    ), ahead as (
        select ticket_id, metric, cycle, greatest(slice_from, clock_end_at) as slice_from, target,
            epoch_ms(slice_to) - epoch_ms(greatest(slice_from, clock_end_at)) as worth
        from ahead_days inner join days
            on ahead_days.calendar = days.calendar and ahead_date = slice_date
                and slice_to > clock_end_at
    ), totals as (
        select * from crossed
        union all by name
        select *, sum(worth) over (partition by ticket_id, metric, cycle order by slice_from)
            as total
        from ahead
    )
    select ticket_id, metric, cycle,
        min(slice_from + to_milliseconds(cast(target - total + worth as bigint))) as due_at
    from totals where total >= target and total - worth < target group by all
"""
ANSWERS = """
    create or replace temp table answers as
    select ticket_id, metric, cycle, elapsed / 1000.0 as elapsed_seconds,
        case when not is_paused then due_at end as due_at,
        case when elapsed > target then greatest(due_at, coalesce(lowered_at, due_at)) end
            as breached_at
    from clocks left join due using (ticket_id, metric, cycle)
"""
DIFFERENT = """
    select count(*), count(*) filter (
        where answers.elapsed_seconds is distinct from ours.elapsed_seconds
            or answers.due_at is distinct from ours.due_at
            or answers.breached_at is distinct from ours.breached_at)
    from answers full join (
        select ticket_id, metric, cycle, elapsed_seconds, due_at, breached_at
        from tickets.marts.ticket_slas where status <> 'unknown'
    ) as ours using (ticket_id, metric, cycle)
"""


@dataclass(frozen=True)
class Cost:
    """What statements took: wall and processor seconds."""

    seconds: float
    cpu: float


def main() -> None:
    """Build the marts, compute the same by explosion, compare; print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tickets", type=int, default=5_000)
    parser.add_argument("--units", nargs="+", choices=UNITS, default=list(UNITS))
    parser.add_argument("--memory", default="4GB", help="DuckDB's limit")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        files = PortalFiles(Path(scratch), PORTAL_ID).ensure()
        generate(files.warehouse, chosen.tickets)
        timed_run("full", files, True, chosen)
        with opened(files, chosen.memory) as connection:
            ours = {name: run(connection, [sql]) for name, sql in sla_models(connection, files)}
            lines = [
                _line("our SLA models, all of them", total(ours.values()), None, None),
                _line("of them, from pieces to numbers", same_step(ours), None, None),
            ]
            for unit in chosen.units:
                theirs, slices, clocks = explode(connection, unit)
                lines.append(_line(f"by the {unit}", theirs, slices, ours))
    command = shlex.join(["python", "-m", "benchmarks.marts_exploded", *sys.argv[1:]])
    text = (
        f"\n## {chosen.tickets:,} tickets, {datetime.now(UTC):%Y-%m-%d}\n\n"
        f"`{command}`; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end. "
        f"{clocks:,} clocks, every one with equal elapsed, due and breach. Ratios are of processor "
        "seconds, which other work on the machine disturbs least.\n\n"
        "| | seconds | processor | rows exploded | over all of ours | over the same step |\n"
        "|---|---:|---:|---:|---:|---:|\n" + "\n".join(lines) + "\n"
    )
    print(text)
    with RESULT.open("a", encoding="utf-8") as results:
        results.write(text)


def opened(files: PortalFiles, memory: str) -> duckdb.DuckDBPyConnection:
    """Open a database in memory beside the files of a portal whose marts are built."""
    connection = duckdb.connect(config={"memory_limit": memory, "threads": 2})
    for statement in (
        "set TimeZone = 'UTC'",
        "set preserve_insertion_order = false",
        f"set temp_directory = '{files.root / 'spill'}'",
        f"attach '{files.warehouse}' as warehouse (read_only)",
        f"attach '{files.candidate}' as tickets (read_only)",
    ):
        connection.execute(statement)
    return connection


def sla_models(
    connection: duckdb.DuckDBPyConnection, files: PortalFiles
) -> Iterable[tuple[str, str]]:
    """Give each table of clocks and calendars, and `ticket_slas`, as the SQL that dbt ran."""
    tables = connection.execute("select table_name from duckdb_tables()").fetchall()
    results = json.loads((files.root / "dbt/target/run_results.json").read_text("utf-8"))
    models = files.root / "dbt/target/compiled/hubspot_tickets/models"
    compiled = {path.stem: path for path in models.rglob("*.sql")}
    names = {path.stem for path in (DBT_PROJECT / "models/intermediate/sla").glob("*.sql")}
    # In the order in which they ended. A view is part of what reads it.
    for name in (node["unique_id"].split(".")[2] for node in results["results"]):
        if name in names | {"ticket_slas"} and (name,) in tables:
            query = compiled[name].read_text("utf-8")
            yield name, f"create or replace temp table anew as\n{query}"


def run(connection: duckdb.DuckDBPyConnection, statements: Iterable[str]) -> Cost:
    """Execute statements and measure them."""
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
    for statement in statements:
        connection.execute(statement)
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(time.monotonic() - began, cpu)


def total(costs: Iterable[Cost]) -> Cost:
    """Add costs up."""
    costs = list(costs)
    return Cost(sum(cost.seconds for cost in costs), sum(cost.cpu for cost in costs))


def same_step(ours: dict[str, Cost]) -> Cost:
    """Add up our models that do what the opponents do."""
    return total(cost for name, cost in ours.items() if name in SAME_STEP)


def explode(connection: duckdb.DuckDBPyConnection, unit: str) -> tuple[Cost, int, int]:
    """Compute elapsed, due and breach by exploded intervals, and compare them with ours.

    Args:
        connection: beside the files of a portal whose marts are built.
        unit: of a slice, `minute` or `day`.

    Returns:
        What it cost, exploded rows, clocks.
    """
    statements = (SLICES.format(slices=UNITS[unit]), EXPLODED, ELAPSED, DUE, ANSWERS)
    cost = run(connection, statements)
    [(slices,)] = connection.execute("select count(*) from exploded").fetchall()
    clocks, different = connection.execute(DIFFERENT).fetchone()
    if different:
        sys.exit(f"{different} of {clocks} clocks come out different: the times say nothing.")
    return cost, slices, clocks


def _line(name: str, cost: Cost, slices: int | None, ours: dict[str, Cost] | None) -> str:
    ratios = ("", "")
    if ours is not None:
        ratios = tuple(
            f"{cost.cpu / against.cpu:.1f}" for against in (total(ours.values()), same_step(ours))
        )
    rows = "" if slices is None else f"{slices:,}"
    return f"| {name} | {cost.seconds:.1f} | {cost.cpu:.1f} | {rows} | {' | '.join(ratios)} |"


if __name__ == "__main__":
    main()
