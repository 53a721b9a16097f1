"""Every expectation can fail: one spoiled row each, and exactly the sentences it contradicts."""

import pytest

from include.expectations import marts_suite, raw_suite
from tests.include.expectations.small_portal import change
from tests.include.expectations.spoiled_marts import MARTS_SPOILED
from tests.include.expectations.spoiled_raw import RAW_SPOILED

SPOILED = RAW_SPOILED | MARTS_SPOILED
# Without a table other sentences cannot be checked either: test_audit.py has these two.
MISSING_TABLES = {"ExpectEveryRawTableToExist", "ExpectEveryMartToExist"}


def _spoil(night, where: str, statement: str) -> None:
    if where == "both":
        statement = statement.format(warehouse="warehouse", staged="staged")
        change(night.staged, f"attach '{night.raw}' as warehouse; {statement}")
    else:
        change(getattr(night, where), statement)


@pytest.mark.parametrize("expectation", SPOILED)
def test_a_spoiled_row_fails_its_expectation_and_is_named(expectation, night, failed):
    where, statement, offending, also = SPOILED[expectation]
    _spoil(night, where, statement)

    report = night.audit()

    assert failed(report) == {expectation} | also
    found = next(result for result in report.results if result.expectation == expectation)
    assert found.unexpected_count == len(offending)
    assert found.offending == offending
    assert found.observed == ("1 row" if len(offending) == 1 else f"{len(offending)} rows")
    if report.success or found.blocks:
        assert expectation in report.summary()
        assert next(iter(offending[0].values())) in report.summary()
    assert "secret text" not in report.json_file.read_text()
    blocking = {result.expectation for result in report.failures}
    assert report.success is (not blocking)
    assert (expectation in blocking) is (found.severity == "critical")


def test_every_expectation_of_both_suites_is_seen_failing():
    every = {cls.__name__ for cls in (*raw_suite.EXPECTATIONS, *marts_suite.EXPECTATIONS)}
    assert every == set(SPOILED) | MISSING_TABLES
    assert len(every) > 40


def test_severity_says_what_blocks(night):
    warnings = {
        result.expectation for result in night.audit().results if result.severity == "warning"
    }
    assert warnings == {
        "ExpectNoTicketUpdatedBeforeItsCreation",
        "ExpectArchivedRecordsToSayWhen",
        "ExpectStageToAgreeWithItsHistory",
        "ExpectEntriesOfOneMomentToHaveAnOrder",
        "ExpectLinkedEngagementsToBeKnown",
        "ExpectEveryLoadToMoveForward",
        "ExpectTheServedFileToBeReadable",
        "ExpectEveryRelatedRecordInTheMartsOnce",
        "ExpectEveryTicketToHaveAKnownStageOfItsPipeline",
        "ExpectEveryTicketToHaveAKnownOwner",
        "ExpectTheStageToBeTheLastVisit",
        "ExpectABreachToSayWhen",
        "ExpectEveryTicketToSayWhetherItsSlaIsBreached",
    }
