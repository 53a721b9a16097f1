"""What makes a migration faithful: links, conversations, and a reconciliation that adds up."""

# ruff: noqa: S608 - our own fragments

from typing import ClassVar

from include.expectations.business_expectation import BusinessExpectation
from include.expectations.fidelity_tickets import PAIRS, TICKETS

_ENGAGEMENTS = ("notes", "emails", "calls", "meetings", "tasks")
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


class ExpectEveryEngagementMigratedExactlyOnce(BusinessExpectation):
    """Every note, e-mail, call, meeting and task of a migrated ticket is in the target once."""

    contradictions: ClassVar[str] = f"""
        with {PAIRS}, done as (
            {
        " union all ".join(
            f"select '{kind}' as object_type, id from source.raw.{kind} where not archived"
            for kind in _ENGAGEMENTS
        )
    }
        ), there as (
            {
        " union all ".join(
            f"select '{kind}' as object_type, "
            "json_extract_string(properties, '$.migration_source_key') as source_key "
            f"from target.raw.{kind} where not archived"
            for kind in _ENGAGEMENTS
        )
    }
        ), wanted_done as (
            select distinct done.object_type, done.id as source_id,
                source_portal_id || ':' || done.object_type || ':' || done.id as source_key
            from done cross join judged_migration
            join source.raw.ticket_associations as links
                on links.object_type = done.object_type and links.object_id = done.id
                and links.gone_at is null
            join pairs on pairs.source_id = links.ticket_id
        )
        select wanted_done.object_type, wanted_done.source_id, count(there.source_key) as found
        from wanted_done left join there using (object_type, source_key)
        group by wanted_done.object_type, wanted_done.source_id having count(there.source_key) <> 1
    """


class ExpectEveryMessageToBeANoteWithItsText(BusinessExpectation):
    """Every message and comment of a thread is a note that holds its text, escaped, unshortened."""

    # Longer texts are spread over several notes; the reconciliation puts those together.
    contradictions: ClassVar[str] = f"""
        with {PAIRS}, said as (
            select messages.id as message_id, pairs.source_id, source_portal_id
                || ':message:' || threads.id || ':' || messages.id as source_key,
                coalesce(json_extract_string(messages.properties, '$.originalText'),
                    json_extract_string(messages.properties, '$.text'), '') as text
            from source.raw.messages as messages cross join judged_migration
            join source.raw.threads as threads
                on threads.id = json_extract_string(messages.properties, '$.conversationsThreadId')
            join pairs on pairs.source_id = json_extract_string(
                threads.properties, '$.threadAssociations.associatedTicketId')
            where not messages.archived and not threads.archived
                and json_extract_string(messages.properties, '$.type') in ('MESSAGE', 'COMMENT')
        ), notes as (
            select json_extract_string(properties, '$.migration_source_key') as source_key,
                json_extract_string(properties, '$.hs_note_body') as body
            from target.raw.notes where not archived
        )
        select said.source_id, said.message_id from said left join notes using (source_key)
        where notes.body is null or (length(said.text) < 12000 and position(
            replace(replace(replace(replace(said.text, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'),
                chr(10), '<br>') in notes.body) = 0)
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
    ExpectEveryEngagementMigratedExactlyOnce,
    ExpectEveryMessageToBeANoteWithItsText,
    ExpectNoUnexplainedDifference,
    ExpectEveryExplainedDifferenceToSayWhy,
    ExpectTheReconciliationToAddUp,
)
