"""What makes a migration faithful: tickets, links, activities; a reconciliation that adds up."""

# ruff: noqa: S608 - our own fragments

from typing import ClassVar

from include.expectations.business_expectation import BusinessExpectation
from include.expectations.fidelity_activities import ACTIVITIES
from include.expectations.fidelity_tickets import PAIRS, TICKETS

_LEVELS = [
    *("definitions", "population", "identity", "fields", "links", "conversations", "measures")
]


class ExpectEveryContactOfATicketLinked(BusinessExpectation):
    """Every contact, company and deal of a ticket is linked to its ticket in the target."""

    contradictions: ClassVar[str] = f"""
        with {PAIRS}, wanted_links as (
            select distinct pairs.source_id, pairs.target_id, links.object_type,
                map.target_id as object_id
            from pairs
            join source.raw.ticket_associations as links on links.ticket_id = pairs.source_id
            join reconciled.marts.migration_id_map as map
                on map.object_type = links.object_type and map.source_id = links.object_id
            where links.gone_at is null and links.object_type in ('contacts', 'companies', 'deals')
        ), there as (
            select ticket_id as target_id, object_type, object_id
            from target.raw.ticket_associations where gone_at is null
        )
        select source_id, target_id, object_type, object_id
        from wanted_links anti join there using (target_id, object_type, object_id)
    """


class ExpectNoUnexplainedDifference(BusinessExpectation):
    """Every difference between both portals has a reason that is not a fault of the migration."""

    contradictions: ClassVar[str] = """
        select level, kind, object_type, source_id, target_id, field
        from reconciled.marts.reconciliation_differences where not is_explained
    """


class ExpectEveryExplainedDifferenceToSayWhy(BusinessExpectation):
    """A difference that counts as expected names its reason."""

    contradictions: ClassVar[str] = """
        select level, kind, source_id, field from reconciled.marts.reconciliation_differences
        where is_explained and coalesce(reason, '') = ''
    """


class ExpectTheReconciliationToAddUp(BusinessExpectation):
    """All seven levels were held, and what was checked is equal, mapped, expected or not."""

    contradictions: ClassVar[str] = f"""
        with expected_levels as (select unnest({_LEVELS}) as level)
        select level, checked from expected_levels
        left join reconciled.marts.reconciliation_levels as held using (level)
        where held.level is null or held.equal < 0
            or held.checked <> held.equal + held.mapped + held.expected + held.unexplained
    """


NAME = "fidelity_suite"
ABOUT = "select level from reconciled.marts.reconciliation_levels"
EXPECTATIONS = (
    *TICKETS,
    ExpectEveryContactOfATicketLinked,
    *ACTIVITIES,
    ExpectNoUnexplainedDifference,
    ExpectEveryExplainedDifferenceToSayWhy,
    ExpectTheReconciliationToAddUp,
)
