"""What we promise readers of numbers that are added up: they agree with the tickets themselves."""

from typing import ClassVar

from include.expectations.business_expectation import BusinessExpectation

_LIVING = """
    select *, status not in ('resolved', 'closed') as is_open from staged.marts.tickets
    where archived_at is null and merged_into_ticket_id is null
"""


class ExpectTheBacklogToBeTheOpenTickets(BusinessExpectation):
    """On its newest day the backlog is as large as there are open tickets."""

    contradictions: ClassVar[str] = f"""
        with newest as (
            select max(day) as day, coalesce(max_by(open_count, day), 0) as open_count
            from staged.marts.backlog_daily where pipeline_id = 'all' and priority = 'all'
        ), living as ({_LIVING})
        select day, open_count, (select count(*) from living where is_open) as ticket_count
        from newest where open_count <> ticket_count
    """  # noqa: S608 - the text above


class ExpectEveryDimensionToCountEveryTicket(BusinessExpectation):
    """In `ticket_stats` each dimension's values add up to the tickets that are not gone."""

    contradictions: ClassVar[str] = f"""
        with living as ({_LIVING}), totals as (
            select count(*) as total_count, count(*) filter (where is_open) as open_count
            from living
        )
        select dimension from staged.marts.ticket_stats as stats, totals
        group by dimension, totals.total_count, totals.open_count
        having sum(stats.total_count) <> totals.total_count
            or sum(stats.open_count) <> totals.open_count
    """  # noqa: S608 - the text above


class ExpectEveryTicketToHaveItsWideRow(BusinessExpectation):
    """`tickets_wide` has one row for every ticket, and none besides."""

    contradictions: ClassVar[str] = """
        select ticket_id
        from (
            select ticket_id, 1 as ticket_count, 0 as row_count from staged.marts.tickets
            union all
            select ticket_id, 0, 1 from staged.marts.tickets_wide
        )
        group by ticket_id having sum(ticket_count) <> 1 or sum(row_count) <> 1
    """


class ExpectEveryBreachToBeAnEvent(BusinessExpectation):
    """A clock's breach is among its events, at the same moment."""

    contradictions: ClassVar[str] = """
        select ticket_id, metric, cycle from staged.marts.ticket_slas as slas
        where breached_at is not null and not exists (
            from staged.marts.ticket_sla_events as events
            where events.ticket_id = slas.ticket_id and events.metric = slas.metric
                and events.cycle = slas.cycle and events.event_type = 'sla_breached'
                and events.occurred_at = slas.breached_at
        )
    """


AGGREGATES = (
    ExpectTheBacklogToBeTheOpenTickets,
    ExpectEveryDimensionToCountEveryTicket,
    ExpectEveryTicketToHaveItsWideRow,
    ExpectEveryBreachToBeAnEvent,
)
