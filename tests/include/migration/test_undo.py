"""Undo leaves the target as it was."""

import pytest

from include.migration.errors import NothingToUndo
from tests.include.migration.plans import PlanRows, key
from tests.include.migration.portal_state import snapshot


def test_undo_leaves_the_target_as_it_was(tmp_path, portals, untouched):
    files, seal = portals.full_plan().save(tmp_path)
    portals.write(files, seal.plan_hash)
    assert snapshot(portals.target) != untouched
    undone = portals.undo(files, seal.plan_hash)
    assert undone.failures == []
    assert snapshot(portals.target) == untouched


def test_a_migration_that_another_stands_on_is_not_taken_back(tmp_path, portals):
    files, first = PlanRows(keyed=("tickets",)).ticket("1").save(tmp_path)
    portals.write(files, first.plan_hash)
    files, second = PlanRows(keyed=()).ticket("2").save(tmp_path)
    portals.write(files, second.plan_hash)
    with pytest.raises(NothingToUndo, match=second.plan_hash):
        portals.undo(files, first.plan_hash)
    with pytest.raises(NothingToUndo, match="knows no migration"):
        portals.undo(files, "0" * 16)


def test_a_record_older_than_the_migration_is_not_taken_away(tmp_path, portals):
    """Somebody else's run, whose ledger is not here, made it after the plan was made."""
    (tmp_path / "theirs").mkdir()
    theirs, seal = PlanRows(keyed=("tickets",)).ticket("1").save(tmp_path / "theirs")
    portals.write(theirs, seal.plan_hash)
    portals.target.control("POST", "advance", {"until": "2026-11-02T00:00:00Z"})
    (tmp_path / "ours").mkdir()
    ours, seal = PlanRows(keyed=("tickets",)).ticket("1").ticket("2").save(tmp_path / "ours")
    portals.write(ours, seal.plan_hash)
    assert portals.undo(ours, seal.plan_hash).failures == []
    left = portals.target.get("/crm/v3/properties/tickets/migration_source_key")
    assert left["archived"] is False
    body = {"inputs": [{"id": key(1)}, {"id": key(2)}], "idProperty": "migration_source_key"}
    status, _, found = portals.target.call("POST", "/crm/v3/objects/tickets/batch/read", body)
    assert (status, len(found["results"])) == (207, 1)
