"""The command line: the functions that the DAGs call, for work outside Airflow.

Exit 0 done, 1 failed with one sentence on stderr, 2 the words of the command make no sense.
"""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any

import typer

from include.expectations.errors import AuditError
from include.hubspot.errors import HubSpotError
from include.migration.errors import MigrationError
from include.pipeline.build import build as dbt
from include.pipeline.connections import connection_from_environment
from include.pipeline.errors import BadRequest, PipelineError
from include.pipeline.migration import commands as migrate_commands
from include.pipeline.reading.late_arrivals import hold_back_for, remembered
from include.pipeline.registry import Portal, find_portal
from include.pipeline.requests import RunRequest, parse_moment
from include.pipeline.result_lines import night_in_lines, status_in_lines
from include.pipeline.settings import hold_back
from include.pipeline.steps import STEPS, Night, plan_step, require_plannable
from include.pipeline.terminal import TerminalReport, print_result
from include.warehouse.errors import DatabaseError, WarehouseError
from include.warehouse.files import PortalFiles
from include.warehouse.lock import portal_lock
from include.warehouse.rebuild import rebuild as build_anew
from include.warehouse.rollback import rollback as roll_back
from include.warehouse.search_lag import search_lags
from include.warehouse.status import status as status_of

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="HubSpot tickets to SLA marts: the steps of a night, outside Airflow.",
)
app.add_typer(migrate_commands.app, name="migrate")

PortalName = Annotated[str, typer.Option("--portal", help="A portal of the registry.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object as the result.")]
Wait = Annotated[bool, typer.Option("--wait", help="Wait for a run that holds the portal.")]


def main() -> None:
    """Run the command line; a known failure is one sentence on stderr and exit code 1."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        app()
    except (PipelineError, HubSpotError, WarehouseError, MigrationError, AuditError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
    except OSError as error:
        # A data folder that cannot be made, a disk mounted read-only, a folder without rights.
        said = f"{error.strerror}: {error.filename}" if error.filename else str(error)
        sys.stderr.write(
            f"the disk refused the work ({said}); what is served is untouched, and it is safe to "
            "run again: check DATA_DIR and its rights.\n"
        )
        sys.exit(1)
    except DatabaseError as error:
        said = str(error).split("\n", maxsplit=1)[0]
        sys.stderr.write(
            f"DuckDB could not go on ({said}); what is served is untouched, and it is safe to run "
            "again: if it says the same again, `rebuild` makes the warehouse anew.\n"
        )
        sys.exit(1)


@app.command()
def sync(
    portal: PortalName,
    mode: Annotated[str, typer.Option(help="incremental, full, window or sweep.")] = "incremental",
    window_from: Annotated[str | None, typer.Option("--from", help="Window's begin, UTC.")] = None,
    window_to: Annotated[str | None, typer.Option("--to", help="Window's end, UTC.")] = None,
    properties: Annotated[str | None, typer.Option(help="Ticket properties, a,b,c.")] = None,
    associations: Annotated[
        str | None, typer.Option(help="Object types whose links are read, a,b,c.")
    ] = None,
    until_step: Annotated[str, typer.Option(help="Stop after this step.")] = STEPS[-1],
    spread: Annotated[
        bool, typer.Option("--spread", help="Read on over several days of calls.")
    ] = False,
    plan: Annotated[
        bool, typer.Option("--plan", help="Print what the read would cost; read nothing.")
    ] = False,
    wait: Wait = False,
    as_json: AsJson = False,
) -> None:
    """Run the nightly sync: extract, load, build, audit, publish."""
    with _usage():
        request = RunRequest(
            mode=mode,  # type: ignore[arg-type]
            window_from=_moment(window_from),
            window_to=_moment(window_to),
            properties=_names(properties),
            associations=_names(associations),
            spread=spread,
        )
        steps = STEPS[: _step(until_step) + 1]
        if plan:
            require_plannable(request)
    found = find_portal(portal)
    connection = connection_from_environment(found.connection)
    if plan:
        print_result(plan_step(found, connection, request), as_json=True)
        return
    with TerminalReport(quiet=as_json) as report:
        night = Night(found, connection, request, report)
        result = night.run(steps, command=f"sync --portal {portal}", wait=wait)
    print_result(result, as_json, night_in_lines)


@app.command()
def build(
    portal: PortalName,
    as_of: Annotated[str | None, typer.Option(help="Build the marts of this moment.")] = None,
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Rebuild every model whole.")
    ] = False,
    wait: Wait = False,
    as_json: AsJson = False,
) -> None:
    """Run dbt alone; with --as-of the file is written beside and never published."""
    with _usage():
        moment = _moment(as_of)
    with _locked(portal, "build", wait) as found:
        built = dbt.build(
            found, as_of=moment, full_refresh=full_refresh, report=TerminalReport(quiet=as_json)
        )
    print_result(
        {"marts": str(built.marts), "as_of": built.as_of, "seconds": built.seconds}
        | {"nodes": built.nodes},
        as_json,
    )


@app.command()
def sweep(portal: PortalName, wait: Wait = False, as_json: AsJson = False) -> None:
    """Prove that nothing is missing, repair what is, and publish the proof."""
    found = find_portal(portal)
    connection = connection_from_environment(found.connection)
    with TerminalReport(quiet=as_json) as report:
        night = Night(found, connection, RunRequest(mode="sweep"), report)
        result = night.run(STEPS, command=f"sweep --portal {portal}", wait=wait)
    print_result(result, as_json, night_in_lines)


@app.command()
def rebuild(portal: PortalName, wait: Wait = False, as_json: AsJson = False) -> None:
    """Make the warehouse anew from the landing files; publishes nothing."""
    with _locked(portal, "rebuild", wait) as found:
        made = build_anew(found.files)
    print_result({"loaded": list(made.runs), "rows": made.rows_by_stream}, as_json)


@app.command()
def publish(portal: PortalName, wait: Wait = False, as_json: AsJson = False) -> None:
    """Audit the candidate as it stands and, if it passes, publish it."""
    command = f"publish --portal {portal}"
    night = Night(find_portal(portal), report=TerminalReport(quiet=as_json))
    result = night.run(("audit", "publish"), command=command, wait=wait)
    print_result(result, as_json, night_in_lines)


@app.command()
def rollback(portal: PortalName, wait: Wait = False, as_json: AsJson = False) -> None:
    """Serve the generation before the one served now."""
    with _locked(portal, "rollback", wait) as found:
        served = roll_back(found.files)
    print_result({"version": served.version, "path": str(served.path)}, as_json)


@app.command()
def status(portal: PortalName, as_json: AsJson = False) -> None:
    """Show cursors, last runs, freshness, completeness and how late search is."""
    files = find_portal(portal).files
    print_result(status_of(files) | _search_lag(files), as_json, status_in_lines)


def _search_lag(files: PortalFiles) -> dict[str, Any]:
    """How late search was seen to show changes, and how far the next cursor is held back."""
    try:
        lags = search_lags(files)
    except WarehouseError:  # `warehouse` says why
        return {"search_lag": None}
    lags = remembered(lags)
    return {
        "search_lag": {
            "late": sum(lag.late for lag in lags),
            "latest_seconds": max((lag.seconds for lag in lags), default=0.0),
            "hold_back_minutes": hold_back_for(lags, hold_back()).total_seconds() / 60,
        }
    }


@contextmanager
def _locked(name: str, command: str, wait: bool) -> Iterator[Portal]:
    found = find_portal(name)
    found.files.ensure()
    with portal_lock(found.files, f"{command} --portal {name}", wait=wait):
        yield found


@contextmanager
def _usage() -> Iterator[None]:
    """Turn words that make no sense into a usage error (exit 2)."""
    try:
        yield
    except BadRequest as error:
        raise typer.BadParameter(str(error)) from error


def _moment(text: str | None) -> datetime | None:
    return None if text is None else parse_moment(text)


def _names(text: str | None) -> tuple[str, ...] | None:
    if text is None:
        return None
    return tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def _step(name: str) -> int:
    if name not in STEPS:
        raise BadRequest(f"step '{name}' is unknown; use one of {', '.join(STEPS)}.")
    return STEPS.index(name)
