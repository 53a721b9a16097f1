"""What HubSpot promised about a ticket's past and its links."""

from typing import ClassVar

from great_expectations.expectations.metadata_types import FailureSeverity

from include.expectations.business_expectation import WARNING, BusinessExpectation


class ExpectEveryHistoryEntryExactlyOnce(BusinessExpectation):
    """No history entry stands twice: its key is ticket, property, time, value, occurrence."""

    contradictions: ClassVar[str] = """
        select ticket_id, property_name, changed_at, occurrence
        from warehouse.raw.ticket_property_history
        group by ticket_id, property_name, changed_at, value, occurrence
        having count(*) > 1
    """


class ExpectEveryHistoryEntryToBeWhole(BusinessExpectation):
    """A history entry has ticket, property, time, value ("" for a clearing), and its place."""

    contradictions: ClassVar[str] = """
        select ticket_id, property_name, changed_at
        from warehouse.raw.ticket_property_history
        where ticket_id is null or property_name is null or changed_at is null or value is null
            or coalesce(occurrence, 0) < 1 or coalesce(sequence, 0) < 1
    """


class ExpectEveryHistoryEntryToBelongToATicket(BusinessExpectation):
    """The ticket of every history entry is known."""

    contradictions: ClassVar[str] = """
        select distinct ticket_id
        from warehouse.raw.ticket_property_history
        anti join (select id as ticket_id from warehouse.raw.tickets) using (ticket_id)
    """


class ExpectEntriesOfOneMomentToHaveAnOrder(BusinessExpectation):
    """Entries of one ticket, property and time differ in sequence: else their order is chance."""

    severity: FailureSeverity = WARNING
    contradictions: ClassVar[str] = """
        select ticket_id, property_name, changed_at
        from warehouse.raw.ticket_property_history
        group by ticket_id, property_name, changed_at
        having count(*) <> count(distinct sequence)
    """


class ExpectEveryAssociationWindowToBeWellFormed(BusinessExpectation):
    """A link has its ticket, its other end, a beginning, and no end before it."""

    contradictions: ClassVar[str] = """
        select ticket_id, object_type, object_id
        from warehouse.raw.ticket_associations
        where ticket_id is null or object_type is null or object_id is null
            or observed_at is null or gone_at < observed_at
    """


class ExpectAssociationWindowsNotToOverlap(BusinessExpectation):
    """A link is open once at a time: a second window begins after the first has ended."""

    contradictions: ClassVar[str] = """
        with windows as (
            select ticket_id, object_type, object_id, observed_at,
                lag(coalesce(gone_at, 'infinity'::timestamp)) over (
                    partition by ticket_id, object_type, object_id
                    order by observed_at, coalesce(gone_at, 'infinity'::timestamp)
                ) as earlier_gone_at
            from warehouse.raw.ticket_associations
        )
        select distinct ticket_id, object_type, object_id
        from windows where observed_at < earlier_gone_at
    """


class ExpectEveryAssociationToBelongToATicket(BusinessExpectation):
    """The ticket of every link is known."""

    contradictions: ClassVar[str] = """
        select distinct ticket_id
        from warehouse.raw.ticket_associations
        anti join (select id as ticket_id from warehouse.raw.tickets) using (ticket_id)
    """


HISTORY = (
    ExpectEveryHistoryEntryExactlyOnce,
    ExpectEveryHistoryEntryToBeWhole,
    ExpectEveryHistoryEntryToBelongToATicket,
    ExpectEntriesOfOneMomentToHaveAnOrder,
    ExpectEveryAssociationWindowToBeWellFormed,
    ExpectAssociationWindowsNotToOverlap,
    ExpectEveryAssociationToBelongToATicket,
)
