import contextlib
import stat
import subprocess
import sys
import threading

import duckdb
import pytest

from include.warehouse.errors import NothingToPublish, NothingToRollBack, WarehouseError
from include.warehouse.publish import (
    approve,
    discard_staged,
    generations,
    publish,
    published,
    stage,
)
from include.warehouse.rollback import rollback
from tests.include.warehouse.marts import build
from tests.include.warehouse.rows import at


def publish_night(files, value, keep=5):
    build(files, value)
    stage(files, f"run-{value}", data_as_of=at(1), complete_through=None)
    approve(files)
    return publish(files, keep=keep)


def served(path):
    """What a reader with its own name for the file sees, through the view."""
    with duckdb.connect() as reader:
        reader.execute(f"attach '{path}' as anything (read_only)")
        return reader.execute("select value from anything.marts.timeline").fetchall()


def test_the_published_file_says_what_it_is(files):
    build(files, "a")
    stage(files, "run-1", data_as_of=at(7), complete_through=at(3))
    approve(files)
    result = publish(files)
    assert (result.version, result.run_id, result.portal_id) == (1, "run-1", files.portal_id)
    assert (result.data_as_of, result.complete_through) == (at(7), at(3))
    assert result.path == files.published
    assert published(files) == result
    with duckdb.connect(str(files.published), read_only=True) as reader:
        columns = reader.execute("describe meta.published").fetchall()
    assert [(name, kind) for name, kind, *_ in columns] == [
        ("portal_id", "VARCHAR"),
        ("run_id", "VARCHAR"),
        ("data_as_of", "TIMESTAMP"),
        ("complete_through", "TIMESTAMP"),
        ("published_at", "TIMESTAMP"),
        ("version", "INTEGER"),
    ]


def test_what_was_staged_is_what_is_published_byte_for_byte(files):
    build(files, "a")
    audited = stage(files, "r", data_as_of=at(1), complete_through=None).read_bytes()
    approve(files)
    publish(files)
    assert files.published.read_bytes() == audited
    assert not files.staged.exists()


def test_staging_alone_changes_nothing_for_readers(files):
    publish_night(files, "a")
    build(files, "b")
    staged = stage(files, "r", data_as_of=at(1), complete_through=None)
    assert (served(files.published), served(staged)) == ([("a",)], [("b",)])
    # Nobody approved it: an audit that was killed leaves just this.
    with pytest.raises(NothingToPublish, match="No file is staged"):
        publish(files)
    discard_staged(files)
    with pytest.raises(NothingToPublish, match="No file is being audited"):
        approve(files)
    assert served(files.published) == [("a",)]


def test_nobody_writes_a_published_file_by_accident(files):
    publish_night(files, "a")
    assert stat.S_IMODE(files.published.stat().st_mode) == 0o444
    assert not list(files.published.parent.glob("*.wal"))


def test_older_clients_can_open_it(files):
    publish_night(files, "a")
    with duckdb.connect(str(files.published), read_only=True) as reader:
        tags = reader.execute("select tags from duckdb_databases() where not internal").fetchone()
    assert tags[0]["storage_version"].startswith("v1.2.0")


def test_versions_rise_and_the_last_ones_are_kept(files):
    assert [publish_night(files, value, keep=3).version for value in "abcde"] == [1, 2, 3, 4, 5]
    assert [kept.version for kept in generations(files)] == [5, 4, 3]
    assert [served(kept.path) for kept in generations(files)] == [[("e",)], [("d",)], [("c",)]]


def test_a_rollback_serves_the_version_before_and_its_number_never_returns(files):
    for value in "abc":
        publish_night(files, value)
    assert rollback(files).version == 2
    assert served(files.published) == [("b",)]
    assert publish_night(files, "d").version == 4
    assert rollback(files).version == 2, "the version taken back was gone back to"
    assert rollback(files).version == 1
    assert served(files.published) == [("a",)]
    with pytest.raises(NothingToRollBack):
        rollback(files)
    assert served(files.published) == [("a",)]
    assert publish_night(files, "e").version == 5


def test_pruning_never_takes_the_file_that_is_served(files):
    for value in "abc":
        publish_night(files, value)
    rollback(files)
    rollback(files)
    assert publish_night(files, "d", keep=1).version == 4
    assert [kept.version for kept in generations(files)] == [4]
    assert served(files.published) == [("d",)]


def test_nothing_published_is_nothing_to_roll_back(files):
    with pytest.raises(NothingToRollBack):
        rollback(files)
    publish_night(files, "a")
    with pytest.raises(NothingToRollBack, match="no version earlier than 1"):
        rollback(files)


def test_without_a_candidate_there_is_nothing_to_publish(files):
    with pytest.raises(NothingToPublish, match="no candidate"):
        stage(files, "r", data_as_of=at(1), complete_through=None)
    duckdb.connect(str(files.candidate)).close()
    with pytest.raises(NothingToPublish, match="nothing in schema marts"):
        stage(files, "r", data_as_of=at(1), complete_through=None)
    assert not files.staged.exists()


def test_a_view_that_reads_another_database_is_refused_by_its_name(files):
    build(files, "a")
    with duckdb.connect(str(files.candidate)) as candidate:
        candidate.execute(f"attach '{files.root}/elsewhere.duckdb' as elsewhere")
        candidate.execute("create table elsewhere.stages as select 1 as id")
        candidate.execute("create view marts.stages as select * from elsewhere.stages")
    with pytest.raises(WarehouseError, match=r"(?s)stages.*nothing was published"):
        stage(files, "r", data_as_of=at(1), complete_through=None)
    assert not files.staged.exists()


def test_a_publish_killed_after_its_rename_is_completed_by_the_next(files):
    publish_night(files, "a")
    publish_night(files, "b")
    (files.generations / "tickets.2.duckdb").unlink()
    publish_night(files, "c")
    assert [kept.version for kept in generations(files)] == [3, 2, 1]
    assert rollback(files).version == 2


def test_a_rollback_killed_between_its_steps_goes_on(files):
    for value in "abc":
        publish_night(files, value)
    kept = files.generations / "tickets.3.duckdb"
    kept.rename(kept.with_name("tickets.3.rolled_back.duckdb"))
    assert rollback(files).version == 2
    assert publish_night(files, "d").version == 4


def test_disks_without_hard_links_keep_copies(files, monkeypatch):
    def no_links(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", no_links)
    for value in "abc":
        publish_night(files, value)
    assert rollback(files).version == 2
    assert served(files.published) == [("b",)]


def test_this_process_sees_the_new_file_while_it_reads_the_old_one(files):
    publish_night(files, "a")
    with duckdb.connect(str(files.published), read_only=True) as reader:
        assert publish_night(files, "b").version == 2
        assert published(files).version == 2
        assert reader.execute("select value from marts.timeline").fetchall() == [("a",)]


READ_ON = """
import sys, duckdb
reads = 0
while not sys.stdin.closed:
    with duckdb.connect(sys.argv[1], read_only=True) as reader:
        version = reader.execute("select version from meta.published").fetchall()
        value = reader.execute("select value from marts.timeline").fetchall()
        again = reader.execute("select value from marts.tickets").fetchall()
    assert len(version) == 1 and value == again == [(str(version[0][0]),)], (version, value, again)
    reads += 1
    print(version[0][0], flush=True)
"""


def test_readers_see_whole_nights_while_others_are_published(files):
    publish_night(files, "1")
    process = subprocess.Popen(
        [sys.executable, "-c", READ_ON, str(files.published)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    seen = []
    drain = threading.Thread(target=lambda: seen.extend(process.stdout))
    try:
        seen.append(process.stdout.readline())
        drain.start()
        for night in range(2, 12):
            publish_night(files, str(night), keep=2)
        assert process.poll() is None, process.stderr.read()
    finally:
        process.kill()
        process.wait()
        with contextlib.suppress(RuntimeError):
            drain.join()
    versions = [int(line) for line in seen if line.endswith("\n")]
    assert versions == sorted(versions)
    assert len(set(versions)) > 3
