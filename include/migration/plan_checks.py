"""A plan that contradicts itself is refused before anything is written."""

import duckdb

from include.migration.errors import PlanBroken

# What must not be: a sentence's beginning, and the rows that are wrong (an example of each).
_CHECKS = {
    "a property conflicts with the target's": """
        select object_type || '.' || name from {at}.plan_properties where action = 'conflict'
    """,
    "a ticket is in a stage that the plan does not map": """
        select t.source_id
        from {at}.plan_tickets as t
        left join {at}.plan_stages as s
            on s.source_pipeline_id = t.properties::json ->> '$.hs_pipeline'
            and s.source_stage_id = t.properties::json ->> '$.hs_pipeline_stage'
        where t.action in ('create', 'update') and s.source_stage_id is null
            and (t.action = 'create' or (t.properties::json ->> '$.hs_pipeline_stage') is not null)
    """,
    "a stage belongs to no pipeline of the plan": """
        select source_pipeline_id || '/' || source_stage_id from {at}.plan_stages
        anti join {at}.plan_pipelines using (source_pipeline_id)
    """,
    "a pipeline or stage stands in the target without an id": """
        select source_pipeline_id from {at}.plan_pipelines
        where (action = 'create') <> (target_pipeline_id is null)
        union all
        select source_pipeline_id || '/' || source_stage_id from {at}.plan_stages
        where (action = 'create') <> (target_stage_id is null)
    """,
    "a source key stands twice": """
        select source_key from {at}.plan_tickets group by source_key having count(*) > 1
        union all
        select object_type || ' ' || source_key from {at}.plan_engagements
        group by object_type, source_key having count(*) > 1
        union all
        select source_key from {at}.plan_contacts group by source_key having count(*) > 1
    """,
    "two tickets would be written into one": """
        select target_id from {at}.plan_tickets where target_id is not null
        group by target_id having count(*) > 1
    """,
    "a ticket to update has no id at the target": """
        select source_id from {at}.plan_tickets where action = 'update' and target_id is null
    """,
    "a link belongs to a ticket that the plan does not have": """
        select source_ticket_id from {at}.plan_associations
        where source_ticket_id not in (select source_id from {at}.plan_tickets)
    """,
    "a link goes by a label that the plan does not map": """
        select a.source_ticket_id || '>' || a.object_type || '>' || a.source_object_id
        from {at}.plan_associations as a, unnest(from_json(a.types, '["json"]')) as u(type)
        left join {at}.plan_association_labels as l
            on l.object_type = a.object_type and l.label = u.type ->> '$.label'
        where u.type ->> '$.category' <> 'HUBSPOT_DEFINED' and l.label is null
    """,
}


def require_sound(connection: duckdb.DuckDBPyConnection, at: str = "migration") -> None:
    """Refuse a plan whose rows refer to what it does not have.

    Args:
        connection: With the plan's tables.
        at: Their schema.

    Raises:
        PlanBroken: Names the first fault, how many rows have it, and one of them.
    """
    for fault, sql in _CHECKS.items():
        rows = connection.execute(sql.format(at=at)).fetchall()
        if rows:
            raise PlanBroken(
                f"the plan cannot be written: {fault} ({len(rows)} of them, {rows[0][0]} is one); "
                "nothing was written; correct the maps or the portals, then run `migrate plan` "
                "again."
            )
