"""A portal of three tickets, written straight into the two files that an audit reads.

Ticket 1 is closed, 2 is open, 3 is archived. The rows follow the contracts of raw and marts, not
the code that makes them: a fault shared with that code would otherwise go unseen.
"""

from pathlib import Path

import duckdb

PORTAL_ID = "4980000"
RUN_ID = "20261120T021500Z-abc123"
EARLIER_RUN_ID = "20261119T021500Z-def456"
_META = (
    "_portal_id varchar default '4980000', _run_id varchar default '20261120T021500Z-abc123', "
    "_extracted_at timestamp, _loaded_at timestamp, _source_file varchar"
)
_OBJECT = (
    "id varchar, created_at timestamp, updated_at timestamp, archived boolean, "
    "archived_at timestamp, properties varchar"
)
RAW_TABLES = {
    "tickets": _OBJECT,
    "contacts": _OBJECT,
    "companies": _OBJECT,
    "deals": _OBJECT,
    **dict.fromkeys(("notes", "emails", "calls", "meetings", "tasks"), _OBJECT),
    **dict.fromkeys(("threads", "messages", "actors", "files"), _OBJECT),
    "engagement_associations": "engagement_type varchar, engagement_id varchar, "
    "object_type varchar, object_id varchar, types varchar, observed_at timestamp, "
    "is_first_read boolean, gone_at timestamp",
    "engagement_association_reads": "engagement_type varchar, engagement_id varchar, "
    "object_type varchar, first_read_at timestamp, last_read_at timestamp",
    "ticket_property_history": "ticket_id varchar, property_name varchar, changed_at timestamp, "
    "value varchar, occurrence integer, sequence integer",
    "ticket_associations": "ticket_id varchar, object_type varchar, object_id varchar, "
    "types varchar, observed_at timestamp, is_first_read boolean, gone_at timestamp",
    "ticket_association_reads": "ticket_id varchar, object_type varchar, "
    "first_read_at timestamp, last_read_at timestamp",
    "owners": "id varchar, removed_at timestamp",
    "pipelines": "id varchar, removed_at timestamp",
    "stages": "pipeline_id varchar, id varchar, removed_at timestamp",
    "properties": "object_type varchar, name varchar, removed_at timestamp",
    "property_groups": "object_type varchar, name varchar, removed_at timestamp",
    "account": "portal_id varchar, removed_at timestamp",
    "cursors": "stream varchar, cursor_at timestamp",
    "loads": "run_id varchar, mode varchar, is_whole boolean, data_as_of timestamp, "
    "loaded_at timestamp",
}
MART_TABLES = {
    "tickets": "ticket_id varchar, created_at timestamp, archived_at timestamp, "
    "pipeline_id varchar, stage_id varchar, status varchar, owner_id varchar, "
    "resolution_seconds bigint, resolution_business_seconds bigint, is_sla_breached boolean, "
    "merged_into_ticket_id varchar, appeared_at timestamp",
    "ticket_property_history": "ticket_id varchar, property_name varchar, changed_at timestamp, "
    "sequence integer, old_value varchar, new_value varchar, activity_id varchar",
    "ticket_activities": "activity_id varchar, ticket_id varchar, contact_id varchar, "
    "activity_type varchar, occurred_at timestamp",
    "ticket_stage_intervals": "ticket_id varchar, pipeline_id varchar, stage_id varchar, "
    "category varchar, visit_number integer, entered_at timestamp, exited_at timestamp, "
    "duration_seconds bigint",
    "ticket_associations": "ticket_id varchar, object_type varchar, object_id varchar",
    "ticket_slas": "ticket_id varchar, metric varchar, cycle integer, started_at timestamp, "
    "stopped_at timestamp, paused_seconds bigint, elapsed_seconds bigint, target_seconds bigint, "
    "breached_at timestamp, status varchar",
    "sla_attainment_daily": "day date, metric varchar, priority varchar, pipeline_id varchar, "
    "team varchar, owner_id varchar, met_count bigint, breached_count bigint, "
    "attainment_ratio double",
    "ticket_responses": "response_id varchar, ticket_id varchar, occurred_at timestamp, "
    "is_public boolean, author_type varchar, thread_id varchar, external_message_id varchar, "
    "is_first_response boolean",
    "ticket_attachments": "ticket_id varchar, file_id varchar",
    "ticket_chats": "ticket_id varchar, thread_id varchar",
    "ticket_inbox": "ticket_id varchar",
    "ticket_sla_events": "ticket_id varchar, metric varchar, cycle integer, event_type varchar, "
    "occurred_at timestamp",
    "backlog_daily": "day date, pipeline_id varchar, priority varchar, open_count bigint",
    "ticket_stats": "dimension varchar, value varchar, open_count bigint, closed_count bigint, "
    "total_count bigint",
    "tickets_wide": "ticket_id varchar",
    "tickets_wide_columns": "column_name varchar",
    "sla_differences": "ticket_id varchar",
    "resolution_daily": "day date",
    "agent_performance_weekly": "week date",
    "team_performance_weekly": "week date",
    "company_health": "company_id varchar",
    "escalations": "ticket_id varchar",
    "data_quality": "problem varchar",
    "teams": "team_id varchar",
    "pipelines": "pipeline_id varchar",
    "stages": "stage_id varchar, pipeline_id varchar",
    "owners": "owner_id varchar",
    "contacts": "contact_id varchar",
    "companies": "company_id varchar",
    "deals": "deal_id varchar",
}
RAW_ROWS = """
    insert into raw.tickets (id, created_at, updated_at, archived, archived_at, properties) values
        ('1', '2026-11-01 09:00', '2026-11-02 10:00', false, null,
            '{"subject": "secret text", "hs_pipeline": "0", "hs_pipeline_stage": "4"}'),
        ('2', '2026-11-03 09:00', '2026-11-03 09:00', false, null,
            '{"subject": "secret text", "hs_pipeline": "0", "hs_pipeline_stage": "1"}'),
        ('3', '2026-11-04 09:00', '2026-11-05 09:00', true, '2026-11-05 09:00',
            '{"subject": "secret text", "hs_pipeline": "0", "hs_pipeline_stage": "1"}');
    insert into raw.contacts (id, created_at, updated_at, archived, properties) values
        ('101', '2026-10-01', '2026-10-01', false, '{}');
    insert into raw.companies (id, created_at, updated_at, archived, properties) values
        ('201', '2026-10-01', '2026-10-01', false, '{}');
    insert into raw.deals (id, created_at, updated_at, archived, properties) values
        ('301', '2026-10-01', '2026-10-01', false, '{}');
    insert into raw.ticket_property_history
        (ticket_id, property_name, changed_at, value, occurrence, sequence) values
        ('1', 'hs_pipeline_stage', '2026-11-01 09:00', '1', 1, 1),
        ('1', 'hs_pipeline_stage', '2026-11-02 10:00', '3', 1, 1),
        ('1', 'hs_pipeline_stage', '2026-11-02 10:00', '4', 1, 2),
        ('1', 'subject', '2026-11-01 09:00', 'secret text', 1, 1),
        ('2', 'hs_pipeline_stage', '2026-11-03 09:00', '1', 1, 1),
        ('3', 'hs_pipeline_stage', '2026-11-04 09:00', '1', 1, 1);
    insert into raw.ticket_associations
        (ticket_id, object_type, object_id, types, observed_at, is_first_read, gone_at) values
        ('1', 'contacts', '101', '[]', '2026-11-10', true, '2026-11-11'),
        ('1', 'contacts', '101', '[]', '2026-11-12', false, null),
        ('2', 'contacts', '101', '[]', '2026-11-10', true, null);
    insert into raw.notes (id, created_at, updated_at, archived, properties) values
        ('401', '2026-11-02', '2026-11-02', false, '{"hs_note_body": "secret text"}');
    insert into raw.ticket_associations
        (ticket_id, object_type, object_id, types, observed_at, is_first_read, gone_at) values
        ('1', 'notes', '401', '[]', '2026-11-10', true, null);
    insert into raw.engagement_associations (engagement_type, engagement_id, object_type,
        object_id, types, observed_at, is_first_read, gone_at) values
        ('notes', '401', 'contacts', '101', '[]', '2026-11-10', true, '2026-11-11'),
        ('notes', '401', 'contacts', '101', '[]', '2026-11-12', false, null);
    insert into raw.threads (id, created_at, updated_at, archived, properties) values
        ('501', '2026-11-02', '2026-11-02', false,
            '{"threadAssociations": {"associatedTicketId": "1"}}');
    insert into raw.messages (id, created_at, updated_at, archived, properties) values
        ('m1', '2026-11-02', '2026-11-02', false,
            '{"type": "MESSAGE", "conversationsThreadId": "501", "text": "secret text"}');
    insert into raw.owners (id) values ('77');
    insert into raw.pipelines (id) values ('0');
    insert into raw.stages (pipeline_id, id) values ('0', '1'), ('0', '3'), ('0', '4');
    insert into raw.cursors (stream, cursor_at) values ('tickets', '2026-11-20 02:10');
"""
RAW_RUNS = f"""
    insert into raw.account (portal_id) values ('{PORTAL_ID}');
    insert into raw.loads (run_id, mode, data_as_of, loaded_at) values
        ('{EARLIER_RUN_ID}', 'full', '2026-11-19 02:15', '2026-11-19 02:16'),
        ('{RUN_ID}', 'incremental', '2026-11-20 02:15', '2026-11-20 02:16');
"""
MART_ROWS = """
    insert into marts.tickets values
        ('1', '2026-11-01 09:00', null, '0', '4', 'closed', '77', 90000, 32400, true, null,
            '2026-11-01 09:00'),
        ('2', '2026-11-03 09:00', null, '0', '1', 'new', null, null, null, false, null,
            '2026-11-03 09:00'),
        ('3', '2026-11-04 09:00', '2026-11-05 09:00', '0', '1', 'new', '', null, null, false,
            null, '2026-11-04 09:00');
    insert into marts.ticket_property_history values
        ('1', 'hs_pipeline_stage', '2026-11-01 09:00', 1, null, '1', 'a1'),
        ('1', 'hs_pipeline_stage', '2026-11-02 10:00', 1, '1', '3', 'a2'),
        ('1', 'hs_pipeline_stage', '2026-11-02 10:00', 2, '3', '4', 'a3'),
        ('1', 'subject', '2026-11-01 09:00', 1, null, 'secret text', 'a4'),
        ('2', 'hs_pipeline_stage', '2026-11-03 09:00', 1, null, '1', 'a5'),
        ('3', 'hs_pipeline_stage', '2026-11-04 09:00', 1, null, '1', 'a6');
    insert into marts.ticket_activities values
        ('a1', '1', '101', 'ticket_created', '2026-11-01 09:00'),
        ('a1', '1', '102', 'ticket_created', '2026-11-01 09:00'),
        ('a5', '2', '101', 'ticket_created', '2026-11-03 09:00'),
        ('a6', '3', null, 'ticket_created', '2026-11-04 09:00');
    insert into marts.ticket_stage_intervals values
        ('1', '0', '1', 'new', 1, '2026-11-01 09:00', '2026-11-02 10:00', 90000),
        ('1', '0', '3', 'waiting', 2, '2026-11-02 10:00', '2026-11-02 10:00', 0),
        ('1', '0', '4', 'closed', 3, '2026-11-02 10:00', null, null),
        ('2', '0', '1', 'new', 1, '2026-11-03 09:00', null, null),
        ('3', '0', '1', 'new', 1, '2026-11-04 09:00', null, null);
    insert into marts.ticket_slas values
        ('1', 'resolution', 1, '2026-11-01 09:00', '2026-11-02 10:00', 0, 32400, 28800,
            '2026-11-02 09:00', 'breached'),
        ('2', 'resolution', 1, '2026-11-03 09:00', '2026-11-03 09:30', 0, 1800, 1800, null, 'met'),
        ('3', 'resolution', 1, '2026-11-04 09:00', null, 0, 28800, 28800, null, 'cancelled');
    insert into marts.sla_attainment_daily values
        ('2026-11-02', 'resolution', 'all', 'all', 'all', 'all', 0, 1, 0.0),
        ('2026-11-03', 'resolution', 'all', 'all', 'all', 'all', 1, 0, 1.0),
        ('2026-11-03', 'resolution', 'HIGH', 'all', 'all', 'all', 1, 0, 1.0);
    insert into marts.ticket_responses values
        ('r1', '1', '2026-11-02', true, 'agent', '501', 'm1', true),
        ('r2', '1', '2026-11-02', false, 'agent', null, null, false);
    insert into marts.ticket_sla_events values
        ('1', 'resolution', 1, 'sla_breached', '2026-11-02 09:00');
    insert into marts.backlog_daily values
        ('2026-11-19', 'all', 'all', 1), ('2026-11-20', 'all', 'all', 1);
    insert into marts.ticket_stats values
        ('all', 'all', 1, 1, 2), ('status', 'new', 1, 0, 1), ('status', 'closed', 0, 1, 1);
    insert into marts.tickets_wide values ('1'), ('2'), ('3');
    insert into marts.pipelines values ('0');
    insert into marts.stages values ('1', '0'), ('3', '0'), ('4', '0');
    insert into marts.owners values ('77');
    insert into marts.contacts values ('101');
    insert into marts.companies values ('201');
    insert into marts.deals values ('301');
"""


def build_raw(path: Path, *, rows: str = RAW_ROWS) -> None:
    """Write a warehouse with the given rows and two loaded runs."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema raw")
        for name, columns in RAW_TABLES.items():
            connection.execute(f"create table raw.{name} ({columns}, {_META})")
        connection.execute(rows + RAW_RUNS)


def build_marts(path: Path, *, rows: str = MART_ROWS, version: int = 2) -> None:
    """Write a staged file with the given rows and its publication row."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        connection.execute("create schema meta")
        for name, columns in MART_TABLES.items():
            connection.execute(f"create table marts.{name} ({columns})")
        connection.execute(
            "create view marts.ticket_timeline as select distinct on (activity_id) * "
            "from marts.ticket_activities order by activity_id, contact_id"
        )
        connection.execute(rows)
        connection.execute(
            "create table meta.published (portal_id varchar, run_id varchar, data_as_of timestamp, "
            "complete_through timestamp, published_at timestamp, version integer)"
        )
        connection.execute(
            "insert into meta.published values (?, ?, '2026-11-20 02:15', null, "
            "'2026-11-20 02:20', ?)",
            [PORTAL_ID, RUN_ID, version],
        )


def change(path: Path, statement: str) -> None:
    """Run SQL on a file, as whoever spoils it would."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(statement)
