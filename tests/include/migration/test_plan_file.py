"""A plan's hash: equal for equal rows, another for any other; contradictions are refused."""

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.migration import plan_checks, plan_tables
from include.migration.errors import PlanBroken, PlanChanged, PlanMissing
from include.migration.plan_file import open_plan, seal
from include.warehouse.connection import open_warehouse
from tests.include.migration.plans import SOURCE, TARGET, PlanRows, small_plan


@pytest.fixture(scope="module")
def empty_plan():
    with duckdb.connect() as connection:
        connection.execute(plan_tables.ddl())
        yield connection


def hash_of_rows(connection, rows):
    connection.execute("delete from migration.plan_exceptions")
    for row in rows:
        connection.execute("insert into migration.plan_exceptions values (?,?,?,?,?,?)", row)
    return plan_tables.hash_of(connection, SOURCE, TARGET, "{}")


cells = st.one_of(st.none(), st.text(max_size=3))
exceptions = st.lists(st.tuples(st.text(max_size=2), cells, cells, cells, cells, st.just("r")),
                      max_size=4)  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(exceptions, exceptions)
def test_equal_rows_and_only_those_have_equal_hashes(empty_plan, one, other):
    first = hash_of_rows(empty_plan, one)
    assert (first == hash_of_rows(empty_plan, other)) == (ordered(one) == ordered(other))
    assert first == hash_of_rows(empty_plan, one[::-1])


def ordered(rows):
    return sorted(rows, key=repr)


def test_a_seal_counts_and_tells_what_it_takes(tmp_path):
    files, found = small_plan().save(tmp_path, limit=10)
    assert found.counts["plan_tickets"] == {"create": 10}
    assert found.calls > 30
    assert found.options == {"limit": 10}
    again = seal(files.plan, SOURCE, TARGET, {"limit": 10})
    assert again.plan_hash == found.plan_hash
    assert seal(files.plan, SOURCE, TARGET, {"limit": 11}).plan_hash != found.plan_hash
    assert seal(files.plan, SOURCE, "77", {"limit": 10}).plan_hash != found.plan_hash


def test_a_plan_that_changed_after_it_was_approved_is_refused(tmp_path):
    files, found = small_plan().save(tmp_path)
    with pytest.raises(PlanChanged, match="not 0000"), open_plan(files.plan, "0000"):
        pass
    with open_warehouse(files.plan) as connection:
        connection.execute(
            "update migration.plan_tickets set properties = '{}' where source_id = '3'"
        )
    with (
        pytest.raises(PlanChanged, match="rows of plan"),
        open_plan(files.plan, found.plan_hash),
    ):
        pass


def test_a_plan_that_is_not_there_or_not_whole_is_said(tmp_path):
    with pytest.raises(PlanMissing), open_plan(tmp_path / "none.duckdb"):
        pass
    path = tmp_path / "half.duckdb"
    with open_warehouse(path) as connection:
        connection.execute("create schema migration; create table migration.plan_tickets (a int)")
    with pytest.raises(PlanMissing, match="not finished"), open_plan(path):
        pass
    with pytest.raises(PlanBroken, match="plan_"):
        seal(path, SOURCE, TARGET, {})


BROKEN = {
    "stage that the plan does not map": lambda plan: plan.ticket("99", hs_pipeline_stage="nowhere"),
    "conflicts": lambda plan: plan.add("plan_properties", "tickets", "x", "{}", "conflict", "type"),
    "source key stands twice": lambda plan: plan.ticket("1"),
    "written into one": lambda plan: (
        plan.ticket("71", "update", "5").ticket("72", "update", "5")
    ),
    "no id at the target": lambda plan: plan.ticket("71", "update", None),
    "belongs to a ticket": lambda plan: plan.link("404", "contacts", "501"),
    "label that the plan does not map": lambda plan: plan.link(
        "2", "contacts", "501", {"category": "USER_DEFINED", "typeId": 1, "label": "Boss"}
    ),
    "belongs to no pipeline": lambda plan: plan.add(
        "plan_stages", "55", "1", "One", 0, "OPEN", None, "create"
    ),
    "without an id": lambda plan: plan.add("plan_pipelines", "56", "P", 0, None, "equal"),
}  # fmt: skip


@pytest.mark.parametrize("fault", BROKEN)
def test_a_plan_that_contradicts_itself_is_refused(tmp_path, fault):
    plan = small_plan()
    BROKEN[fault](plan)
    files, found = plan.save(tmp_path)
    with (
        open_plan(files.plan, found.plan_hash) as (connection, _),
        pytest.raises(PlanBroken, match=fault),
    ):
        plan_checks.require_sound(connection)


def test_a_plan_as_the_writer_takes_it_is_sound(tmp_path):
    files, found = small_plan().save(tmp_path)
    with open_plan(files.plan, found.plan_hash) as (connection, _):
        plan_checks.require_sound(connection)


def test_the_contract_names_every_table_once():
    assert len(plan_tables.contract()) == 13
    assert PlanRows().rows.keys() == plan_tables.contract().keys()
