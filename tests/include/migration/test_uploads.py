"""A file that lies at the target already is not uploaded a second time."""

import pytest

from include.migration import write_files
from include.migration.plan_file import open_plan, seal
from include.migration.uploads import use_again
from tests.include.hubspot.sessions import open_session
from tests.include.migration.plans import SOURCE, TARGET, PlanRows, key, text


def uploads_of(portal):
    rows = portal.control("GET", "requests")["requests"]
    return sum(
        one["count"] for one in rows if (one["method"], one["route"]) == ("POST", "/files/v3/files")
    )


def edited(portals, tmp_path, size=5, action="create"):
    """Plan as a delta does: note 803 was edited at the source, and still carries its file."""
    note = note_of(portals)["id"]
    keyed = {"idProperty": "migration_source_key", "inputs": [{"id": key(11)}]}
    ticket = portals.target.post("/crm/v3/objects/tickets/batch/read", keyed)["results"][0]["id"]
    plan = PlanRows(keyed=()).ticket("11", "skip", ticket)
    plan.add("plan_files", portals.file_id, key(portals.file_id, "files"), "note.txt", "PRIVATE",
             size, action)  # fmt: skip
    if action == "list":
        plan.add(
            "plan_exceptions", "file_listed", "files", portals.file_id, None, None, "it is gone"
        )
    values = {"hs_note_body": "edited", "hs_timestamp": "2025-01-02T03:04:05.678Z"}
    ends = [{"object_type": "tickets", "source_id": "11"}]
    plan.add("plan_engagements", "notes", "engagement", "803", "11", key(803, "notes"), note,
             "update", text(values), text(ends), text([portals.file_id]), None)  # fmt: skip
    files, _ = plan.save(tmp_path)
    with open_session(portals.target) as session:
        again = use_again(files, session)
    return files, seal(files.plan, SOURCE, TARGET, {}), again


def note_of(portals):
    body = {"idProperty": "migration_source_key", "inputs": [{"id": key(803, "notes")}],
            "properties": ["hs_attachment_ids", "hs_note_body"]}  # fmt: skip
    (note,) = portals.target.post("/crm/v3/objects/notes/batch/read", body)["results"]
    return note


def attachments(portals):
    said = note_of(portals)["properties"]
    return said["hs_note_body"], said["hs_attachment_ids"]


def brought(portals):
    """Files in the migration's folder; the sandbox invents others."""
    listed = portals.target.get("/files/v3/files/search?limit=100&path=/migration")["results"]
    return [one["id"] for one in listed]


def test_an_edited_note_keeps_its_file_and_uploads_none(tmp_path, portals):
    files, first = portals.full_plan().save(tmp_path)
    portals.write(files, first.plan_hash)
    said, file_id = attachments(portals)
    assert said == "with a file"
    portals.target.control("DELETE", "requests")
    files, second, again = edited(portals, tmp_path)
    assert again == 1
    assert second.counts["plan_files"] == {"match": 1}
    assert portals.write(files, second.plan_hash).failed == 0
    assert uploads_of(portals.target) == 0
    assert attachments(portals) == ("edited", file_id)
    assert portals.undo(files, second.plan_hash).state == "undone"
    assert attachments(portals) == ("with a file", file_id)
    assert brought(portals) == [file_id]
    assert portals.undo(files, first.plan_hash).state == "undone"
    assert brought(portals) == []


def exceptions(files):
    with open_plan(files.plan) as (plan, _):
        return plan.execute("select kind from migration.plan_exceptions").fetchall()


def test_a_file_that_the_source_has_lost_stays_on_the_note_that_was_edited(tmp_path, portals):
    files, first = portals.full_plan().save(tmp_path)
    portals.write(files, first.plan_hash)
    _, file_id = attachments(portals)
    files, second, again = edited(portals, tmp_path, size=None, action="list")
    assert (again, exceptions(files)) == (1, [])
    assert portals.write(files, second.plan_hash).failed == 0
    assert attachments(portals) == ("edited", file_id)


def test_a_file_that_the_source_has_lost_and_that_went_nowhere_is_listed(tmp_path, portals):
    files, first = portals.full_plan().save(tmp_path)
    portals.write(files, first.plan_hash)
    plan = PlanRows().add("plan_files", "1", key("1", "files"), "file 1", "PRIVATE", None, "list")
    plan.add("plan_exceptions", "file_listed", "files", "1", None, None, "it is gone")
    files, _ = plan.save(tmp_path)
    with open_session(portals.target) as session:
        assert use_again(files, session) == 0
    assert exceptions(files) == [("file_listed",)]


def test_a_note_keeps_its_file_where_the_newer_one_cannot_be_brought_over(tmp_path, portals):
    files, first = portals.full_plan().save(tmp_path)
    portals.write(files, first.plan_hash)
    _, file_id = attachments(portals)
    files, second, again = edited(portals, tmp_path, size=6)
    assert again == 0
    refused = {"route": "/signed-files/*", "kind": "403", "count": 1}
    portals.source.control("POST", "faults", {"faults": [refused]})
    written = portals.write(files, second.plan_hash)
    assert written.counts["files"] == {"failed": 1}
    assert attachments(portals) == ("edited", file_id)


def test_a_file_that_is_gone_or_another_one_is_uploaded(tmp_path, portals):
    files, first = portals.full_plan().save(tmp_path)
    portals.write(files, first.plan_hash)
    _, file_id = attachments(portals)
    assert edited(portals, tmp_path, size=6)[2] == 0
    assert edited(portals, tmp_path, size=None)[2] == 0
    # the sandbox has a file for every attachment that a note names
    note, bare = note_of(portals)["id"], {"properties": {"hs_attachment_ids": ""}}
    assert portals.target.call("PATCH", f"/crm/v3/objects/notes/{note}", bare)[0] == 200
    assert portals.target.call("DELETE", f"/files/v3/files/{file_id}")[0] == 204
    files, second, again = edited(portals, tmp_path)
    assert again == 0
    assert portals.write(files, second.plan_hash).counts["files"] == {"confirmed": 1}
    assert attachments(portals)[1] != file_id


def again_and_killed(portals, tmp_path, monkeypatch):
    """Write the first migration, then one of a larger file that dies before its upload."""
    files, first = portals.full_plan().save(tmp_path)
    portals.write(files, first.plan_hash)
    files, second, again = edited(portals, tmp_path, size=6)
    assert again == 0

    def die(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
        killed.setattr(write_files, "upload", die)
        portals.write(files, second.plan_hash)
    return files, first, second


def test_a_killed_upload_is_not_taken_for_the_one_of_an_earlier_migration(
    tmp_path, portals, monkeypatch
):
    files, _, second = again_and_killed(portals, tmp_path, monkeypatch)
    (earlier,) = brought(portals)
    assert portals.write(files, second.plan_hash).failed == 0
    assert len(brought(portals)) == 2
    assert attachments(portals)[1] not in {earlier, None}
    assert portals.undo(files, second.plan_hash).state == "undone"
    assert brought(portals) == [earlier]
    assert attachments(portals) == ("with a file", earlier)


def test_undo_of_a_killed_upload_leaves_the_file_of_an_earlier_migration(
    tmp_path, portals, monkeypatch
):
    files, first, second = again_and_killed(portals, tmp_path, monkeypatch)
    (earlier,) = brought(portals)
    assert portals.undo(files, second.plan_hash).state == "undone"
    assert brought(portals) == [earlier]
    assert portals.undo(files, first.plan_hash).state == "undone"
    assert brought(portals) == []


def test_a_file_whose_upload_was_undone_since_the_plan_is_brought_over_again(tmp_path, portals):
    files, first = portals.full_plan().save(tmp_path)
    portals.write(files, first.plan_hash)
    plan = PlanRows(keyed=("tickets", "notes")).ticket("21")
    plan.add("plan_files", portals.file_id, key(portals.file_id, "files"), "note.txt", "PRIVATE",
             5, "create")  # fmt: skip
    plan.note("821", "21", "the same file", attachments=[portals.file_id])
    files, _ = plan.save(tmp_path)
    with open_session(portals.target) as session:
        assert use_again(files, session) == 1
    second = seal(files.plan, SOURCE, TARGET, {})
    assert portals.undo(files, first.plan_hash).state == "undone"
    portals.target.control("DELETE", "requests")
    written = portals.write(files, second.plan_hash)
    assert (written.failed, uploads_of(portals.target)) == (0, 1)
