"""A build goes on from the former only when both files are of one whole build by equal rules."""

from datetime import timedelta

import duckdb
import pytest

from include.warehouse.candidate import forget_build, record_build
from include.warehouse.load import load_pending
from include.warehouse.rebuild import rebuild
from include.warehouse.standing import standing
from include.warehouse.trust import definitions, may_go_on
from tests.include.warehouse.marts import build
from tests.include.warehouse.rows import at, begin, record

RULES = "code and policies"


@pytest.fixture
def built(files):
    run = begin(files, 1)
    run.write("tickets", [record("1", 1)], at(1))
    run.commit(data_as_of=at(1), cursors={})
    load_pending(files)
    build(files, "a")
    record_build(files, standing(files), RULES)
    return files


def test_a_whole_build_by_equal_rules_may_be_gone_on_from(built):
    assert may_go_on(built, RULES, at(1))
    assert may_go_on(built, RULES, at(2))


def test_other_rules_or_an_earlier_moment_start_anew(built):
    assert not may_go_on(built, "another policy", at(1))
    assert not may_go_on(built, RULES, at(1) - timedelta(seconds=1))


def test_a_build_that_began_and_did_not_end_is_not_gone_on_from(built):
    forget_build(built)
    assert not may_go_on(built, RULES, at(1))


def test_files_of_two_builds_are_not_gone_on_from(built):
    kept = built.candidate.read_bytes()
    record_build(built, standing(built), RULES)
    built.candidate.write_bytes(kept)
    assert not may_go_on(built, RULES, at(1))


def test_a_build_killed_between_its_two_words_is_not_gone_on_from(built):
    forget_build(built)
    kept = built.candidate.read_bytes()
    record_build(built, standing(built), RULES)
    built.candidate.write_bytes(kept)
    assert not may_go_on(built, RULES, at(1))


def test_a_rebuilt_warehouse_and_a_lost_candidate_start_anew(built):
    rebuild(built)
    assert not may_go_on(built, RULES, at(1))
    record_build(built, standing(built), RULES)
    assert may_go_on(built, RULES, at(1))
    built.candidate.unlink()
    assert not may_go_on(built, RULES, at(1))


def test_a_candidate_from_before_builds_had_rules_starts_anew(built):
    with duckdb.connect(str(built.candidate)) as candidate:
        candidate.execute("create or replace table meta.build as select 'x' as run_id")
    assert not may_go_on(built, RULES, at(1))


def test_a_stage_that_changes_its_meaning_changes_the_definitions(built):
    before = definitions(built)
    with duckdb.connect(str(built.warehouse)) as warehouse:
        warehouse.execute(
            "insert into raw.stages (pipeline_id, id, label) values ('0', '1', 'New')"
        )
    after = definitions(built)
    assert before != after
    with duckdb.connect(str(built.warehouse)) as warehouse:
        warehouse.execute("update raw.stages set updated_at = now(), _loaded_at = now()")
    assert definitions(built) == after


@pytest.mark.parametrize("change", ["created_at", "removed_at"])
def test_a_stage_made_or_removed_after_the_moment_changes_the_definitions_once_it_passed(
    built, change
):
    with duckdb.connect(str(built.warehouse)) as warehouse:
        warehouse.execute(
            f"insert into raw.stages (pipeline_id, id, label, {change}) values ('0', '1', 'x', ?)",
            [at(2)],
        )
    before = definitions(built)
    for moment, is_whole in ((at(3), False), (at(1), True)):
        _load(built, moment, is_whole)
        assert definitions(built) == before
    _load(built, at(2), is_whole=True)
    assert definitions(built) != before


def _load(built, moment, is_whole):
    with duckdb.connect(str(built.warehouse)) as warehouse:
        warehouse.execute(
            "insert into raw.loads (run_id, mode, data_as_of, is_whole) values (?, 'full', ?, ?)",
            [f"later {moment} {is_whole}", moment, is_whole],
        )
