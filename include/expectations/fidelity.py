"""Whether a migration was faithful: the fidelity suite held, and the report of it written."""

# ruff: noqa: S608 - our own text

import json
import os
import shutil
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from include.expectations.differences_file import write_differences
from include.expectations.errors import AuditError
from include.expectations.fidelity_files import FidelityEvidence, attached_sides
from include.expectations.fidelity_page import render_fidelity
from include.expectations.report import AuditResult

LEVELS = (
    *("definitions", "population", "identity", "fields", "links", "conversations", "measures"),
)
MOST_ROWS = 1_000


@dataclass(frozen=True)
class FidelityReport:
    """What a reconciliation found and what the expectations say of it.

    Attributes:
        faithful: nothing is unexplained and every expectation held.
        levels: one row per level, in the contract's order.
        kinds: unexplained differences by kind.
        results: of the expectations.
        page: one self-contained HTML file.
        differences: CSV of every difference, the unexplained ones first.
    """

    faithful: bool
    levels: list[dict[str, Any]]
    kinds: dict[str, int]
    results: list[AuditResult]
    page: Path
    differences: Path

    def summary(self) -> str:
        """Say in one sentence what was found, with no ticket text."""
        if self.faithful:
            checked = sum(level["checked"] for level in self.levels)
            return f"The migration is faithful: {checked} comparisons, none without a reason."
        named = ", ".join(f"{count} {kind}" for kind, count in sorted(self.kinds.items()))
        failed = sum(not result.success for result in self.results)
        return (
            f"The migration is not faithful: {named or 'no difference listed'}; {failed} "
            f"expectations failed; {self.page} shows each, and undo or another write is safe."
        )


def judge_fidelity(evidence: FidelityEvidence, reports: Path) -> FidelityReport:
    """Hold the fidelity suite over both sides and write page, JSON and CSV.

    Args:
        evidence: both warehouses and the reconciliation, none of them open for writing.
        reports: folder for the files, made when absent.

    Raises:
        AuditError: it could not be judged; nothing is proven.
    """
    # Importing Great Expectations takes 4 to 12 seconds: only who judges waits for it.
    from include.expectations import fidelity_suite  # noqa: PLC0415
    from include.expectations.validation import validate  # noqa: PLC0415

    reports.mkdir(parents=True, exist_ok=True)
    for left_behind in reports.glob(".fidelity-*"):
        shutil.rmtree(left_behind, ignore_errors=True)
    try:
        with tempfile.TemporaryDirectory(prefix=".fidelity-", dir=reports) as spill:
            # Great Expectations closes the connection that it was given.
            with attached_sides(evidence, Path(spill)) as connection:
                results = validate(connection, (fidelity_suite,))
            with attached_sides(evidence, Path(spill)) as connection:
                return _write(connection, evidence, results, reports)
    except OSError as error:
        raise AuditError(
            f"The reconciliation's report could not be written into {reports} ({error.strerror}); "
            "make room or give back the rights to it, then reconcile again, which is safe."
        ) from error


def _write(
    connection: duckdb.DuckDBPyConnection,
    evidence: FidelityEvidence,
    results: list[AuditResult],
    reports: Path,
) -> FidelityReport:
    levels = sorted(
        _rows(connection, "select * from reconciled.marts.reconciliation_levels"),
        key=lambda row: LEVELS.index(row["level"]),
    )
    kinds = {
        row["kind"]: row["found"]
        for row in _rows(
            connection,
            "select kind, sum(occurrences)::bigint as found "
            "from reconciled.marts.reconciliation_differences where not is_explained group by kind",
        )
    }
    report = FidelityReport(
        faithful=not kinds and all(result.success for result in results),
        levels=levels,
        kinds=kinds,
        results=results,
        page=reports / "reconciliation.html",
        differences=reports / "differences.csv",
    )
    write_differences(connection, report.differences)
    content = _content(connection, evidence, report)
    _replace(reports / "reconciliation.json", json.dumps(content, indent=2, ensure_ascii=False))
    _replace(report.page, render_fidelity(content))
    return report


def _content(
    connection: duckdb.DuckDBPyConnection, evidence: FidelityEvidence, report: FidelityReport
) -> dict[str, Any]:
    return {
        "faithful": report.faithful,
        "summary": report.summary(),
        "source_portal_id": evidence.source_portal_id,
        "target_portal_id": evidence.target_portal_id,
        "judged_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "levels": report.levels,
        "kinds": report.kinds,
        "unexplained": _rows(
            connection,
            "select * from reconciled.marts.reconciliation_differences where not is_explained "
            f"order by level, kind, source_id, target_id, field limit {MOST_ROWS}",
        ),
        "expected": _rows(
            connection,
            "select level, kind, field, reason, sum(occurrences)::bigint as occurrences, "
            "min(source_id) as example from reconciled.marts.reconciliation_differences "
            "where is_explained group by level, kind, field, reason "
            f"order by level, kind, occurrences desc, field limit {MOST_ROWS}",
        ),
        "population": _rows(
            connection,
            "select * from reconciled.marts.reconciliation_population "
            f"order by dimension <> 'all', dimension, source_count desc, value limit {MOST_ROWS}",
        ),
        "expectations": [asdict(result) for result in report.results],
    }


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    found = connection.execute(query)
    names = [name for name, *_ in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _replace(path: Path, content: str) -> None:
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_text(content, encoding="utf-8")
    unfinished.chmod(0o600)
    os.replace(unfinished, path)  # noqa: PTH105 - says what it does: atomic on every platform
