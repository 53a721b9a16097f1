"""What analysts read beside the clocks: custom properties, aggregates, metrics, the guide."""

import json
import re
from datetime import date, datetime

import duckdb
import pytest

from tests.dbt_project.conftest import RISES_BY_LEVELS
from tests.dbt_project.dbt_run import PROJECT, Built
from tests.dbt_project.metric_queries import SemanticManifest

GUIDE = PROJECT.parent / "docs/analysts.md"
# Each has a query, and what it gave: its first line names the columns.
QUESTIONS = re.findall(
    r"^## \d+\. (.*?)\n.*?```sql\n(.*?)```\n\n```text\n(.*?)\n",
    GUIDE.read_text("utf-8"),
    re.DOTALL | re.MULTILINE,
)


@pytest.fixture(scope="module")
def metrics(lived_in: Built) -> SemanticManifest:
    return SemanticManifest(lived_in.warehouse.parent / "target/semantic_manifest.json")


def _told(built: Built) -> dict[str, dict]:
    raw = built.raw("select id, properties from raw.tickets")
    return {ticket_id: json.loads(text) for ticket_id, text in raw}


def test_a_custom_property_has_the_type_of_its_definition(lived_in: Built) -> None:
    rows = lived_in.rows(
        "select ticket_id, floor, due_on, seen_at, is_vip, rooms, property_ticket_id "
        "from marts.tickets_wide"
    )
    casts = {
        "floor": {"3": 3.0, "4.5": 4.5},
        "due_on": {"2026-03-01": date(2026, 3, 1), "1772323200000": date(2026, 3, 1)},
        "seen_at": {"2026-03-01T10:00:00Z": datetime(2026, 3, 1, 10)},
        "is_vip": {"true": True, "false": False},
        "rooms": {"a;b": "a;b", "c": "c"},
        "ticket_id": {"mine": "mine"},
    }
    told = _told(lived_in)
    assert len(rows) == len(told)
    for ticket_id, *values in rows:
        expected = [cast.get(told[ticket_id][name]) for name, cast in casts.items()]
        assert values == expected


def test_links_to_merged_records_and_owners_that_nobody_knows_are_listed(lived_in: Built) -> None:
    listed = {
        (problem, detail): count
        for problem, detail, count in lived_in.rows(
            "select problem, detail, affected_count from marts.data_quality"
        )
    }
    [(merged,)] = lived_in.raw(
        "select count(*) from raw.ticket_associations where object_id = '81'"
    )
    assert listed["link_to_merged_object", "companies"] == merged > 0
    owners = [values["hubspot_owner_id"] for values in _told(lived_in).values()]
    last_links = lived_in.raw(
        "select object_id, count(distinct ticket_id) from raw.ticket_associations "
        "where object_type = 'contacts' group by object_id"
    )
    by_contact = dict(last_links)
    assert listed["link_to_archived_object", "contacts"] == by_contact["71"] > 0
    # each of these tickets has both: two links, one problem
    assert listed["link_to_unread_object", "contacts"] == by_contact["72"] == by_contact["73"] > 0
    unknown = {detail: n for (what, detail), n in listed.items() if what == "owner_not_known"}
    assert unknown == {owner: owners.count(owner) for owner in "567"}


def test_a_problem_names_ten_objects_once_each(lived_in: Built) -> None:
    rows = lived_in.rows(
        "select problem, affected_count, string_split(sample_ids, ';') from marts.data_quality"
    )
    assert "link_to_unread_object" in {problem for problem, _, _ in rows}
    for problem, count, samples in rows:
        assert len(samples) == len(set(samples)) == min(count, 10), problem


def test_what_does_not_cast_is_counted_and_listed(lived_in: Built) -> None:
    told = _told(lived_in).values()
    counted = dict(
        lived_in.rows("select property_name, uncastable_count from marts.tickets_wide_columns")
    )
    assert counted["floor"] == sum(values["floor"] == "third" for values in told) > 0
    assert counted["is_vip"] == sum(values["is_vip"] == "perhaps" for values in told) > 0
    assert counted["rooms"] == 0
    listed = dict(
        lived_in.rows(
            "select detail, affected_count from marts.data_quality "
            "where problem = 'value_not_castable'"
        )
    )
    assert counted["seen_at"] == sum(values["seen_at"][:4] != "2026" for values in told) > 0
    assert listed["deals.amount"] == 1
    assert {name: count for name, count in counted.items() if count} == {
        name: count for name, count in listed.items() if name in counted
    }


def test_an_escalation_is_a_rise_of_the_level(lived_in: Built) -> None:
    entries = lived_in.raw(
        "select ticket_id, list(value order by changed_at) from raw.ticket_property_history "
        "where property_name = 'escalation_level' group by ticket_id"
    )
    assert {tuple(values) for _, values in entries} == {*RISES_BY_LEVELS} - {()}
    expected = sorted(
        (i, *pair) for i, values in entries for pair in RISES_BY_LEVELS[tuple(values)]
    )
    found = lived_in.rows("select ticket_id, from_level, to_level from marts.escalations")
    assert sorted(found) == expected
    levels = dict(lived_in.rows("select ticket_id, escalation_level from marts.tickets"))
    last = {"1": 1, "2": 2, "3": 3, "2.5": None}
    assert {i: levels[i] for i, _ in entries} == {i: last[values[-1]] for i, values in entries}
    [(listed,)] = lived_in.rows(
        "select affected_count from marts.data_quality "
        "where problem = 'value_not_castable' and detail = 'escalation_level'"
    )
    assert listed == sum(values[-1] == "2.5" for _, values in entries)


def test_a_metric_says_what_the_aggregate_of_its_name_says(
    lived_in: Built, metrics: SemanticManifest
) -> None:
    by_metric = (
        "select metric, sum(met_count) / sum(met_count + breached_count) "
        "from marts.sla_attainment_daily where 'all' = priority and 'all' = pipeline_id "
        "and 'all' = team and 'all' = owner_id group by metric"
    )
    same = {
        metrics.query("sla_attainment", ("metric",)): by_metric,
        metrics.query("open_ticket_count"): (
            "select open_count from marts.ticket_stats where dimension = 'all'"
        ),
        metrics.query("ticket_count", ("status",)): (
            "select status, count(*) from marts.tickets group by status"
        ),
        metrics.query("resolved_ticket_count"): (
            "select sum(closed_count) from marts.resolution_daily "
            "where priority = 'all' and pipeline_id = 'all' and team = 'all'"
        ),
        metrics.query("breached_clock_count"): (
            "select count(*) from marts.ticket_sla_events join marts.ticket_slas "
            "using (ticket_id, metric, cycle, target_seconds) "
            "where event_type = 'sla_breached' and occurred_at = breached_at"
        ),
        metrics.query("met_clock_count", ("priority",)): (
            "select coalesce(priority, 'none'), count(*) from marts.ticket_slas "
            "where status = 'met' group by all"
        ),
    }
    for query, known in same.items():
        found = lived_in.rows(query)
        assert sorted(found) == sorted(lived_in.rows(known)), query
        assert found[0][-1]


def test_every_metric_can_be_asked(lived_in: Built, metrics: SemanticManifest) -> None:
    assert len(metrics.metrics) >= 10
    for name in metrics.metrics:
        assert lived_in.one(metrics.query(name))[0] is not None, name


def test_weeks_of_agents_count_what_happened(lived_in: Built) -> None:
    weeks = lived_in.rows(
        "select owner_id, sum(assigned_count) from marts.agent_performance_weekly group by owner_id"
    )
    owners = [values["hubspot_owner_id"] for values in _told(lived_in).values()]
    expected = {owner: owners.count(owner) for owner in set(owners)} | {"all": len(owners)}
    assert {owner: count for owner, count in weeks if count} == expected


def test_a_company_counts_its_tickets(lived_in: Built) -> None:
    open_now = lived_in.rows(
        "select object_id, count(*) from marts.ticket_associations "
        "join marts.tickets using (ticket_id) where object_type = 'companies' "
        "and status not in ('resolved', 'closed') and tickets.archived_at is null "
        "group by object_id"
    )
    health = lived_in.rows("select company_id, open_count from marts.company_health")
    assert sorted(health) == sorted(open_now)


def test_the_guide_has_ten_questions() -> None:
    assert len(QUESTIONS) == 10


@pytest.mark.parametrize(("question", "query", "header"), QUESTIONS, ids=[q[0] for q in QUESTIONS])
def test_a_query_of_the_guide_answers(
    lived_in: Built, question: str, query: str, header: str
) -> None:
    with duckdb.connect(str(lived_in.marts), read_only=True) as connection:
        answer = connection.execute(query)
        columns = [column[0] for column in answer.description]
        rows = answer.fetchall()
    assert columns == header.split(), question
    assert rows, question
    # a column without any value tells an analyst nothing
    empty = {name for name, values in zip(columns, zip(*rows, strict=True), strict=True)
             if all(value is None for value in values)}  # fmt: skip
    assert not empty, question
