"""What HubSpot promised about its records: tickets, contacts, companies, deals, activities."""

from typing import ClassVar

from great_expectations.expectations.metadata_types import FailureSeverity

from include.expectations.business_expectation import WARNING, BusinessExpectation, systematic
from include.expectations.raw_activities import CONVERSATIONS, ENGAGEMENTS

_OBJECTS = ("tickets", "contacts", "companies", "deals", *ENGAGEMENTS, *CONVERSATIONS)
RAW_TABLES = [
    *_OBJECTS,
    *("ticket_property_history", "ticket_associations", "ticket_association_reads"),
    *("engagement_associations", "engagement_association_reads"),
    *("owners", "pipelines", "stages", "properties", "property_groups", "account"),
    *("cursors", "loads"),
]
_TICKET_COUNT = "select count(*) from warehouse.raw.tickets"

_UPDATED_BEFORE_CREATED = (
    "select id as ticket_id, created_at, updated_at from warehouse.raw.tickets "
    "where updated_at < created_at"
)
# Malformed JSON would end the query with an error that quotes the ticket's text. An archived
# ticket's history may be unread, so only a live one without any history counts.
_STAGE_DISAGREES = """
    with newest as (
        select ticket_id, max_by(value, row(changed_at, sequence)) as stage_id
        from warehouse.raw.ticket_property_history
        where property_name = 'hs_pipeline_stage'
        group by ticket_id
    ), current as (
        select id as ticket_id, archived,
            case when json_valid(properties)
                then json_extract_string(properties, '$.hs_pipeline_stage') end as stage_id
        from warehouse.raw.tickets
    )
    select current.ticket_id
    from current left join newest using (ticket_id)
    where coalesce(current.stage_id, '') <> ''
        and case when newest.ticket_id is null then not current.archived
            else current.stage_id <> newest.stage_id end
"""


def _of_each_object(query: str) -> str:
    return " union all ".join(query.format(table=table) for table in _OBJECTS)


class ExpectEveryRawTableToExist(BusinessExpectation):
    """The warehouse has every raw table, so that no other sentence is true of nothing."""

    contradictions: ClassVar[str] = f"""
        select expected.table_name
        from (select unnest({RAW_TABLES}) as table_name) as expected
        anti join (
            select table_name from duckdb_tables()
            where database_name = 'warehouse' and schema_name = 'raw'
        ) as present using (table_name)
    """  # noqa: S608 - the names above


class ExpectEveryRecordIdExactlyOnce(BusinessExpectation):
    """A record of any kind has an id and one row: a second doubles its numbers."""

    contradictions: ClassVar[str] = _of_each_object(
        "select '{table}' as object_type, id from warehouse.raw.{table} "
        "group by id having count(*) > 1 or id is null"
    )


class ExpectEveryTicketToHaveItsTimes(BusinessExpectation):
    """Every ticket says when it was created and updated: its life and the merge depend on it."""

    contradictions: ClassVar[str] = (
        "select id as ticket_id from warehouse.raw.tickets "
        "where created_at is null or updated_at is null"
    )


class ExpectTicketPropertiesToBeReadable(BusinessExpectation):
    """The properties of every ticket are one JSON object."""

    contradictions: ClassVar[str] = (
        "select id as ticket_id from warehouse.raw.tickets "
        "where not coalesce(json_valid(properties), false) "
        "or case when json_valid(properties) then json_type(properties) <> 'OBJECT' end"
    )


class ExpectNoTicketUpdatedBeforeItsCreation(BusinessExpectation):
    """A ticket is not older than itself; HubSpot lets imports set a creation time in the future."""

    severity: FailureSeverity = WARNING
    contradictions: ClassVar[str] = _UPDATED_BEFORE_CREATED


class ExpectTicketTimesToBeRightOnTheWhole(BusinessExpectation):
    """At most one ticket in a hundred, or one at all, was updated before its creation.

    More is a misread column.
    """

    contradictions: ClassVar[str] = systematic(_UPDATED_BEFORE_CREATED, _TICKET_COUNT)


class ExpectArchivedRecordsToSayWhen(BusinessExpectation):
    """An archived record has its archival time, and one that has it is archived."""

    severity: FailureSeverity = WARNING
    contradictions: ClassVar[str] = _of_each_object(
        "select '{table}' as object_type, id from warehouse.raw.{table} "
        "where archived is distinct from (archived_at is not null)"
    )


class ExpectStageToAgreeWithItsHistory(BusinessExpectation):
    """A ticket's stage is the newest value of its stage history."""

    severity: FailureSeverity = WARNING
    contradictions: ClassVar[str] = _STAGE_DISAGREES


class ExpectStagesToAgreeWithHistoryOnTheWhole(BusinessExpectation):
    """At most one ticket in a hundred, or one at all, disagrees with its stage history.

    More is unread history.
    """

    contradictions: ClassVar[str] = systematic(_STAGE_DISAGREES, _TICKET_COUNT)


RECORDS = (
    ExpectEveryRawTableToExist,
    ExpectEveryRecordIdExactlyOnce,
    ExpectEveryTicketToHaveItsTimes,
    ExpectTicketPropertiesToBeReadable,
    ExpectNoTicketUpdatedBeforeItsCreation,
    ExpectTicketTimesToBeRightOnTheWhole,
    ExpectArchivedRecordsToSayWhen,
    ExpectStageToAgreeWithItsHistory,
    ExpectStagesToAgreeWithHistoryOnTheWhole,
)
