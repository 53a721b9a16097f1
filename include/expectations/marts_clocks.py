"""What we promise readers about durations and SLA clocks."""

from typing import ClassVar

from great_expectations.expectations.metadata_types import FailureSeverity

from include.expectations.business_expectation import WARNING, BusinessExpectation


class ExpectNoNegativeDuration(BusinessExpectation):
    """Nothing lasted less than nothing: stage visits, clocks, resolutions."""

    contradictions: ClassVar[str] = """
        select 'ticket_stage_intervals' as mart, ticket_id from staged.marts.ticket_stage_intervals
        where duration_seconds < 0 or exited_at < entered_at
        union all
        select 'ticket_slas', ticket_id from staged.marts.ticket_slas
        where elapsed_seconds < 0 or paused_seconds < 0 or stopped_at < started_at
        union all
        select 'tickets', ticket_id from staged.marts.tickets
        where resolution_seconds < 0 or resolution_business_seconds < 0
    """


class ExpectEveryClockExactlyOnce(BusinessExpectation):
    """A ticket has one clock per metric and cycle, with a start and a target."""

    contradictions: ClassVar[str] = """
        select ticket_id, metric, cycle from staged.marts.ticket_slas
        group by ticket_id, metric, cycle
        having count(*) > 1 or ticket_id is null or metric is null or cycle is null
            or bool_or(status <> 'unknown' and (started_at is null or target_seconds is null))
    """


class ExpectEveryClockToBelongToATicket(BusinessExpectation):
    """The ticket of every clock is in the marts."""

    contradictions: ClassVar[str] = """
        select distinct ticket_id from staged.marts.ticket_slas
        anti join staged.marts.tickets using (ticket_id)
    """


class ExpectEveryClockToHaveAKnownStatus(BusinessExpectation):
    """A clock's status is one of the eight that the contract names."""

    contradictions: ClassVar[str] = """
        select ticket_id, metric, cycle from staged.marts.ticket_slas
        where coalesce(status, '') not in ('unknown', 'met', 'breached', 'cancelled', 'overdue',
            'paused', 'due_soon', 'active')
    """


class ExpectAnSlaMetExactlyWithinItsTarget(BusinessExpectation):
    """A stopped clock is met when elapsed <= target, else breached; one that runs cannot be."""

    contradictions: ClassVar[str] = """
        select ticket_id, metric, cycle from staged.marts.ticket_slas
        where not coalesce(case
            when status = 'met' then stopped_at is not null and elapsed_seconds <= target_seconds
            when status = 'breached'
                then stopped_at is not null and elapsed_seconds > target_seconds
            when status = 'overdue' then stopped_at is null and elapsed_seconds >= target_seconds
            when status in ('active', 'due_soon', 'paused')
                then stopped_at is null and elapsed_seconds <= target_seconds
            else true end, false)
    """


class ExpectABreachToSayWhen(BusinessExpectation):
    """A breached or overdue clock says when it crossed its target, and a met one never did."""

    severity: FailureSeverity = WARNING
    contradictions: ClassVar[str] = """
        select ticket_id, metric, cycle from staged.marts.ticket_slas
        where (status in ('breached', 'overdue') and breached_at is null)
            or (status = 'met' and breached_at is not null)
    """


class ExpectEveryTicketToSayWhetherItsSlaIsBreached(BusinessExpectation):
    """A ticket counts as breached when one of its clocks is, and only then."""

    severity: FailureSeverity = WARNING
    contradictions: ClassVar[str] = """
        with breached as (
            select ticket_id, bool_or(breached_at is not null) as has_breach
            from staged.marts.ticket_slas group by ticket_id
        )
        select ticket_id from staged.marts.tickets left join breached using (ticket_id)
        where coalesce(is_sla_breached, false) <> coalesce(has_breach, false)
    """


class ExpectAttainmentToAddUp(BusinessExpectation):
    """The met clocks of all days are the met clocks of all tickets, no merged ticket's twice.

    What a merge made has its predecessors' past: what came of it before the merge is theirs.
    """

    contradictions: ClassVar[str] = """
        with daily as (
            select metric, sum(met_count) as daily_count from staged.marts.sla_attainment_daily
            where priority = 'all' and pipeline_id = 'all' and team = 'all' and owner_id = 'all'
            group by metric
        ), merged as (
            select ticket_id, min(appeared_at) as appeared_at, min(merged_into_ticket_id) as gone_to
            from staged.marts.tickets group by ticket_id
        ), ended as (
            select ticket_id, metric, status, appeared_at, gone_to,
                coalesce(least(stopped_at, breached_at), stopped_at, breached_at) as ended_at
            from staged.marts.ticket_slas left join merged using (ticket_id)
            where status <> 'unknown'
        ), told as (
            select gone_to as ticket_id, metric from ended
            where gone_to is not null and ended_at is not null
            union
            select gone_to, 'next_response' from ended
            where gone_to is not null and metric = 'first_response'
        ), clocks as (
            select metric, count(*) as clock_count from ended
            where status = 'met' and not (
                coalesce(ended_at < appeared_at, false)
                and (ticket_id, metric) in (select (ticket_id, metric) from told)
            )
            group by metric
        )
        select metric, daily_count, clock_count from daily full join clocks using (metric)
        where coalesce(daily_count, 0) <> coalesce(clock_count, 0)
    """


class ExpectAttainmentToBeAShare(BusinessExpectation):
    """An attainment lies between 0 and 1, and is what its own counts say."""

    contradictions: ClassVar[str] = """
        select day, metric, priority, pipeline_id from staged.marts.sla_attainment_daily
        where met_count < 0 or breached_count < 0 or attainment_ratio not between 0 and 1
            or abs(attainment_ratio - met_count / nullif(met_count + breached_count, 0)) > 0.001
    """


CLOCKS = (
    ExpectNoNegativeDuration,
    ExpectEveryClockExactlyOnce,
    ExpectEveryClockToBelongToATicket,
    ExpectEveryClockToHaveAKnownStatus,
    ExpectAnSlaMetExactlyWithinItsTarget,
    ExpectABreachToSayWhen,
    ExpectEveryTicketToSayWhetherItsSlaIsBreached,
    ExpectAttainmentToAddUp,
    ExpectAttainmentToBeAShare,
)
