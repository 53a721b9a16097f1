"""A build that goes on from the former one equals a full refresh, also in what was said since."""

import shutil
from pathlib import Path

import duckdb
import pytest

from benchmarks.equality import compare
from tests.dbt_project.dbt_run import Built, run_dbt, run_dbt_again
from tests.dbt_project.test_conversations import AS_OF, POLICIES, conversations

pytestmark = pytest.mark.slow
BUILD = ("build", "--exclude-resource-type", "unit_test", "--exclude-resource-type", "test")
# What came with a later night; the rest was there before.
SAID_LATER = {
    "messages": "id in ('21', '24', '55', '56', '59', '61')",
    "emails": "id in ('11', '17')",
    "tasks": "true",
    "notes": "true",
    "threads": "id = 't6'",
    "files": "true",
    "contacts": "id = '4'",
    "engagement_associations": "object_id = '4'",
    "ticket_associations": "object_type in ('notes', 'tasks')",
}


def _take_away(warehouse: Path, kept: Path) -> None:
    """Move the later night's rows into a file of their own; what remains was read a day before."""
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(f"attach '{kept}' as kept; create schema kept.raw")
        for table, condition in SAID_LATER.items():
            connection.execute(
                f"create table kept.raw.{table} as from raw.{table} where {condition}; "
                f"update kept.raw.{table} set _run_id = 'later'; "
                f"delete from raw.{table} where {condition}"
            )
        connection.execute("update raw.loads set data_as_of = data_as_of - interval 1 day")


def _bring_back(warehouse: Path, kept: Path) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(f"attach '{kept}' as kept (read_only)")
        for table in SAID_LATER:
            connection.execute(f"insert into raw.{table} by name from kept.raw.{table}")
        connection.execute(
            "insert into raw.loads (run_id, mode, data_as_of) values ('later', 'incremental', ?)",
            [AS_OF],
        )


def _build(folder: Path, *arguments: str) -> Built:
    built = run_dbt_again(folder, *BUILD, *arguments)
    assert built.code == 0, built.output
    return built


def test_what_was_said_since_the_former_build_is_told_as_if_it_had_always_been_there(tmp_path):
    first = run_dbt(tmp_path, conversations(), "parse", policies=POLICIES)
    assert first.code == 0, first.output
    kept = tmp_path / "kept.duckdb"
    _take_away(first.warehouse, kept)
    built = _build(tmp_path)
    before = built.rows("select * from marts.ticket_responses order by response_id")
    _bring_back(first.warehouse, kept)
    built = _build(tmp_path)
    assert built.rows("select * from marts.ticket_responses order by response_id") != before
    gone_on = shutil.copy(built.marts, tmp_path / "gone_on.duckdb")
    built = _build(tmp_path, "--full-refresh")
    tables = compare(Path(gone_on), built.marts)
    assert len(tables) > 20
    assert [table for table in tables if table.only_left or table.only_right] == []
