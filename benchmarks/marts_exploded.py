"""What exploding intervals costs: the SLA numbers by a row per business minute, or per day.

python -m benchmarks.marts_exploded [--tickets 5000] [--unit minute|day] [--memory 4GB]

The opponent does what packages of the field do: it cuts each running interval into the slices of
its calendar that are open, adds them up, and finds due and breach moments by a running total. It is
given the intervals, the policies and the calendars for nothing; ours is charged with making them.
Its answers are compared with ours, clock by clock.
"""

import argparse
import json
import os
import shlex
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from benchmarks.marts import timed_run
from benchmarks.raw_marts_portal import PORTAL_ID, generate
from include.pipeline.build.rules import DBT_PROJECT
from include.warehouse.files import PortalFiles

RESULT = Path(__file__).parent / "results/marts_exploded.md"
# What is open, by day; the calendar `always` has no windows of its own.
SLICES = """
    create temp table days as
    select calendar, segment_date as slice_date, segment_start_at as slice_from,
        segment_end_at as slice_to
    from built.intermediate.int_calendar_segments where is_open
    union all
    select 'always', cast(day as date), day, day + interval 1 day
    from (
        select unnest(generate_series(min(segment_date), max(segment_date), interval 1 day)) as day
        from built.intermediate.int_calendar_segments
    );
    create temp table slices as
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
    create temp table exploded as
    with piece_days as (
        select ticket_id, metric, cycle, calendar, piece_from, piece_to,
            cast(unnest(generate_series(date_trunc('day', piece_from), piece_to, interval 1 day))
                as date) as piece_date
        from built.intermediate.int_sla_pieces where state = 'running'
    )
    select ticket_id, metric, cycle, greatest(piece_from, slice_from) as slice_from,
        epoch_ms(least(piece_to, slice_to)) - epoch_ms(greatest(piece_from, slice_from)) as worth
    from piece_days inner join slices
        on piece_days.calendar = slices.calendar and piece_days.piece_date = slices.slice_date
            and slice_from < piece_to and slice_to > piece_from
"""
ELAPSED = """
    create temp table clocks as
    with elapsed as (
        select ticket_id, metric, cycle, sum(worth) as elapsed from exploded group by all
    ), last_pieces as (
        select ticket_id, metric, cycle, max_by(state, piece_from) = 'paused' as was_paused
        from built.intermediate.int_sla_pieces group by all
    )
    select runs.*, coalesce(elapsed, 0) as elapsed, 1000 * target_seconds as target,
        coalesce(was_paused, false) as was_paused
    from built.intermediate.int_sla_runs as runs
    left join elapsed using (ticket_id, metric, cycle)
    left join last_pieces using (ticket_id, metric, cycle)
    where not is_unknown
"""
# Reached in the past: where the running total crosses the target. Ahead: day by day from the end.
DUE = """
    create temp table due as
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
    create temp table answers as
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
        from marts.marts.ticket_slas where status <> 'unknown'
    ) as ours using (ticket_id, metric, cycle)
"""


def main() -> None:
    """Build the marts, compute the same by explosion, compare; print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tickets", type=int, default=5_000)
    parser.add_argument("--unit", choices=UNITS, default="minute")
    parser.add_argument("--memory", default="4GB", help="DuckDB's limit")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        files = PortalFiles(Path(scratch), PORTAL_ID).ensure()
        generate(files.warehouse, chosen.tickets)
        timed_run("full", files, True, chosen)
        ours = sla_seconds(files.root / "dbt/target/run_results.json")
        theirs, slices, clocks, different = explode(files, chosen.unit, chosen.memory)
    if different:
        sys.exit(f"{different} of {clocks} clocks come out different: the times say nothing.")
    command = shlex.join(["python", "-m", "benchmarks.marts_exploded", *sys.argv[1:]])
    text = (
        f"\n# {chosen.tickets:,} tickets, by the {chosen.unit}, {datetime.now(UTC):%Y-%m-%d}\n\n"
        f"`{command}`; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end. "
        f"{clocks:,} clocks, every one with equal elapsed, due and breach; "
        f"{slices:,} rows exploded.\n\n"
        f"| | seconds |\n|---|---:|\n| our SLA models, added up | {ours:.1f} |\n"
        f"| by explosion | {theirs:.1f} |\n| ratio | {theirs / ours:.1f} |\n"
    )
    print(text)
    with RESULT.open("a", encoding="utf-8") as results:
        results.write(text)


def sla_seconds(run_results: Path) -> float:
    """Add up what dbt says each model of clocks and calendars took, and `ticket_slas`."""
    results = json.loads(run_results.read_text("utf-8"))["results"]
    names = {path.stem for path in (DBT_PROJECT / "models/intermediate/sla").glob("*.sql")}
    return sum(
        node["execution_time"]
        for node in results
        if node["unique_id"].split(".")[2] in names | {"ticket_slas"}
    )


def explode(files: PortalFiles, unit: str, memory: str) -> tuple[float, int, int, int]:
    """Compute elapsed, due and breach by exploded intervals.

    Args:
        files: of a portal whose marts are built.
        unit: of a slice, `minute` or `day`.
        memory: DuckDB's limit; what does not fit is spilled.

    Returns:
        Seconds, exploded rows, clocks, and how many of them differ from `ticket_slas`.
    """
    with duckdb.connect(config={"memory_limit": memory, "threads": 2}) as opponent:
        opponent.execute(f"set temp_directory = '{files.root / 'spill'}'")
        opponent.execute(f"attach '{files.warehouse}' as built (read_only)")
        opponent.execute(f"attach '{files.candidate}' as marts (read_only)")
        began = time.monotonic()
        opponent.execute(SLICES.format(slices=UNITS[unit]))
        for statement in (EXPLODED, ELAPSED, DUE, ANSWERS):
            opponent.execute(statement)
        seconds = time.monotonic() - began
        [(slices,)] = opponent.execute("select count(*) from exploded").fetchall()
        return seconds, slices, *opponent.execute(DIFFERENT).fetchone()


if __name__ == "__main__":
    main()
