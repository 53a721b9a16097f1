"""`migrate plan | write | reconcile | undo`: the commands of a migration."""

import sys
from typing import Annotated

import typer

from include.migration.choices import PlanChoices
from include.pipeline.connections import connection_from_environment
from include.pipeline.migration import migrate
from include.pipeline.migration.migrate import Move
from include.pipeline.migration.reconcile import reconcile as compare
from include.pipeline.migration.reconcile import reread
from include.pipeline.migration.text import (
    outcome_in_lines,
    plan_in_lines,
    verdict_in_lines,
)
from include.pipeline.terminal import TerminalReport, print_result

app = typer.Typer(no_args_is_help=True, help="Move tickets from one portal into another.")

From = Annotated[str, typer.Option("--from", help="The portal that is left.")]
To = Annotated[str, typer.Option("--to", help="The portal that is moved to.")]
PlanHash = Annotated[str, typer.Option("--plan", help="The plan's hash: naming it approves it.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object as the result.")]
Wait = Annotated[bool, typer.Option("--wait", help="Wait for a run that holds a portal.")]


@app.command()
def plan(  # noqa: PLR0913, PLR0917 - a command's options are its arguments
    source: From,
    target: To,
    limit: Annotated[int | None, typer.Option(help="Only the first N tickets.")] = None,
    filter_: Annotated[
        list[str] | None,
        typer.Option("--filter", help="Only tickets where property=value; may be repeated."),
    ] = None,
    delta: Annotated[
        bool, typer.Option("--delta", help="Only what changed since it was migrated.")
    ] = False,
    missing: Annotated[
        str, typer.Option(help="Contacts, companies, deals that the target lacks: create or list.")
    ] = "create",
    fallback_owner: Annotated[
        str | None, typer.Option(help="E-mail of who gets what missing owners had.")
    ] = None,
    wait: Wait = False,
    as_json: AsJson = False,
) -> None:
    """Say what would be written, what it takes, and what will not be as it was."""
    try:
        choices = PlanChoices(
            limit=limit,
            filter=tuple(_pair(one) for one in filter_ or ()),
            delta=delta,
            missing_records=missing,  # type: ignore[arg-type]
            fallback_owner=fallback_owner,
        )
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    report = TerminalReport(quiet=as_json)
    result = migrate.plan(_move(source, target), choices, report, wait=wait)
    print_result(result, as_json, plan_in_lines)


@app.command()
def write(
    source: From, target: To, plan_hash: PlanHash, wait: Wait = False, as_json: AsJson = False
) -> None:
    """Write an approved plan, or go on with one that was cut off."""
    report = TerminalReport(quiet=as_json)
    result = migrate.write(_move(source, target), plan_hash, report, wait=wait)
    print_result(result, as_json, outcome_in_lines)
    if result["failed"]:
        sys.stderr.write(
            f"{result['failed']} objects could not be written, each with its reason in the "
            "ledger; everything else is written: run the same command again once the reasons "
            "are dealt with.\n"
        )
        raise typer.Exit(1)


@app.command()
def undo(
    source: From, target: To, plan_hash: PlanHash, wait: Wait = False, as_json: AsJson = False
) -> None:
    """Archive what a migration made, and give back what it changed."""
    report = TerminalReport(quiet=as_json)
    result = migrate.undo(_move(source, target), plan_hash, report, wait=wait)
    print_result(result, as_json, outcome_in_lines)
    if result["state"] != "undone":
        sys.stderr.write(
            f"{result['failed']} objects could not be taken back, for the reasons given, and "
            "everything else is: once they are dealt with, it is safe to run the same command "
            "again, which tries just these.\n"
        )
        raise typer.Exit(1)


@app.command()
def reconcile(source: From, target: To, wait: Wait = False, as_json: AsJson = False) -> None:
    """Read the target again, compare both sides, write the report; exit 1 on a fail."""
    move, report = _move(source, target), TerminalReport(quiet=as_json)
    reread(move, report, wait=wait)
    result = compare(move, report, wait=wait)
    print_result(result, as_json, verdict_in_lines)
    if result["verdict"] != "pass":
        sys.stderr.write(f"the migration is not faithful: read {result['report']}.\n")
        raise typer.Exit(1)


def _move(source: str, target: str) -> Move:
    return migrate.move_between(
        source, target, lambda portal: connection_from_environment(portal.connection)
    )


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise ValueError(f"filter '{text}' is none: give property=value.")
    return name.strip(), value
