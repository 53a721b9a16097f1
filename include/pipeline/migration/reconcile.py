"""After a migration: the target read again, as a sync and a sweep do, and both sides compared."""

import logging
from collections.abc import Callable
from typing import Any

from include.pipeline.migration import source_checks
from include.pipeline.migration.migrate import Move
from include.pipeline.migration.models import build_reconciliation
from include.pipeline.requests import RunRequest
from include.pipeline.steps import STEPS, Night

logger = logging.getLogger(__name__)
Report = Callable[[str], None]


def reread(move: Move, report: Report = logger.info, *, wait: bool = False) -> dict[str, Any]:
    """Sync and sweep the target: what was written is in its warehouse and its marts then.

    A sync alone would not do: HubSpot's search lags behind what was just written, and links that
    changed alone move no modified time. A reconciliation of half a read would accuse the writer.

    Returns:
        What each step of the sweep's night returned; its `proof` is under `extract`.

    Raises:
        PipelineError, HubSpotError, WarehouseError: As the steps.
    """
    command = "migrate reconcile"
    changed = Night(move.target, move.to, RunRequest(), report)
    changed.run(("extract", "load"), command=command, wait=wait)
    proven = Night(move.target, move.to, RunRequest(mode="sweep"), report)
    return proven.run(STEPS, command=command, wait=wait)


def reconcile(move: Move, report: Report = logger.info, *, wait: bool = False) -> dict[str, Any]:
    """Compare both sides on all levels, and write the report.

    Returns:
        verdict, levels, report, differences and more, as `Verdict.as_json`.

    Raises:
        BadRequest: The files of one side could not be read.
        PipelineError, WarehouseError: As drawn in their rooms.
    """
    with move.alone("migrate reconcile", wait=wait, both=True):
        source_checks.require_files_of_both(move.source, move.target)
        return build_reconciliation(move.source, move.target, report).as_json()
