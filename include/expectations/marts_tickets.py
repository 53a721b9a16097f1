"""What we promise readers about tickets, their history, activities and stages."""

from typing import ClassVar

from great_expectations.expectations.metadata_types import FailureSeverity

from include.expectations.business_expectation import WARNING, BusinessExpectation, systematic

_TICKET_COUNT = "select count(*) from staged.marts.tickets"
_STAGE_IS_NOT_THE_LAST_VISIT = """
    with last_visit as (
        select ticket_id, max_by(row(pipeline_id, stage_id), visit_number) as place
        from staged.marts.ticket_stage_intervals
        group by ticket_id
    )
    select tickets.ticket_id
    from staged.marts.tickets left join last_visit using (ticket_id)
    where tickets.stage_id is not null
        and last_visit.place is distinct from row(tickets.pipeline_id, tickets.stage_id)
"""


class ExpectEveryRawTicketInTheMartsOnce(BusinessExpectation):
    """Every ticket that was read, archived and merged ones too, is one row of marts.tickets."""

    # A creation after the end of the read has not happened yet for the marts, nor has a merge,
    # which makes a ticket as old as its predecessors.
    contradictions: ClassVar[str] = """
        with published as (select max(data_as_of) as data_as_of from staged.meta.published)
        select raw.id as ticket_id
        from warehouse.raw.tickets as raw
        left join staged.marts.tickets as mart on mart.ticket_id = raw.id
        where raw.created_at <= (select data_as_of from published)
            and not exists (
                from warehouse.raw.ticket_property_history as history
                where history.ticket_id = raw.id and history.property_name = 'hs_merged_object_ids'
                    and history.changed_at > (select data_as_of from published)
            )
        group by raw.id having count(mart.ticket_id) <> 1
    """


class ExpectEveryMartTicketToBeARawOne(BusinessExpectation):
    """No ticket of the marts was made up: each was read from HubSpot."""

    contradictions: ClassVar[str] = """
        select ticket_id from staged.marts.tickets
        anti join (select id as ticket_id from warehouse.raw.tickets) using (ticket_id)
    """


class ExpectEveryRelatedRecordInTheMartsOnce(BusinessExpectation):
    """Every contact, company and deal that was read is one row of its mart."""

    severity: FailureSeverity = WARNING
    contradictions: ClassVar[str] = " union all ".join(
        f"select '{mart}' as object_type, raw.id from warehouse.raw.{mart} as raw "  # noqa: S608
        f"left join staged.marts.{mart} as mart on mart.{key} = raw.id "
        "where raw.created_at <= (select max(data_as_of) from staged.meta.published) "
        f"group by raw.id having count(mart.{key}) <> 1"
        for mart, key in (
            ("contacts", "contact_id"),
            ("companies", "company_id"),
            ("deals", "deal_id"),
        )
    )


class ExpectEveryTicketToHaveAKnownStatus(BusinessExpectation):
    """A ticket's status is a category of stage, or unknown."""

    contradictions: ClassVar[str] = """
        select ticket_id from staged.marts.tickets
        where coalesce(status, '') not in
            ('new', 'open', 'waiting', 'on_hold', 'resolved', 'closed', 'unknown')
    """


class ExpectEveryTicketToHaveAKnownStageOfItsPipeline(BusinessExpectation):
    """A ticket's stage is one of its pipeline's; deleted stages keep a row."""

    severity: FailureSeverity = WARNING
    contradictions: ClassVar[str] = """
        select ticket_id, pipeline_id, stage_id from staged.marts.tickets
        anti join staged.marts.stages using (pipeline_id, stage_id)
        where stage_id is not null
    """


class ExpectEveryTicketToHaveAKnownOwner(BusinessExpectation):
    """A ticket's owner is one of the portal's, archived ones too."""

    severity: FailureSeverity = WARNING
    contradictions: ClassVar[str] = """
        select ticket_id, owner_id from staged.marts.tickets
        anti join staged.marts.owners using (owner_id)
        where coalesce(owner_id, '') <> ''
    """


class ExpectEveryHistoryEntryInTheMarts(BusinessExpectation):
    """The marts have as many history entries of a ticket as were read."""

    contradictions: ClassVar[str] = """
        with read_entries as (
            select ticket_id, count(*) as read_count
            from warehouse.raw.ticket_property_history
            where changed_at <= (select max(data_as_of) from staged.meta.published)
                and ticket_id in (select ticket_id from staged.marts.tickets)
            group by ticket_id
        ), mart_entries as (
            select ticket_id, count(*) as mart_count
            from staged.marts.ticket_property_history group by ticket_id
        )
        select ticket_id, read_count, mart_count
        from read_entries full join mart_entries using (ticket_id)
        where read_count is distinct from mart_count
    """


class ExpectStageVisitsToTileEveryLife(BusinessExpectation):
    """Stage visits follow each other from creation on: no gap, no overlap, the last one open."""

    contradictions: ClassVar[str] = """
        with visits as (
            select ticket_id, visit_number, entered_at, exited_at,
                row_number() over life as expected_number,
                lead(entered_at) over life as next_entered_at
            from staged.marts.ticket_stage_intervals
            window life as (partition by ticket_id order by visit_number)
        )
        select ticket_id, visit_number
        from visits left join staged.marts.tickets using (ticket_id)
        where visit_number is distinct from expected_number
            or exited_at is distinct from next_entered_at
            or (expected_number = 1 and entered_at is distinct from tickets.created_at)
    """


class ExpectTheStageToBeTheLastVisit(BusinessExpectation):
    """A ticket is in the stage that it entered last."""

    severity: FailureSeverity = WARNING
    contradictions: ClassVar[str] = _STAGE_IS_NOT_THE_LAST_VISIT


class ExpectStagesToBeLastVisitsOnTheWhole(BusinessExpectation):
    """At most one ticket in a hundred, or one at all, is not in the stage that it entered last."""

    contradictions: ClassVar[str] = systematic(_STAGE_IS_NOT_THE_LAST_VISIT, _TICKET_COUNT)


class ExpectEveryActivityToBelongToATicket(BusinessExpectation):
    """The ticket of every activity is in the marts."""

    contradictions: ClassVar[str] = """
        select distinct ticket_id from staged.marts.ticket_activities
        anti join staged.marts.tickets using (ticket_id)
    """


class ExpectEveryActivityOncePerContact(BusinessExpectation):
    """An event stands once for each contact who saw it, and says when it happened."""

    contradictions: ClassVar[str] = """
        select activity_id, contact_id from staged.marts.ticket_activities
        group by activity_id, contact_id
        having count(*) > 1 or activity_id is null or bool_or(occurred_at is null)
    """


class ExpectTheTimelineToShowAnEventOnce(BusinessExpectation):
    """A ticket's timeline shows an event once, however many contacts saw it."""

    contradictions: ClassVar[str] = """
        select ticket_id, activity_id from staged.marts.ticket_timeline
        group by ticket_id, activity_id having count(*) > 1
    """


TICKETS = (
    ExpectEveryRawTicketInTheMartsOnce,
    ExpectEveryMartTicketToBeARawOne,
    ExpectEveryRelatedRecordInTheMartsOnce,
    ExpectEveryTicketToHaveAKnownStatus,
    ExpectEveryTicketToHaveAKnownStageOfItsPipeline,
    ExpectEveryTicketToHaveAKnownOwner,
    ExpectEveryHistoryEntryInTheMarts,
    ExpectStageVisitsToTileEveryLife,
    ExpectTheStageToBeTheLastVisit,
    ExpectStagesToBeLastVisitsOnTheWhole,
    ExpectEveryActivityToBelongToATicket,
    ExpectEveryActivityOncePerContact,
    ExpectTheTimelineToShowAnEventOnce,
)
