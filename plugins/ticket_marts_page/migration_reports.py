"""The reconciliations of migrations into a portal, read from the reports that they left."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# Below a portal's folder, one folder per portal that was moved from (docs/migration.md).
_REPORTS = "migrations/*/reports/reconciliation.json"


@dataclass(frozen=True)
class Level:
    """One level of a reconciliation: how many comparisons, and how many of them without a reason.

    `fidelity` is the percentage of comparisons that are equal, mapped or expected.
    """

    level: str
    checked: int
    unexplained: int
    fidelity: float


@dataclass(frozen=True)
class MigrationReport:
    """What a reconciliation found, or why it cannot be shown (`problem`). Counts only.

    Attributes:
        source_portal_id: HubSpot's id of the portal that tickets came from.
        page: the whole report, self-contained HTML.
        differences: CSV of every difference.
        faithful: nothing is without a reason.
        judged_at: when, UTC, as written.
        levels: in the order of the report.
        kinds: differences without a reason, by kind.
        problem: in a sentence.
    """

    source_portal_id: str
    page: Path
    differences: Path
    faithful: bool = False
    judged_at: str = ""
    levels: list[Level] = field(default_factory=list)
    kinds: dict[str, int] = field(default_factory=dict)
    problem: str | None = None


def read_reports(portal_folder: Path) -> list[MigrationReport]:
    """Read every migration's report of one target portal, by source portal id.

    Args:
        portal_folder: of the portal that tickets went to.

    Returns:
        One per source; a report that cannot be read is among them, with `problem`.
    """
    return [_read(path) for path in sorted(portal_folder.glob(_REPORTS))]


def _read(path: Path) -> MigrationReport:
    source_portal_id = path.parents[1].name
    files = (source_portal_id, path.with_suffix(".html"), path.with_name("differences.csv"))
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        levels = [
            Level(row["level"], row["checked"], row["unexplained"], row["fidelity"])
            for row in told["levels"]
        ]
        return MigrationReport(
            *files, told["faithful"], told["judged_at"], levels, dict(told["kinds"])
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        problem = (
            f"The report of the migration from portal {source_portal_id} cannot be read "
            f"({type(error).__name__}): `python -m include migrate reconcile` writes it anew."
        )
        return MigrationReport(*files, problem=problem)
