"""Every sentence of the fidelity suite is true of a faithful copy, and each can be broken."""

import duckdb
import pytest

from include.expectations.fidelity_suite import EXPECTATIONS

_ENGAGEMENTS = ("notes", "emails", "calls", "meetings", "tasks")
_OBJECT = (
    "id varchar, created_at timestamp, archived boolean, archived_at timestamp, properties varchar"
)
_SCHEMA = "".join(
    f"attach ':memory:' as {side}; create schema {side}.raw;"
    + "".join(
        f"create table {side}.raw.{table} ({_OBJECT});"
        for table in ("tickets", "threads", "messages", "files", *_ENGAGEMENTS)
    )
    + f"""
    create table {side}.raw.ticket_associations
        (ticket_id varchar, object_type varchar, object_id varchar, gone_at timestamp);
    create table {side}.raw.engagement_associations (engagement_type varchar,
        engagement_id varchar, object_type varchar, object_id varchar, gone_at timestamp);
    create table {side}.raw.stages (pipeline_id varchar, id varchar, label varchar,
        ticket_state varchar, removed_at timestamp);
    """
    for side in ("source", "target")
)
_FAITHFUL = """
    attach ':memory:' as reconciled; create schema reconciled.work; create schema reconciled.marts;
    create table judged_migration as select '1' as source_portal_id, '2' as target_portal_id;
    create table reconciled.work.int_migration_scope as select '11' as ticket_id;
    create table reconciled.work.int_migration_options as
        select 'hs_ticket_priority' as name, 'P1' as value, 'HIGH' as target_value,
            'declared' as how;
    create table reconciled.work.int_migration_stages as
        select '0' as pipeline_id, '7' as stage_id, 'New' as label, 'OPEN' as ticket_state;
    create table reconciled.marts.migration_id_map as
        select 'contacts' as object_type, '31' as source_id, '51' as target_id;
    create table reconciled.marts.reconciliation_levels as
        select unnest(['definitions', 'population', 'identity', 'fields', 'links', 'conversations',
            'measures']) as level, 4 as checked, 1 as equal, 1 as mapped, 2 as expected,
            0 as unexplained, 100.0 as fidelity;
    create table reconciled.marts.reconciliation_differences as
        select 'fields' as level, 'tickets' as object_type, '11' as source_id, '21' as target_id,
            'f' as field, 'expected_empty' as kind, 'why' as reason, true as is_explained;
    insert into source.raw.tickets by name select '11' as id, timestamp '2026-01-01' as created_at,
        false as archived, '{"subject": "s", "content": "c", "hs_ticket_priority": "P1",
            "hs_pipeline": "0", "hs_pipeline_stage": "7",
            "closed_date": "2026-01-02T00:00:00.000Z"}' as properties;
    insert into target.raw.tickets by name select '21' as id, timestamp '2026-02-01' as created_at,
        false as archived, '{"subject": "s", "content": "c", "hs_ticket_priority": "HIGH",
            "hs_pipeline": "5", "hs_pipeline_stage": "8", "migration_source_key": "1:11",
            "source_created_at": "2026-01-01T00:00:00.000Z",
            "source_closed_at": "2026-01-02T00:00:00.000Z"}' as properties;
    insert into target.raw.stages values ('5', '8', 'New', 'OPEN', null);
    insert into source.raw.ticket_associations values ('11', 'contacts', '31', null),
        ('11', 'emails', '41', null);
    insert into target.raw.ticket_associations values ('21', 'contacts', '51', null);
    insert into source.raw.emails by name select '41' as id, false as archived;
    insert into target.raw.emails by name select '61' as id, false as archived,
        '{"migration_source_key": "1:emails:41"}' as properties;
    insert into source.raw.threads by name select '71' as id, false as archived,
        '{"threadAssociations": {"associatedTicketId": "11"}}' as properties;
    insert into source.raw.messages by name select 'm' as id, false as archived,
        '{"type": "MESSAGE", "conversationsThreadId": "71", "text": "a < b",
            "attachments": [{"type": "FILE", "fileId": "91"}]}' as properties;
    insert into target.raw.notes by name select '81' as id, false as archived,
        '{"migration_source_key": "1:message:71:m", "hs_note_body": "x<br><br>a &lt; b",
            "hs_attachment_ids": "95"}' as properties;
    insert into source.raw.files by name select '91' as id, false as archived,
        '{"name": "scan", "size": 12}' as properties;
    insert into target.raw.files by name select '95' as id, false as archived,
        '{"name": "scan", "size": 12}' as properties;
    insert into source.raw.engagement_associations values ('emails', '41', 'contacts', '31', null);
    insert into target.raw.engagement_associations values ('emails', '61', 'contacts', '51', null);
"""
_TICKET = "update target.raw.tickets set properties = replace(properties, {})"
_BROKEN = {
    "ExpectEveryTicketMigratedExactlyOnce": "update target.raw.tickets set archived = true",
    "ExpectNoTicketWithoutASource": "insert into target.raw.tickets by name "
    "select '22' as id, false as archived, '{\"migration_source_key\": \"1:12\"}' as properties",
    "ExpectEverySubjectAndTextUnchanged": _TICKET.format("""'"s"', '"s "'"""),
    "ExpectEveryPriorityToMeanTheSame": _TICKET.format("'HIGH', 'LOW'"),
    "ExpectEveryTicketInTheStageOfTheSameName": "update target.raw.stages set label = 'Newer'",
    "ExpectOriginalMomentsToBeKept": _TICKET.format("'01-02T00', '01-02T01'"),
    "ExpectEveryContactOfATicketLinked": "update target.raw.ticket_associations "
    "set gone_at = timestamp '2026-03-01'",
    "ExpectEveryEngagementMigratedExactlyOnce": "insert into target.raw.emails by name "
    "select * replace ('62' as id) from target.raw.emails; "
    "insert into target.raw.engagement_associations "
    "select * replace ('62' as engagement_id) from target.raw.engagement_associations",
    "ExpectEveryMessageToBeANoteWithItsText": "update target.raw.notes set properties = "
    "replace(properties, 'a &lt; b', 'a &lt;')",
    "ExpectEveryAttachmentCarried": "update target.raw.files set properties = "
    "replace(properties, '12', '11')",
    "ExpectEveryContactOfAnActivityLinked": "update target.raw.engagement_associations "
    "set object_id = '52'",
    "ExpectNoUnexplainedDifference": "update reconciled.marts.reconciliation_differences "
    "set is_explained = false",
    "ExpectEveryExplainedDifferenceToSayWhy": "update reconciled.marts.reconciliation_differences "
    "set reason = null",
    "ExpectTheReconciliationToAddUp": "delete from reconciled.marts.reconciliation_levels "
    "where level = 'links'",
}


def failing(connection: duckdb.DuckDBPyConnection) -> set[str]:
    return {
        expectation.__name__
        for expectation in EXPECTATIONS
        if connection.execute(expectation.contradictions).fetchall()
    }


@pytest.fixture
def faithful():
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(_SCHEMA + _FAITHFUL)
        yield connection


def test_a_faithful_copy_meets_every_sentence(faithful) -> None:
    assert failing(faithful) == set()


def test_every_sentence_has_something_that_breaks_it() -> None:
    assert set(_BROKEN) == {expectation.__name__ for expectation in EXPECTATIONS}


@pytest.mark.parametrize("sentence", _BROKEN)
def test_each_sentence_alone_tells_what_breaks_it(faithful, sentence) -> None:
    faithful.execute(_BROKEN[sentence])
    assert failing(faithful) == {sentence}
