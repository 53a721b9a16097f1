"""What the staged file promises as a whole: this portal's, of this run, fresh, whole."""

from typing import ClassVar

from great_expectations.expectations.metadata_types import FailureSeverity

from include.expectations.business_expectation import WARNING, BusinessExpectation

MARTS = [
    *("tickets", "ticket_property_history", "ticket_activities", "ticket_timeline"),
    *("ticket_stage_intervals", "ticket_associations", "ticket_slas", "sla_attainment_daily"),
    *("ticket_responses", "ticket_attachments", "ticket_chats", "ticket_inbox"),
    *("ticket_sla_events", "sla_differences", "resolution_daily", "backlog_daily"),
    *("agent_performance_weekly", "team_performance_weekly", "company_health", "escalations"),
    *("ticket_stats", "tickets_wide", "tickets_wide_columns", "data_quality", "teams"),
    *("pipelines", "stages", "owners", "contacts", "companies", "deals"),
]


class ExpectEveryMartToExist(BusinessExpectation):
    """Every promised mart is in the file, so that no other sentence is true of nothing."""

    contradictions: ClassVar[str] = f"""
        with present as (
            select table_name, schema_name from duckdb_tables() where database_name = 'staged'
            union all
            select view_name, schema_name from duckdb_views() where database_name = 'staged'
        ), expected as (
            select 'marts' as schema_name, unnest({MARTS}) as table_name
            union all select 'meta', 'published'
        )
        select schema_name, table_name
        from expected anti join present using (schema_name, table_name)
    """  # noqa: S608 - the names above


class ExpectOneWholePublicationRow(BusinessExpectation):
    """meta.published has one row, and only complete_through may be missing in it."""

    contradictions: ClassVar[str] = """
        select 'meta.published' as table_name, count(*) as row_count
        from staged.meta.published
        having count(*) <> 1 or count(*) filter (
            where portal_id is null or run_id is null or data_as_of is null
                or published_at is null or version is null
        ) > 0
    """


class ExpectThePublicationToBeOfThisRun(BusinessExpectation):
    """The file says the portal and the run that are being audited."""

    contradictions: ClassVar[str] = """
        select published.portal_id, published.run_id
        from staged.meta.published, audited_run
        where published.portal_id is distinct from audited_run.portal_id
            or published.run_id is distinct from audited_run.run_id
    """


class ExpectThePublicationToBeAsFreshAsTheLoad(BusinessExpectation):
    """data_as_of is that of the newest whole read: neither stale nor a promise ahead of it."""

    contradictions: ClassVar[str] = """
        select published.run_id, published.data_as_of
        from staged.meta.published
        where data_as_of is distinct from (
            select max(data_as_of) from warehouse.raw.loads where coalesce(is_whole, true)
        )
    """


class ExpectNoCompletenessAheadOfTheData(BusinessExpectation):
    """complete_through is proven for a moment that was read."""

    contradictions: ClassVar[str] = (
        "select run_id, complete_through from staged.meta.published "
        "where complete_through > data_as_of"
    )


class ExpectThePublicationToMoveForward(BusinessExpectation):
    """What replaces the served file is newer in version and not older in data."""

    contradictions: ClassVar[str] = """
        select published.version, published.data_as_of
        from staged.meta.published, served_publication as served
        where published.version <= served.version or published.data_as_of < served.data_as_of
    """


class ExpectNoPublishedTicketToVanish(BusinessExpectation):
    """A ticket that readers have is kept: an archived or merged one stays as a row.

    One whose creation somebody moved past the end of the read has not happened yet, as of it.
    """

    contradictions: ClassVar[str] = """
        select ticket_id from served_tickets
        anti join staged.marts.tickets using (ticket_id)
        where ticket_id not in (
            select id from warehouse.raw.tickets, staged.meta.published
            where created_at > data_as_of
        )
    """


class ExpectTheServedFileToBeReadable(BusinessExpectation):
    """The file that readers have now can be compared with; a damaged one is told."""

    severity: FailureSeverity = WARNING
    contradictions: ClassVar[str] = "select state from served_file where state = 'unreadable'"


PUBLICATION = (
    ExpectEveryMartToExist,
    ExpectOneWholePublicationRow,
    ExpectThePublicationToBeOfThisRun,
    ExpectThePublicationToBeAsFreshAsTheLoad,
    ExpectNoCompletenessAheadOfTheData,
    ExpectThePublicationToMoveForward,
    ExpectNoPublishedTicketToVanish,
    ExpectTheServedFileToBeReadable,
)
