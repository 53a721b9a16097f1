"""Writing an approved plan, from the beginning or from where it was cut off."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import duckdb

from include.hubspot.session import HubSpotSession
from include.hubspot.writing import WritingSession
from include.migration import (
    plan_checks,
    preflight,
    write_definitions,
    write_engagement_links,
    write_engagements,
    write_files,
    write_labels,
    write_links,
    write_pipelines,
    write_tickets,
)
from include.migration.ending import Ended, ended, ending
from include.migration.errors import PlanChanged
from include.migration.files import MigrationFiles
from include.migration.ledger import Ledger
from include.migration.ledger_file import Migration
from include.migration.plan_file import PlanSeal, open_plan
from include.migration.run import Run


@dataclass(frozen=True)
class Written(Ended):
    """What a run of the writer left behind.

    Attributes:
        writes: Those of its calls that write.
    """

    writes: int

    def as_json(self) -> dict[str, Any]:
        """The result as the command line prints it."""
        return super().as_json() | {"writes": self.writes}


def write(
    files: MigrationFiles,
    plan_hash: str,
    target: WritingSession,
    source: HubSpotSession,
    report: Callable[[str], None],
) -> Written:
    """Write an approved plan; what the ledger has confirmed is not written again.

    Args:
        files: Where plan and ledger lie.
        plan_hash: What was approved.
        target: Bound to the portal that is written to.
        source: The portal that files are downloaded from.
        report: Told lines of progress.

    Raises:
        MigrationError: The plan is not the approved one, contradicts itself, or a definition that
            everything else needs was refused.
        HubSpotError: As drawn in its room; the ledger knows what was sent, run it again.
    """
    with open_plan(files.plan, plan_hash) as (plan, seal), Ledger(files.ledger) as ledger:
        _check(files, plan, seal, ledger, target, source)
        probes = target.writes
        migration = ledger.begin(
            plan_hash, seal.source_portal_id, seal.target_portal_id, target.now()
        )
        run = Run(plan, seal, ledger, migration, target, source, report)
        with ending(ledger, files.outcome):
            _write_all(run)
            ledger.note_state(migration.id, "written")
        left = ended(ledger, migration, target, "written")
        return Written(**vars(left), writes=target.writes - probes)


def _check(  # noqa: PLR0913, PLR0917 - everything that a write begins with
    files: MigrationFiles,
    plan: duckdb.DuckDBPyConnection,
    seal: PlanSeal,
    ledger: Ledger,
    target: WritingSession,
    source: HubSpotSession,
) -> None:
    """Refuse what must not be written, before anything is."""
    portals = (files.source_portal_id, files.target.portal_id)
    if portals != (seal.source_portal_id, seal.target_portal_id) or target.portal_id != (
        seal.target_portal_id
    ):
        raise PlanChanged(
            f"plan {seal.plan_hash} leads from portal {seal.source_portal_id} to portal "
            f"{seal.target_portal_id}, not to portal {target.portal_id}: nothing was written."
        )
    known = ledger.of_plan(seal.plan_hash)
    if known is not None and known.state == "undoing":
        raise PlanChanged(
            f"plan {seal.plan_hash} is being taken back: nothing was written; let `migrate undo` "
            "end first, then run `migrate plan` again."
        )
    plan_checks.require_sound(plan)
    preflight.check(source, target, plan, seal, _share_left(ledger, known))


def _share_left(ledger: Ledger, known: Migration | None) -> float:
    """How much of the plan is still to be written, by the number of objects."""
    if known is None or known.state == "undone":
        return 1.0
    counts = ledger.counts(known.id).values()
    total = sum(sum(states.values()) for states in counts)
    done = sum(states.get("confirmed", 0) for states in counts)
    return 1.0 - done / total if total else 1.0


def _write_all(run: Run) -> None:
    """The order: what a record needs is there before the record."""
    for part in (
        write_definitions,
        write_pipelines,
        write_labels,
        write_tickets,
        write_links,
        write_files,
        write_engagements,
        write_engagement_links,
    ):
        part.enter(run)
    write_definitions.write_groups(run)
    write_definitions.write_properties(run)
    write_pipelines.write(run)
    labels = write_labels.write(run)
    for object_type in write_tickets.RELATED:
        write_tickets.write_related(run, object_type)
    write_tickets.write_tickets(run)
    write_links.write_ticket_links(run, labels)
    write_files.write(run)
    for kind in write_engagements.KINDS:
        write_engagements.write(run, kind)
        write_engagement_links.write(run, kind)
