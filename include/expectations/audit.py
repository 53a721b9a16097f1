"""The audit that decides whether a night is published."""

import re
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from include.expectations.attached_files import Evidence, attached
from include.expectations.errors import AuditError
from include.expectations.report import AuditReport, AuditResult


def audit(
    raw_database: Path,
    staged: Path,
    *,
    portal_id: str,
    run_id: str,
    reports: Path,
) -> AuditReport:
    """Hold the raw suite and the marts suite, write the report, say whether to publish.

    A failed expectation raises nothing: it is in the report. Every file is opened read-only and
    closed on return; an open read-write connection to one of them in this process is refused by
    DuckDB, so close it first.

    Args:
        raw_database: warehouse.duckdb, with schema raw.
        staged: the file that would be published, with schemas marts and meta; the `tickets.duckdb`
            beside it is the one that readers have now, and is compared with it.
        portal_id: the registry's portal id, which every row must carry.
        run_id: the run being audited; names the report files `audit-<run_id>.json` and `.html`.
        reports: folder for the report, made when absent.

    Raises:
        AuditError: the audit could not be held; nothing is proven, so publish nothing.
    """
    # Importing Great Expectations takes 4 to 12 seconds: only who audits waits for it.
    from include.expectations.validation import validate  # noqa: PLC0415

    if not re.fullmatch(r"[\w.-]{1,100}", run_id):
        raise AuditError(
            f"The run id {run_id[:40]!r} cannot name a report file; "
            "a run id is made of letters, digits, dots, dashes and underscores."
        )
    evidence = Evidence(raw_database, staged, staged.with_name("tickets.duckdb"), portal_id, run_id)
    try:
        return _audit(evidence, reports, validate)
    except OSError as error:
        raise AuditError(
            f"The audit could not write into {reports} ({error.strerror}), so nothing was "
            "published; make room or give back the rights to it, then run again, which is safe."
        ) from error


def _audit(
    evidence: Evidence,
    reports: Path,
    validate: Callable[[duckdb.DuckDBPyConnection], list[AuditResult]],
) -> AuditReport:
    reports.mkdir(parents=True, exist_ok=True)
    for left_behind in reports.glob(".audit-*"):
        shutil.rmtree(left_behind, ignore_errors=True)
    audited_at, begun = datetime.now(UTC), time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix=".audit-", dir=reports) as spill,
        attached(evidence, Path(spill)) as connection,
    ):
        results = validate(connection)
    report = AuditReport(
        success=not any(result.blocks for result in results),
        results=results,
        portal_id=evidence.portal_id,
        run_id=evidence.run_id,
        audited_at=audited_at,
        seconds=round(time.monotonic() - begun, 3),
        json_file=reports / f"audit-{evidence.run_id}.json",
        html_file=reports / f"audit-{evidence.run_id}.html",
    )
    report.write()
    return report
