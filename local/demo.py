"""`make demo`: a sandbox portal, Airflow, one real night, and what it published.

`make down` (`python -m local.demo down`) stops both.
"""

import os
import sys
import time

import duckdb
from rich.console import Console
from rich.table import Table

from include.pipeline.connections import variable_of
from include.pipeline.errors import PipelineError
from include.pipeline.registry import find_portal
from include.pipeline.settings import PROJECT_ROOT, data_dir
from local.airflow import HIGHEST_PORT, LocalAirflow
from local.processes import StackError
from local.sandbox import LocalSandbox

PORTAL = "sandbox"
DAG_ID = f"sync_tickets__{PORTAL}"
TICKETS, SEED = "5000", "1"
HOME = PROJECT_ROOT / ".airflow"
# A clock that is overdue counts as breached, also while its ticket is still open.
ATTAINMENT = """
    select coalesce(priority, 'none'), sum(met_count)::bigint, sum(breached_count)::bigint
    from marts.sla_attainment_daily
    where metric = 'resolution' and priority is distinct from 'all'
        and pipeline_id = 'all' and team = 'all' and owner_id = 'all'
    group by all
    having sum(met_count + breached_count) > 0
    order by 1
"""
console = Console(highlight=False)


def main() -> None:
    """Run `up` (the default) or `down`."""
    try:
        if sys.argv[1:] == ["down"]:
            down()
        else:
            up()
    except (StackError, PipelineError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)


def up() -> None:
    """Start the stack, run one night and show the marts."""
    began = time.monotonic()
    sandbox = LocalSandbox(
        HOME,
        _port("SANDBOX_PORT", 8089),
        # The state keeps the portal the same when it is started again on another day.
        (
            *("--generate", TICKETS, "--seed", SEED, "--state", str(HOME / "sandbox_state.jsonl")),
            # Each conversation costs one call at HubSpot's rate: enough to see, soon read.
            *("--threads-per-hundred", "3"),
        ),
    )
    airflow = _airflow(sandbox)
    airflow.require_port()
    sandbox.start()
    filled = f"{TICKETS} generated tickets, and some archived or merged"
    console.print(f"sandbox portal with {filled}: {sandbox.url}")
    console.print(f"Airflow (its log: {HOME / 'airflow.log'}) …")
    airflow.prepare()
    airflow.start()
    console.print(f"Airflow is healthy after {time.monotonic() - began:.0f} s: {airflow.url}")
    night = time.monotonic()
    run_id = airflow.first_run(DAG_ID) if not _published() else airflow.trigger(DAG_ID)
    console.print(f"{DAG_ID}, run {run_id} …")
    if airflow.wait_for(DAG_ID, run_id) != "success":
        raise StackError(f"the run failed; see {airflow.url}/dags/{DAG_ID}/runs/{run_id}.")
    console.print(f"the night took {time.monotonic() - night:.0f} s")
    _show_marts()
    _show_addresses(airflow, sandbox)


def down() -> None:
    """Stop what `up` left running; data stays."""
    for name, part in (("Airflow", LocalAirflow(HOME)), ("the sandbox", LocalSandbox(HOME))):
        console.print(f"stopped {name}" if part.stop() else f"{name} was not running")


def _airflow(sandbox: LocalSandbox) -> LocalAirflow:
    connection = find_portal(PORTAL).connection
    return LocalAirflow(
        HOME,
        _port("AIRFLOW_PORT", 8080, HIGHEST_PORT),
        {
            "DATA_DIR": str(data_dir()),
            f"AIRFLOW_CONN_{connection.upper()}": sandbox.connection,
        },
    )


def _port(variable: str, default: int, highest: int = 65_535) -> int:
    named = os.environ.get(variable) or str(default)
    if not named.isdecimal() or not 0 < int(named) <= highest:
        raise StackError(f"{variable} is '{named}'; give a port between 1 and {highest}.")
    return int(named)


def _published() -> bool:
    return find_portal(PORTAL).files.published.is_file()


def _show_marts() -> None:
    path = find_portal(PORTAL).files.published
    with duckdb.connect(str(path), read_only=True) as marts:
        counts = Table(title="marts")
        counts.add_column("table")
        counts.add_column("rows", justify="right")
        for name in ("tickets", "ticket_activities", "ticket_property_history", "ticket_slas"):
            (rows,) = marts.execute(f"select count(*) from marts.{name}").fetchone()  # noqa: S608
            counts.add_row(name, f"{rows:,}")
        console.print(counts)
        console.print(_attainment(marts))
        data_as_of, version = marts.execute(
            "select data_as_of, version from meta.published"
        ).fetchone()
    console.print(f"version {version}, data as of {data_as_of} UTC")


def _attainment(marts: duckdb.DuckDBPyConnection) -> Table:
    table = Table(title="resolution SLA by priority")
    for name in ("priority", "met", "breached", "attainment"):
        table.add_column(name, justify="left" if name == "priority" else "right")
    for priority, met, breached in marts.execute(ATTAINMENT).fetchall():
        table.add_row(priority, f"{met:,}", f"{breached:,}", f"{met / (met + breached):.1%}")
    return table


def _show_addresses(airflow: LocalAirflow, sandbox: LocalSandbox) -> None:
    user, password = airflow.login()
    published = find_portal(PORTAL).files.published
    console.print(f"Airflow:    {airflow.url}  (user {user}, password {password})")
    console.print(f"sandbox:    {sandbox.url}/__sandbox__/health")
    console.print(f"marts:      {published}", soft_wrap=True)
    console.print("stop both:  make down")
    variable = variable_of(find_portal(PORTAL).connection)
    console.print("\nfor .venv/bin/python -m include … and .venv/bin/airflow … in this shell:")
    home = f"AIRFLOW_HOME='{HOME}' PYTHONPATH='{PROJECT_ROOT}'"
    console.print(f"export {home} {variable}='{sandbox.connection}'", soft_wrap=True)


if __name__ == "__main__":
    main()
