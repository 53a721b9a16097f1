"""What the loads promise: this portal's rows only, and a cursor that never runs ahead."""

from typing import ClassVar

from great_expectations.expectations.metadata_types import FailureSeverity

from include.expectations.business_expectation import WARNING, BusinessExpectation
from include.expectations.raw_records import RAW_TABLES

_OF_OTHER_PORTALS = " union all ".join(
    f"select '{table}' as table_name, _portal_id as portal_id, count(*) as row_count "  # noqa: S608
    f"from warehouse.raw.{table} "
    "where _portal_id is distinct from (select portal_id from audited_run) group by _portal_id"
    for table in RAW_TABLES
    if table not in ("cursors", "loads")
)


class ExpectSomethingToBeLoaded(BusinessExpectation):
    """At least one run is loaded: an empty warehouse proves nothing."""

    contradictions: ClassVar[str] = (
        "select 'raw.loads' as empty_table where not exists (from warehouse.raw.loads)"
    )


class ExpectEveryRunToBeLoadedOnce(BusinessExpectation):
    """A run was loaded once, and says until when its data are."""

    contradictions: ClassVar[str] = (
        "select run_id from warehouse.raw.loads "
        "group by run_id having count(*) > 1 or run_id is null or bool_or(data_as_of is null)"
    )


class ExpectEveryRowToBelongToThisPortal(BusinessExpectation):
    """Every raw row was read from the portal that the registry names."""

    contradictions: ClassVar[str] = _OF_OTHER_PORTALS


class ExpectTheAccountToBeThisPortal(BusinessExpectation):
    """The account that HubSpot says it is, is the portal that the registry names."""

    contradictions: ClassVar[str] = """
        select portal_id from warehouse.raw.account
        where removed_at is null
            and portal_id is distinct from (select portal_id from audited_run)
    """


class ExpectNoCursorAheadOfWhatWasRead(BusinessExpectation):
    """No cursor stands after the end of the newest read: what lies between would never be read."""

    contradictions: ClassVar[str] = """
        select stream, cursor_at from warehouse.raw.cursors
        where cursor_at > (select max(data_as_of) from warehouse.raw.loads)
    """


class ExpectEveryStreamToHaveOneCursor(BusinessExpectation):
    """A stream has one cursor: with two, the older one reads again and the newer one skips."""

    contradictions: ClassVar[str] = (
        "select stream from warehouse.raw.cursors "
        "group by stream having count(*) > 1 or stream is null or bool_or(cursor_at is null)"
    )


class ExpectEveryLoadToMoveForward(BusinessExpectation):
    """A later run is of a later state of the portal; a clock that went back is told."""

    severity: FailureSeverity = WARNING
    contradictions: ClassVar[str] = """
        with runs as (
            select run_id, data_as_of, lag(data_as_of) over (order by run_id) as earlier_as_of
            from warehouse.raw.loads
        )
        select run_id, data_as_of from runs where data_as_of < earlier_as_of
    """


LOADS = (
    ExpectSomethingToBeLoaded,
    ExpectEveryRunToBeLoadedOnce,
    ExpectEveryRowToBelongToThisPortal,
    ExpectTheAccountToBeThisPortal,
    ExpectNoCursorAheadOfWhatWasRead,
    ExpectEveryStreamToHaveOneCursor,
    ExpectEveryLoadToMoveForward,
)
