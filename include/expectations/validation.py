"""Holds both suites with Great Expectations. Importing this takes seconds: see `audit`."""

import inspect
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from types import ModuleType
from typing import Any

import duckdb
import great_expectations as gx
from great_expectations.core import ExpectationValidationResult
from great_expectations.core.batch import Batch

from include.expectations import marts_suite, raw_suite
from include.expectations.business_expectation import BusinessExpectation
from include.expectations.duckdb_datasource import batches
from include.expectations.errors import AuditError
from include.expectations.report import AuditResult

SUITES: tuple[ModuleType, ...] = (raw_suite, marts_suite)
# These two say which table or column is not there. Any other error may quote a cell's text.
_ABOUT_THE_SCHEMA = re.compile(r"(?:Catalog|Binder) Error: [^\n\"\\]+(?:\"[^\"\n]*\"[^\n\"\\]*)*")


def validate(
    connection: duckdb.DuckDBPyConnection, suites: tuple[ModuleType, ...] = SUITES
) -> list[AuditResult]:
    """Hold every suite and return one result per expectation, in the suites' order.

    Args:
        connection: what `attached` yields, or `attached_sides` for a migration's suite.
        suites: which to hold.

    Raises:
        AuditError: a suite did not answer for each of its expectations.
    """
    about = {suite.NAME: suite.ABOUT for suite in suites}
    with _without_cell_values_in_logs(), batches(connection, about) as found:
        return [result for suite in suites for result in _hold(suite, found[suite.NAME])]


@contextmanager
def _without_cell_values_in_logs() -> Iterator[None]:
    # Great Expectations logs a failed query with the database's message, which can quote a ticket.
    logger = logging.getLogger("great_expectations")
    was_disabled, logger.disabled = logger.disabled, True
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.disabled = was_disabled
        logger.setLevel(level)


def _hold(suite: ModuleType, batch: Batch) -> list[AuditResult]:
    expectations = [expectation() for expectation in suite.EXPECTATIONS]
    answer = batch.validate(
        gx.ExpectationSuite(suite.NAME, expectations=expectations), result_format="COMPLETE"
    )
    answers = {result.expectation_config.type: result for result in answer.results}
    unanswered = [
        type(expectation).__name__
        for expectation in expectations
        if expectation.expectation_type not in answers
    ]
    if unanswered or not expectations:
        raise AuditError(
            f"{suite.NAME} did not answer for {', '.join(unanswered) or 'anything'}, so nothing "
            "was proven and nothing was published; this is a fault of the audit, not of the data."
        )
    return [
        _result(suite.NAME, expectation, answers[expectation.expectation_type])
        for expectation in expectations
    ]


def _result(
    suite: str, expectation: BusinessExpectation, answer: ExpectationValidationResult
) -> AuditResult:
    count = answer.result.get("observed_value")
    if count is None:
        observed = f"could not be checked: {_cause(answer.exception_info)}"
    else:
        observed = f"{count} row{'' if count == 1 else 's'}" if count else "as expected"
    rows = answer.result.get("details", {}).get("unexpected_rows", [])
    return AuditResult(
        suite=suite,
        expectation=type(expectation).__name__,
        sentence=" ".join((inspect.getdoc(type(expectation)) or "").split()),
        # What could not be checked proves nothing, however mild its failure would have been.
        severity="critical" if count is None else expectation.severity.value,
        success=bool(answer.success),
        observed=observed,
        unexpected_count=count,
        offending=[{name: _text(value) for name, value in row.items()} for row in rows],
    )


def _cause(exception_info: Any) -> str:
    about_the_schema = _ABOUT_THE_SCHEMA.search(str(exception_info))
    if about_the_schema:
        return about_the_schema.group(0).strip()
    kind = re.search(r"_?duckdb\.(\w+)", str(exception_info))
    return f"the query ended with {kind.group(1) if kind else 'an error'}"


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return value.isoformat() if isinstance(value, datetime) else str(value)
