"""What dbt says of a migration: the plan before it, the reconciliation after it."""

import logging
from collections.abc import Callable
from pathlib import Path

from include.migration.choices import PlanChoices
from include.migration.files import MigrationFiles
from include.migration.plan_file import open_plan
from include.pipeline.errors import BadRequest
from include.pipeline.migration.dbt import maps_of, run_models
from include.pipeline.migration.request import forget, write_request
from include.pipeline.migration.verdict import Level, Verdict
from include.pipeline.registry import Portal
from include.warehouse.connection import open_warehouse

logger = logging.getLogger(__name__)
Report = Callable[[str], None]


def build_plan(
    source: Portal,
    target: Portal,
    choices: PlanChoices,
    report: Report = logger.info,
    maps: Path | None = None,
) -> None:
    """Make `plan.duckdb`: every row that is still to be written, and what will not be as it was.

    Both portals' locks are held by the caller, and the look-ups lie in `lookups.duckdb`.

    Args:
        source: read from its warehouse and its published marts.
        target: known by the look-ups.
        choices: how much, and what to do with what the target lacks.
        report: told lines of progress.
        maps: rows that replace those of the default `migration_maps.csv`; the file of that name in
            the target's policies folder when None.

    Raises:
        BadRequest: no look-ups, nothing published at the source, or a map that names what is not
            there; nothing was written.
        BuildFailed: a model failed.
    """
    files = MigrationFiles(target.files, source.portal_id).ensure()
    if not files.lookups.exists():
        raise BadRequest(
            f"the target portal '{target.name}' was not asked yet what it has: run `migrate plan`, "
            "which does; nothing was written."
        )
    options = (
        source.portal_id,
        target.portal_id,
        choices.limit,
        choices.delta,
        choices.missing_records,
        choices.fallback_owner,
    )
    write_request(files, options, filters=choices.filter)
    forget(files.plan)
    seconds = run_models("plan", source, files, maps or maps_of(target))
    report(f"planned in {seconds:.1f} s")
    _refuse_wrong_maps(files.plan)


def build_reconciliation(
    source: Portal,
    target: Portal,
    report: Report = logger.info,
    maps: Path | None = None,
) -> Verdict:
    """Compare both portals, hold the fidelity expectations, and write the report.

    Both portals' locks are held by the caller, and the target was synced after the write.

    Args:
        source: read from its warehouse and its published marts.
        target: read from its warehouse.
        report: told lines of progress.
        maps: as for the plan.

    Raises:
        BadRequest, BuildFailed, AuditError, MigrationError: it could not be judged.
    """
    # Imported here: Great Expectations takes seconds to import, most commands do not need it.
    from include.expectations.fidelity import judge_fidelity  # noqa: PLC0415
    from include.expectations.fidelity_files import FidelityEvidence  # noqa: PLC0415

    files = compare(source, target, report, maps)
    evidence = FidelityEvidence(
        source.files.warehouse,
        target.files.warehouse,
        files.reconciliation,
        source.portal_id,
        target.portal_id,
    )
    found = judge_fidelity(evidence, files.reports)
    report(found.summary())
    return Verdict(
        verdict="pass" if found.faithful else "fail",
        levels=tuple(Level(**level) for level in found.levels),
        kinds=found.kinds,
        report=found.page,
        differences=found.differences,
        summary=found.summary(),
    )


def compare(
    source: Portal,
    target: Portal,
    report: Report = logger.info,
    maps: Path | None = None,
) -> MigrationFiles:
    """Make `reconciliation.duckdb`: both warehouses compared, level by level.

    Args and what holds before: as `build_reconciliation`, which judges what this finds.

    Raises:
        MigrationError: nothing was planned.
        BadRequest: nothing is published at the source, or a map is none.
        BuildFailed: a model failed.
    """
    files = MigrationFiles(target.files, source.portal_id)
    with open_plan(files.plan) as (_, seal):
        chosen = seal.options
    options = (
        source.portal_id,
        target.portal_id,
        None,
        False,
        chosen.get("missing_records", "create"),
        chosen.get("fallback_owner"),
    )
    write_request(files, options, compares=True)
    forget(files.reconciliation)
    seconds = run_models("reconciliation", source, files, maps or maps_of(target))
    report(f"compared in {seconds:.1f} s")
    return files


def _refuse_wrong_maps(plan: Path) -> None:
    with open_warehouse(plan) as connection:
        wrong = connection.execute(
            "select object_type, field, reason from migration.plan_exceptions "
            "where kind = 'unknown_in_map' order by all"
        ).fetchall()
    if wrong:
        forget(plan)
        named = "; ".join(f"{kind} '{value}': {reason}" for kind, value, reason in wrong[:3])
        raise BadRequest(
            f"migration_maps.csv has {len(wrong)} row(s) that cannot be followed ({named}); "
            "nothing was written: correct them and plan again."
        )
