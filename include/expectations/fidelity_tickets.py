"""What a faithful migration has done with tickets: told from both sides, not from dbt's models."""

# ruff: noqa: S608 - our own fragments

from typing import ClassVar

from include.expectations.business_expectation import BusinessExpectation

_KEY = "json_extract_string(properties, '$.migration_source_key')"
# Live source tickets of the migration's scope, and every live target ticket that carries their key.
PAIRS = f"""
    wanted as (
        select tickets.id as source_id, tickets.properties as source_properties,
            tickets.created_at, portals.source_portal_id || ':' || tickets.id as source_key
        from source.raw.tickets as tickets cross join judged_migration as portals
        where not tickets.archived
            and tickets.id in (select ticket_id from reconciled.work.int_migration_scope)
    ), keyed as (
        select id as target_id, properties as target_properties, {_KEY} as source_key
        from target.raw.tickets where not archived
    ), pairs as (select * from wanted join keyed using (source_key))
"""


class ExpectEveryTicketMigratedExactlyOnce(BusinessExpectation):
    """Every live ticket of the source has one live ticket of the target that carries its key."""

    contradictions: ClassVar[str] = f"""
        with {PAIRS}
        select wanted.source_id, count(keyed.target_id) as target_count
        from wanted left join keyed using (source_key)
        group by wanted.source_id having count(keyed.target_id) <> 1
    """


class ExpectNoTicketWithoutASource(BusinessExpectation):
    """No ticket of the target claims a source ticket that the source never had."""

    contradictions: ClassVar[str] = f"""
        with claimed as (
            select id as target_id, substr({_KEY}, length(source_portal_id) + 2) as source_id
            from target.raw.tickets cross join judged_migration
            where not archived and starts_with({_KEY}, source_portal_id || ':')
        )
        select target_id, source_id from claimed
        anti join (select id as source_id from source.raw.tickets) using (source_id)
    """


class ExpectEverySubjectAndTextUnchanged(BusinessExpectation):
    """Subject and description are the same to the character; HubSpot takes 65,536 of them."""

    contradictions: ClassVar[str] = " union all ".join(
        f"""
        select * from (
            with {PAIRS}
            select source_id, target_id, '{name}' as property_name from pairs
            where left(coalesce(json_extract_string(source_properties, '$.{name}'), ''), 65536)
                <> coalesce(json_extract_string(target_properties, '$.{name}'), '')
        )"""
        for name in ("subject", "content")
    )


class ExpectEveryPriorityToMeanTheSame(BusinessExpectation):
    """A ticket's priority is the same one, or the one that a map declares for it."""

    contradictions: ClassVar[str] = f"""
        with {PAIRS}, told as (
            select source_id, target_id,
                coalesce(json_extract_string(source_properties, '$.hs_ticket_priority'), '')
                    as was,
                coalesce(json_extract_string(target_properties, '$.hs_ticket_priority'), '')
                    as is_now
            from pairs
        )
        select source_id, target_id from told
        left join reconciled.work.int_migration_options as options
            on options.name = 'hs_ticket_priority' and options.value = told.was
        where coalesce(options.target_value, told.was) <> told.is_now
            and coalesce(options.how, '') <> 'unmapped'
    """


class ExpectEveryTicketInTheStageOfTheSameName(BusinessExpectation):
    """A ticket stands in a stage of the same state and label, or of the label that a map names."""

    # Letters large or small: a stage that stood there before keeps its own spelling.
    contradictions: ClassVar[str] = f"""
        with {PAIRS}, told as (
            select source_id, target_id,
                json_extract_string(source_properties, '$.hs_pipeline') as pipeline_was,
                json_extract_string(source_properties, '$.hs_pipeline_stage') as stage_was,
                json_extract_string(target_properties, '$.hs_pipeline') as pipeline_is,
                json_extract_string(target_properties, '$.hs_pipeline_stage') as stage_is
            from pairs
        )
        select source_id, target_id from told
        left join reconciled.work.int_migration_stages as was
            on was.pipeline_id = pipeline_was and was.stage_id = stage_was
        left join target.raw.stages as now
            on now.pipeline_id = pipeline_is and now.id = stage_is and now.removed_at is null
        where stage_was is not null
            and (lower(was.label) is distinct from lower(now.label)
                or was.ticket_state is distinct from now.ticket_state)
    """


class ExpectOriginalMomentsToBeKept(BusinessExpectation):
    """source_created_at and source_closed_at are the moments that the source has."""

    contradictions: ClassVar[str] = f"""
        with {PAIRS}, told as (
            select source_id, target_id, 'source_created_at' as property_name,
                created_at as was,
                json_extract_string(target_properties, '$.source_created_at') as is_now
            from pairs
            union all
            select source_id, target_id, 'source_closed_at',
                try_cast(nullif(json_extract_string(source_properties, '$.closed_date'), '')
                    as timestamptz),
                json_extract_string(target_properties, '$.source_closed_at')
            from pairs
        )
        select source_id, target_id, property_name from told
        where cast(was as timestamp)
            is distinct from cast(try_cast(nullif(is_now, '') as timestamptz) as timestamp)
    """


TICKETS = (
    ExpectEveryTicketMigratedExactlyOnce,
    ExpectNoTicketWithoutASource,
    ExpectEverySubjectAndTextUnchanged,
    ExpectEveryPriorityToMeanTheSame,
    ExpectEveryTicketInTheStageOfTheSameName,
    ExpectOriginalMomentsToBeKept,
)
