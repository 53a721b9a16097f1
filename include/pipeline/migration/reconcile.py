"""After a migration: the target read again by the ordinary sync, and both sides compared."""

import logging
from collections.abc import Callable
from typing import Any

from include.pipeline.migration.migrate import Move
from include.pipeline.migration.models import build_reconciliation
from include.pipeline.requests import RunRequest
from include.pipeline.steps import STEPS, Night

logger = logging.getLogger(__name__)
Report = Callable[[str], None]


def reread(move: Move, report: Report = logger.info, *, wait: bool = False) -> dict[str, Any]:
    """Sync the target: what was written is in its warehouse and its marts then.

    Returns:
        What each step of the night returned.

    Raises:
        PipelineError, HubSpotError, WarehouseError: As the steps.
    """
    night = Night(move.target, move.to, RunRequest(), report)
    return night.run(STEPS, command="migrate reconcile", wait=wait)


def reconcile(move: Move, report: Report = logger.info, *, wait: bool = False) -> dict[str, Any]:
    """Compare both sides on all levels, and write the report.

    Returns:
        verdict, levels, report, differences and more, as `Verdict.as_json`.

    Raises:
        PipelineError, WarehouseError: As drawn in their rooms.
    """
    with move.alone("migrate reconcile", wait=wait, both=True):
        return build_reconciliation(move.source, move.target, report).as_json()
