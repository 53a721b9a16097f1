"""Undo leaves the target as it was."""

from dataclasses import replace

import pytest

from include.migration import undo as undoing
from include.migration.errors import NothingToUndo, PlanChanged
from include.migration.ledger import Ledger
from include.migration.undoing import GONE
from tests.include.migration.plans import PlanRows, key, text
from tests.include.migration.portal_state import links, snapshot


def test_undo_leaves_the_target_as_it_was(tmp_path, portals, untouched):
    files, seal = portals.full_plan().save(tmp_path)
    portals.write(files, seal.plan_hash)
    assert snapshot(portals.target) != untouched
    undone = portals.undo(files, seal.plan_hash)
    assert (undone.state, undone.failures) == ("undone", [])
    assert snapshot(portals.target) == untouched


def left(undone):
    assert undone.state == "undoing"
    assert all(reason.startswith("not taken back: ") for _, reason, _ in undone.failures)
    return {kind: count for kind, _, count in undone.failures}


def ticket_of_theirs(target):
    """Put a ticket of somebody else's into the migration's pipeline; returns its id."""
    pipelines = target.get("/crm/v3/pipelines/tickets")["results"]
    moved = next(one for one in pipelines if one["label"] == "Moved support")
    place = {"hs_pipeline": moved["id"], "hs_pipeline_stage": moved["stages"][0]["id"]}
    body = {"properties": {"subject": "theirs", **place}}
    status, _, theirs = target.call("POST", "/crm/v3/objects/tickets", body)
    assert status == 201
    return theirs["id"]


def test_what_is_in_use_is_left_and_named_and_the_next_run_takes_it_back(
    tmp_path, portals, untouched
):
    files, seal = portals.full_plan().save(tmp_path)
    portals.write(files, seal.plan_hash)
    target = portals.target
    theirs = ticket_of_theirs(target)
    assert left(portals.undo(files, seal.plan_hash)) == {"pipelines": 1}
    with pytest.raises(PlanChanged, match="is being taken back"):
        portals.write(files, seal.plan_hash)
    assert target.call("DELETE", f"/crm/v3/objects/tickets/{theirs}")[0] == 204
    again = portals.undo(files, seal.plan_hash)
    assert (again.state, again.failures) == ("undone", [])
    assert snapshot(target) == untouched


def test_what_a_killed_write_made_and_others_use_is_left_by_every_undo(
    tmp_path, portals, untouched, monkeypatch
):
    files, seal = portals.full_plan().save(tmp_path)
    settle = Ledger.settle

    def die(self, migration_id, object_type, outcomes):
        if object_type == "pipelines":
            raise KeyboardInterrupt
        settle(self, migration_id, object_type, outcomes)

    with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
        killed.setattr(Ledger, "settle", die)
        portals.write(files, seal.plan_hash)
    theirs = ticket_of_theirs(portals.target)
    for _ in range(3):
        assert left(portals.undo(files, seal.plan_hash)) == {"pipelines": 1}
    assert portals.target.call("DELETE", f"/crm/v3/objects/tickets/{theirs}")[0] == 204
    undone = portals.undo(files, seal.plan_hash)
    assert (undone.state, undone.failures) == ("undone", [])
    assert snapshot(portals.target) == untouched


def test_what_is_gone_at_the_target_by_now_keeps_no_migration_from_being_undone(tmp_path, portals):
    """A link whose contact, a ticket and a property that the migration changed: deleted since."""
    target = portals.target
    ticket, contact = next(
        pair
        for one in target.get("/crm/v3/objects/tickets?limit=15")["results"]
        for pair in links(target, "contacts", [one["id"]])
    )
    others = target.get("/crm/v3/objects/tickets?limit=15")["results"]
    changed = next(one["id"] for one in others if one["id"] != ticket)
    shade = {"name": "shade", "label": "Shade", "type": "enumeration", "fieldType": "select",
             "groupName": "ticketinformation",
             "options": [{"label": "Red", "value": "red"}]}  # fmt: skip
    assert target.call("POST", "/crm/v3/properties/tickets", shade)[0] == 201
    plan = PlanRows(keyed=())
    blue = text({"options": [{"label": "Blue", "value": "blue"}]})
    plan.add("plan_properties", "tickets", "shade", blue, "patch_options", None)
    plan.record("contacts", "501", "match", contact)
    plan.ticket("1", "skip", ticket).link("1", "contacts", "501", action="archive")
    plan.ticket("2", "update", changed, subject="Changed")
    files, seal = plan.save(tmp_path)
    assert portals.write(files, seal.plan_hash).failed == 0
    assert (ticket, contact) not in links(target, "contacts", [ticket])
    for gone in (f"objects/contacts/{contact}", f"objects/tickets/{changed}",
                 "properties/tickets/shade"):  # fmt: skip
        assert target.call("DELETE", f"/crm/v3/{gone}")[0] == 204
    undone = portals.undo(files, seal.plan_hash)
    assert (undone.state, undone.failures) == ("undone", [])
    with Ledger(files.ledger) as ledger:
        migration = ledger.migrations()[-1].id
        for kind in ("ticket_associations", "tickets", "properties"):
            reasons = [one.reason for one in ledger.entries(migration, kind).values()]
            assert reasons.count(GONE) == 1, kind


def test_what_hubspot_said_nothing_of_is_asked_again_and_left_when_it_stays_silent(
    tmp_path, portals, untouched, monkeypatch
):
    """An answer that leaves an input out: the sandbox never gives one."""
    files, seal = portals.full_plan().save(tmp_path)
    portals.write(files, seal.plan_hash)
    update, silent = undoing.update_batch, iter([True] * (undoing.ROUNDS + 1))

    def update_silently(session, object_type, rows):
        written = update(session, object_type, rows)
        if not next(silent, False):
            return written
        return replace(written, records={}, unsettled=sorted(written.records))

    monkeypatch.setattr(undoing, "update_batch", update_silently)
    assert left(portals.undo(files, seal.plan_hash)) == {"tickets": 1}
    undone = portals.undo(files, seal.plan_hash)
    assert next(silent, None) is None
    assert (undone.state, undone.failures) == ("undone", [])
    assert snapshot(portals.target) == untouched


def test_what_was_never_written_is_not_held_against_an_undo(tmp_path, portals, untouched):
    plan = portals.full_plan().ticket("51", hs_ticket_priority="UNHEARD OF")
    plan.ticket("52", "update", "999999", subject="nobody").link("51", "contacts", "501")
    files, seal = plan.save(tmp_path)
    assert portals.write(files, seal.plan_hash).counts["tickets"]["failed"] == 2
    undone = portals.undo(files, seal.plan_hash)
    assert (undone.state, undone.failures) == ("undone", [])
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
