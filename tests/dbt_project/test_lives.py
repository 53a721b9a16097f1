"""One small portal, built once: associations, queueing, merges, mapped columns, attainment."""

import shutil
from pathlib import Path

import duckdb
import pytest

from tests.dbt_project.dbt_run import Built, policy_text, run_dbt
from tests.dbt_project.metric_queries import SemanticManifest
from tests.dbt_project.raw_portal import RawPortal, at

AS_OF = at("2026-06-10 12:00")
STAGES = [
    ("1", "New", "OPEN"),
    ("2", "Waiting on contact", "OPEN"),
    ("3", "Waiting on us", "OPEN"),
    ("4", "Closed", "CLOSED"),
]
CREATED = at("2026-06-01 09:00")
STAGE = "hs_pipeline_stage"


def _portal() -> RawPortal:
    portal = RawPortal(AS_OF)
    portal.pipeline("0", STAGES)
    portal.add("account", portal_id="4980077", time_zone="America/New_York")
    portal.add(
        "owners",
        id="501",
        email="a@example.com",
        first_name="Ana",
        archived=False,
        teams='[{"id": "9", "name": "First line", "primary": true}]',
    )
    portal.add("owners", id="502", email="b@example.com", first_name="Bo", archived=False)
    portal.ticket(
        "1", CREATED,
        [
            ("hs_pipeline", CREATED, "0"), (STAGE, CREATED, "1"),
            ("hs_ticket_priority", CREATED, "urgente"),
            ("hubspot_owner_id", at("2026-06-01 10:00"), "501"),
            ("hubspot_owner_id", at("2026-06-01 11:00"), ""),
            ("hubspot_owner_id", at("2026-06-01 12:00"), "501"),
            ("hubspot_owner_id", at("2026-06-01 13:00"), "502"),
            ("subject", CREATED, "Printer"), ("subject", at("2026-06-02 09:00"), "Printer on fire"),
            ("hs_lastmodifieddate", at("2026-06-02 09:00"), "2026-06-02T09:00:00Z"),
            (STAGE, at("2026-06-03 09:00"), "4"), (STAGE, at("2026-06-04 09:00"), "3"),
            (STAGE, at("2026-06-05 02:00"), "4"),
        ],
        content="no history of this one", level="2", since="1780306200000", hs_tag_ids="5;6",
    )  # fmt: skip
    portal.link("1", "contacts", "30", types=[(16, None)])
    portal.link("1", "contacts", "4", types=[(16, None)])
    portal.link("1", "contacts", "7", types=[(16, None), (101, "CC")])
    portal.link("1", "companies", "90", types=[(339, None), (26, "Primary")])
    portal.link("1", "companies", "91", types=[(339, None)])
    # alone until the third of June, alone again from the fifth on
    portal.ticket("2", CREATED, [("hs_pipeline", CREATED, "0"), (STAGE, CREATED, "1"),
                                 (STAGE, at("2026-06-04 09:00"), "3"),
                                 (STAGE, at("2026-06-06 09:00"), "4")])  # fmt: skip
    portal.link("2", "contacts", "30", observed_at=at("2026-06-03 02:00"),
                gone_at=at("2026-06-05 02:00"))  # fmt: skip
    _merges(portal)
    portal.ticket("6", CREATED, [("hs_pipeline", CREATED, "0")])
    # closed, and nobody knows since when
    portal.ticket("14", CREATED, hs_pipeline="0", hs_pipeline_stage="4")
    # 10 has every event of a clock: eight hours round the clock at first, forty of the desk later
    portal.ticket(
        "10", CREATED,
        [
            ("hs_pipeline", CREATED, "0"), (STAGE, CREATED, "1"),
            ("hs_ticket_priority", CREATED, "URGENT"),
            (STAGE, at("2026-06-01 10:00"), "2"), (STAGE, at("2026-06-01 12:00"), "3"),
            ("hs_ticket_priority", at("2026-06-02 09:00"), "LOW"),
            (STAGE, at("2026-06-02 10:00"), "4"), (STAGE, at("2026-06-02 11:00"), "3"),
            (STAGE, at("2026-06-03 10:00"), "4"),
        ],
    )  # fmt: skip
    for contact_id in ("30", "4", "7"):
        portal.add("contacts", id=contact_id, created_at=CREATED, archived=False,
                   properties='{"email": "x@example.com"}')  # fmt: skip
    return portal


def _merges(portal: RawPortal) -> None:
    """3 and 4 became 5, 5 and 7 became 8; 11 and 12 were closed and became 13.

    A merge makes a ticket of both histories, as old as the older of the two.
    """
    lists = "hs_merged_object_ids"
    opened = [("hs_pipeline", CREATED, "0"), (STAGE, CREATED, "3")]
    for ticket_id in ("3", "4", "7"):
        portal.ticket(ticket_id, CREATED, opened)
    merged_at, again_at = at("2026-06-02 15:00"), at("2026-06-05 15:00")
    portal.ticket("5", CREATED, [*opened, (lists, merged_at, "3;4")])
    portal.ticket("8", CREATED, [*opened, (lists, merged_at, "3;4"), (lists, again_at, "3;4;5;7")])
    closings = {"11": at("2026-06-01 13:00"), "12": at("2026-06-01 14:00")}
    told = [("hubspot_owner_id", CREATED, "502"), ("level", CREATED, "1")]
    for ticket_id, closed_at in closings.items():
        portal.ticket(ticket_id, CREATED, [*opened, *told, (STAGE, closed_at, "4")])
    both = [(STAGE, closed_at, "4") for closed_at in closings.values()]
    portal.ticket("13", CREATED, [*opened, *told, *both, (lists, merged_at, "11;12")])


POLICIES = {
    "priorities": policy_text("portal_id,value,priority", [["4980077", "urgente", "URGENT"]]),
    "property_map": policy_text(
        "portal_id,column,property",
        [["*", "escalation_level", "level"], ["4980077", "escalated_at", "since"]],
    ),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    result = run_dbt(tmp_path_factory.mktemp("lives"), _portal(), policies=POLICIES)
    assert result.code == 0, result.output
    return result


def test_requester_is_the_unlabelled_contact_first_associated_lowest_id(built: Built) -> None:
    roles = built.rows(
        "select object_id, role, label, is_inferred_start, associated_at "
        "from marts.ticket_associations where ticket_id = '1' and object_type = 'contacts' "
        "order by object_id::int"
    )
    assert roles == [
        ("4", "requester", None, True, CREATED),
        ("7", "cc", "CC", True, CREATED),
        ("30", None, None, True, CREATED),
    ]
    assert built.one("select requester_contact_id from marts.tickets where ticket_id = '1'") == (
        "4",
    )


def test_a_pair_with_two_type_ids_is_one_edge_and_the_primary_company(built: Built) -> None:
    assert built.rows(
        "select object_id, is_primary, type_ids from marts.ticket_associations "
        "where object_type = 'companies' order by 1"
    ) == [("90", True, "26;339"), ("91", False, "339")]
    assert built.one("select primary_company_id from marts.tickets where ticket_id = '1'") == (
        "90",
    )


def test_columns_come_from_mapped_properties_with_their_types(built: Built) -> None:
    assert built.one(
        "select subject, content, tags, escalation_level, escalated_at, priority, hubspot_priority "
        "from marts.tickets where ticket_id = '1'"
    ) == ("Printer on fire", "no history of this one", "5;6", 2, at("2026-06-01 09:30"),
          "URGENT", "urgente")  # fmt: skip


def test_reopenings_and_reassignments_are_counted(built: Built) -> None:
    assert built.one(
        "select reopen_count, reassignment_count, owner_id, status, closed_at, resolution_seconds "
        "from marts.tickets where ticket_id = '1'"
    ) == (1, 1, "502", "closed", at("2026-06-05 02:00"), (3 * 24 + 17) * 3600.0)


def test_each_event_reaches_each_contact_and_stands_once_in_the_timeline(built: Built) -> None:
    assert built.one(
        "select count(*), count(distinct event_id), count(distinct contact_id) "
        "from marts.ticket_activities where ticket_id = '1' and activity_type = 'ticket_closed'"
    ) == (6, 2, 3)
    # Of one moment, what closed stands first; what is equal up to there stands in the ids' order.
    shown = built.rows(
        "select activity_type, occurred_at from marts.ticket_timeline where ticket_id = '1' "
        "and activity_type not in ('ticket_property_changed', 'ticket_status_changed') "
        "order by timeline_position"
    )
    assert [row[1] for row in shown] == sorted((row[1] for row in shown), reverse=True)
    assert [row[0] for row in shown[:2]] == ["ticket_closed", "ticket_stage_changed"]
    assert {row[0] for row in shown[2:4]} == {"ticket_reopened", "ticket_stage_changed"}
    assert [row[0] for row in shown[4:10]] == [
        *("ticket_closed", "ticket_stage_changed", "ticket_updated"),
        *("ticket_assigned", "ticket_assigned", "ticket_assigned"),
    ]
    assert {row[0] for row in shown[10:]} == {
        *("ticket_created", "ticket_contact_added", "ticket_company_associated")
    }


def test_a_contacts_coming_is_told_to_that_contact_only(built: Built) -> None:
    assert built.rows(
        "select contact_id, source_object_id from marts.ticket_activities "
        "where ticket_id = '1' and activity_type = 'ticket_contact_added' order by 1"
    ) == [("30", "30"), ("4", "4"), ("7", "7")]


def test_activities_wait_for_the_first_contact(built: Built) -> None:
    rows = built.rows(
        "select activity_type, contact_id, emitted_at from marts.ticket_activities "
        "where ticket_id = '2' and activity_type in "
        "('ticket_created', 'ticket_stage_changed', 'ticket_contact_added', "
        "'ticket_contact_removed') order by occurred_at"
    )
    assert rows == [
        ("ticket_created", "30", at("2026-06-03 02:00")),
        ("ticket_contact_added", "30", at("2026-06-03 02:00")),
        ("ticket_stage_changed", "30", at("2026-06-04 09:00")),
        # nobody has been associated since
        ("ticket_contact_removed", None, None),
        ("ticket_stage_changed", None, None),
    ]
    assert built.one("select has_contact from marts.tickets where ticket_id = '2'") == (False,)


def test_history_entries_name_their_activity(built: Built) -> None:
    assert built.one(
        "select count(*) from marts.ticket_property_history as history "
        "join marts.ticket_activities as activities using (activity_id) "
        "where activities.activity_type = 'ticket_property_changed' "
        "and activities.new_value = history.new_value and activities.ticket_id = history.ticket_id"
    ) == built.one("select count(*) from marts.ticket_property_history")


def test_merged_tickets_keep_their_row_and_their_clock_is_cancelled(built: Built) -> None:
    assert built.rows(
        "select ticket_id, merged_into_ticket_id, status from marts.tickets "
        "where merged_into_ticket_id is not null order by ticket_id::int"
    ) == [
        *((loser, "8", "open") for loser in ("3", "4", "5", "7")),
        *((loser, "13", "closed") for loser in ("11", "12")),
    ]
    assert built.rows(
        "select ticket_id, status, elapsed_seconds / 3600 from marts.ticket_slas "
        "where metric = 'resolution' and ticket_id in ('3', '4', '5', '7') order by 1"
    ) == [("3", "cancelled", 14), ("4", "cancelled", 14), ("5", "cancelled", 38),
          ("7", "cancelled", 38)]  # fmt: skip


def test_what_was_before_a_merge_is_counted_once(built: Built) -> None:
    # New York's days: 1, 2, 3, 4, 6, 7, 10, 11, 12 and 14 are made; two become one, and again
    backlog = built.rows(
        "select day::varchar, opened_count, closed_count, removed_count, open_count "
        "from marts.backlog_daily where pipeline_id = '0' and priority = 'all' "
        "and day <= '2026-06-05' order by day"
    )
    assert backlog == [
        ("2026-06-01", 10, 3, 0, 7),
        ("2026-06-02", 1, 1, 2, 6),
        ("2026-06-03", 0, 2, 0, 4),
        ("2026-06-04", 0, 1, 0, 4),
        ("2026-06-05", 1, 0, 2, 3),
    ]
    assert built.rows(
        "select day::varchar, sum(closed_count) from marts.resolution_daily where team = 'all' "
        "and priority = 'all' and pipeline_id = 'all' group by day order by day limit 1"
    ) == [("2026-06-01", 2)]
    assert built.rows(
        "select ticket_id from marts.escalations where escalated_at = '2026-06-01 09:00' order by 1"
    ) == [("11",), ("12",)]
    assert built.one(
        "select sum(assigned_count) from marts.agent_performance_weekly where owner_id = '502'"
    ) == (3,)
    assert built.rows(
        "select ticket_id, created_at, appeared_at from marts.tickets "
        "where appeared_at <> created_at order by ticket_id::int"
    ) == [
        ("5", CREATED, at("2026-06-02 15:00")),
        ("8", CREATED, at("2026-06-05 15:00")),
        ("13", CREATED, at("2026-06-02 15:00")),
    ]


def test_a_ticket_without_a_stage_is_published_as_unknown(built: Built) -> None:
    assert built.one(
        "select stage_id, tickets.status, slas.status, elapsed_seconds, due_at "
        "from marts.tickets as tickets join marts.ticket_slas as slas using (ticket_id) "
        "where ticket_id = '6' and metric = 'resolution'"
    ) == (None, "unknown", "unknown", None, None)


def test_a_stage_without_a_history_counts_in_the_backlog_as_in_the_tickets(built: Built) -> None:
    assert built.one(
        "select tickets.stage_id, tickets.status, slas.status, closed_at from marts.tickets "
        "join marts.ticket_slas as slas using (ticket_id) "
        "where ticket_id = '14' and metric = 'resolution'"
    ) == ("4", "closed", "unknown", None)
    open_now = (
        "select count(*) from marts.tickets where status not in ('resolved', 'closed') "
        "and archived_at is null and merged_into_ticket_id is null"
    )
    assert built.one(open_now) == built.one(
        "select arg_max(open_count, day) from marts.backlog_daily "
        "where pipeline_id = 'all' and priority = 'all'"
    )


def test_attainment_counts_a_clock_on_its_local_day_in_every_dimension(built: Built) -> None:
    # 1 stopped at 02:00 UTC on the fifth, late: it is the fourth in New York; it breached before
    assert built.rows(
        "select day::varchar, met_count, breached_count from marts.sla_attainment_daily "
        "where priority = 'URGENT' and pipeline_id = 'all' and team = 'all' and owner_id = '502'"
    ) == [("2026-06-01", 0, 1)]
    total = built.one(
        "select sum(met_count), sum(breached_count) from marts.sla_attainment_daily "
        "where priority = 'all' and pipeline_id = 'all' and team = 'all' and owner_id = 'all'"
    )
    # 13 was closed as 11 and 12, which count
    assert total == built.one(
        "select count(*) filter (where status = 'met'), count(breached_at) from marts.ticket_slas "
        "where ticket_id <> '13'"
    )
    assert total != built.one(
        "select count(*) filter (where status = 'met'), count(breached_at) from marts.ticket_slas"
    )
    metrics = SemanticManifest(built.warehouse.parent / "target/semantic_manifest.json")
    names = ("met_clock_count", "breached_clock_count", "counted_clock_count", "sla_attainment")
    told = [built.one(metrics.query(name))[0] for name in names]
    assert told == [*total, sum(total), total[0] / sum(total)]


def test_the_events_of_a_clock_tell_its_whole_story(built: Built) -> None:
    urgent, low = 8 * 3600, 40 * 3600
    assert built.rows(
        "select event_type, occurred_at, target_seconds from marts.ticket_sla_events "
        "where ticket_id = '10' and metric = 'resolution' order by event_number"
    ) == [
        ("sla_started", CREATED, urgent),
        # an hour ran before the wait and seven after it
        ("sla_paused", at("2026-06-01 10:00"), urgent),
        ("sla_resumed", at("2026-06-01 12:00"), urgent),
        ("sla_breached", at("2026-06-01 19:00"), urgent),
        ("sla_retargeted", at("2026-06-02 09:00"), low),
        # left again, so the time between does not count
        ("sla_stopped", at("2026-06-02 10:00"), low),
        ("sla_resumed", at("2026-06-02 11:00"), low),
        ("sla_stopped", at("2026-06-03 10:00"), low),
        ("sla_met", at("2026-06-03 10:00"), low),
    ]
    # 22 hours round the clock, then 1 + 6 + 1 of the desk; two were waited
    assert built.one(
        "select status, elapsed_seconds / 3600, paused_seconds / 3600, breached_at "
        "from marts.ticket_slas where ticket_id = '10' and metric = 'resolution'"
    ) == ("met", 30, 2, None)


def test_teams_are_those_of_the_owners(built: Built) -> None:
    assert built.rows("select * from marts.teams") == [("9", "First line", 1)]


def test_the_marts_open_under_any_name(built: Built, tmp_path: Path) -> None:
    shutil.copy(built.marts, tmp_path / "anything.duckdb")
    with duckdb.connect() as connection:
        connection.execute(f"attach '{tmp_path / 'anything.duckdb'}' as other (read_only)")
        assert connection.execute("select count(*) from other.marts.ticket_timeline").fetchone()[0]
