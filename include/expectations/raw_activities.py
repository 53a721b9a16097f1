"""What HubSpot promised about what people did and said: engagements, threads, messages, files."""

from typing import ClassVar

from great_expectations.expectations.metadata_types import FailureSeverity

from include.expectations.business_expectation import WARNING, BusinessExpectation

ENGAGEMENTS = ("notes", "emails", "calls", "meetings", "tasks")
CONVERSATIONS = ("threads", "messages", "actors", "files")


def _of_each(tables: tuple[str, ...], query: str) -> str:
    return " union all ".join(query.format(table=table) for table in tables)


class ExpectActivitiesToBeReadable(BusinessExpectation):
    """What is known of every engagement, thread, message, actor and file is one JSON object."""

    contradictions: ClassVar[str] = _of_each(
        (*ENGAGEMENTS, *CONVERSATIONS),
        "select '{table}' as object_type, id from warehouse.raw.{table} "
        "where not coalesce(json_valid(properties), false) "
        "or case when json_valid(properties) then json_type(properties) <> 'OBJECT' end",
    )


class ExpectLinkedEngagementsToBeKnown(BusinessExpectation):
    """The engagement at the end of every standing link was read.

    One that a token may not read, or that was archived in the very second, is told and no more.
    """

    severity: FailureSeverity = WARNING
    contradictions: ClassVar[str] = _of_each(
        ENGAGEMENTS,
        "select distinct '{table}' as object_type, object_id as id "
        "from warehouse.raw.ticket_associations where object_type = '{table}' "
        "and gone_at is null and object_id not in (select id from warehouse.raw.{table})",
    )


class ExpectEngagementLinksToBelongToAnEngagement(BusinessExpectation):
    """The engagement of every link to a person is known."""

    contradictions: ClassVar[str] = _of_each(
        ENGAGEMENTS,
        "select distinct '{table}' as engagement_type, engagement_id "
        "from warehouse.raw.engagement_associations where engagement_type = '{table}' "
        "and engagement_id not in (select id from warehouse.raw.{table})",
    )


class ExpectEngagementWindowsToBeWellFormed(BusinessExpectation):
    """A link of an engagement has both its ends, a beginning, and no end before it."""

    contradictions: ClassVar[str] = """
        select engagement_type, engagement_id, object_type, object_id
        from warehouse.raw.engagement_associations
        where engagement_type is null or engagement_id is null or object_type is null
            or object_id is null or observed_at is null or gone_at < observed_at
    """


class ExpectEngagementWindowsNotToOverlap(BusinessExpectation):
    """A link of an engagement is open once at a time."""

    contradictions: ClassVar[str] = """
        with windows as (
            select engagement_type, engagement_id, object_type, object_id, observed_at,
                lag(coalesce(gone_at, 'infinity'::timestamp)) over (
                    partition by engagement_type, engagement_id, object_type, object_id
                    order by observed_at, coalesce(gone_at, 'infinity'::timestamp)
                ) as earlier_gone_at
            from warehouse.raw.engagement_associations
        )
        select distinct engagement_type, engagement_id, object_type, object_id
        from windows where observed_at < earlier_gone_at
    """


class ExpectEveryMessageToBelongToAThread(BusinessExpectation):
    """The thread of every message is known: without it nobody could say whose message it is."""

    contradictions: ClassVar[str] = """
        select id as message_id from warehouse.raw.messages
        where coalesce(
            case when json_valid(properties)
                then json_extract_string(properties, '$.conversationsThreadId') end, ''
        ) not in (select id from warehouse.raw.threads)
    """


ACTIVITIES = (
    ExpectActivitiesToBeReadable,
    ExpectLinkedEngagementsToBeKnown,
    ExpectEngagementLinksToBelongToAnEngagement,
    ExpectEngagementWindowsToBeWellFormed,
    ExpectEngagementWindowsNotToOverlap,
    ExpectEveryMessageToBelongToAThread,
)
