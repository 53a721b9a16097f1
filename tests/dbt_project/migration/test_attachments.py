"""Files that were lost, exchanged or never read since they went over."""

import json

import pytest

from tests.dbt_project.migration.migrated import Migrated
from tests.dbt_project.migration.migration_portal import SOURCE, MigrationPortal
from tests.dbt_project.migration.writing import write_ledger

pytestmark = pytest.mark.slow


def carries(portal: MigrationPortal, note_id: str, *files: str) -> None:
    (note,) = (row for row in portal.rows["notes"] if row["id"] == note_id)
    values = json.loads(note["properties"])
    note["properties"] = json.dumps(values | {"hs_attachment_ids": ";".join(files)})


def note_of(portal: MigrationPortal, key: str) -> str:
    (found,) = (row["id"] for row in portal.rows["notes"] if f"{SOURCE}:{key}" in row["properties"])
    return found


def test_a_file_that_is_gone_from_either_side_or_was_never_read_is_missing(
    tmp_path, monkeypatch
) -> None:
    moved = Migrated(tmp_path, monkeypatch)
    ids, source, target = moved.writer.ids, moved.source.rows, moved.target.rows
    # nobody says that the message's file went over, and the source's token read none
    unread = ids.pop(("files", "7103"))
    source["files"] = [row for row in source["files"] if row["id"] != "7103"]
    carries(moved.target, note_of(moved.target, "message:8001:m0"))
    # the note's first went over before the source lost it; its second was never read again
    for row in source["files"]:
        row["archived"] |= row["id"] == "7101"
    carries(moved.target, note_of(moved.target, "notes:9004"), ids["files", "7104"])
    left = {unread, ids["files", "7104"]}
    target["files"] = [row for row in target["files"] if row["id"] not in left]
    moved.pair.put(moved.pair.source, moved.source)
    write_ledger(moved.pair.files.outcome, moved.writer, SOURCE)
    assert not moved.reconcile().passed
    found = moved.rows(
        "select kind, field from marts.reconciliation_differences where field like 'attachment%'"
    )
    assert sorted(found) == [
        ("attachment_missing", "attachment 7101"), ("attachment_missing", "attachment 7103"),
        ("attachment_missing", "attachment 7104"), ("expected_file", "attachment 7102"),
    ]  # fmt: skip


def planned(moved: Migrated) -> dict[str, list[str]]:
    """What the newest plan writes: source key -> the files that it is to carry."""
    moved.plan()
    return {
        row["source_key"].removeprefix(f"{SOURCE}:"): json.loads(row["attachment_ids"])
        for row in moved.pair.planned()["plan_engagements"]
    }


def test_a_file_that_was_exchanged_on_either_side_is_written_again(tmp_path, monkeypatch) -> None:
    moved = Migrated(tmp_path, monkeypatch)
    write_ledger(moved.pair.files.outcome, moved.writer, SOURCE)
    assert planned(moved) == {}
    # as many as before: another one at the source, another one at the target
    carries(moved.source, "9004", "7101", "7102", "7105")
    moved.source.file("7105", "newer.txt", 32)
    moved.pair.put(moved.pair.source, moved.source)
    carries(moved.target, note_of(moved.target, "message:8001:m0"), "999")
    assert planned(moved) == {
        "notes:9004": ["7101", "7102", "7105"], "message:8001:m0": ["7103"],
    }  # fmt: skip
    # what somebody attached by hand may stand for one that the ledger does not know
    there = moved.writer.ids["files", "7101"]
    carries(moved.target, note_of(moved.target, "notes:9004"), there, "998")
    assert planned(moved) == {"message:8001:m0": ["7103"]}
