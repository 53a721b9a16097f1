"""Nights that are killed: `killed_nights.py FOLDER TRIALS SEED`; ends with a line of what it did.

One process imports everything and forks a child per trial; the child works on nights until it is
killed by SIGKILL: at a random moment, which meets DuckDB in its own code, or at the n-th operation
on files that Python makes, which meets every step of ours. After each kill readers must see a whole
night.
"""

import os
import random
import signal
import sys
import time
from pathlib import Path

import duckdb

from include.warehouse.files import PortalFiles
from include.warehouse.known import cursors
from include.warehouse.landing import discard_unfinished, read_manifests
from include.warehouse.load import load_pending
from include.warehouse.lock import portal_lock
from include.warehouse.publish import approve, publish, published, stage
from include.warehouse.rebuild import rebuild
from include.warehouse.rollback import rollback
from tests.include.warehouse.rows import (
    PORTAL_ID,
    at,
    begin,
    edge,
    entry,
    raw_tables,
    read_of,
    record,
    run_id,
)

NIGHTS = 7
_FILE_OPERATIONS = {"os.rename", "os.remove", "os.link", "os.mkdir", "os.rmdir", "os.chmod"}
_TO_WRITE = os.O_WRONLY | os.O_RDWR


def extract(files: PortalFiles, night: int) -> None:
    """Land what this night has: tickets that change, a link that comes and goes, a list."""
    discard_unfinished(files)
    run = begin(files, night)
    for page in range(3):
        ids = [str((night * 7 + page * 5 + n) % 40) for n in range(4)]
        run.write("tickets", [record(t, night, night=str(night)) for t in ids], at(night))
        history = [entry(t, "stage", night, f"{night}") for t in ids]
        run.write("ticket_property_history", history, at(night))
    run.write("ticket_association_reads", [read_of("1"), read_of("2")], at(night))
    links = [edge("1", "a"), *([edge("2", "b")] if night % 3 else [])]
    run.write("ticket_associations", links, at(night))
    run.write("owners", [{"id": str(owner)} for owner in range(night % 4)], at(night))
    run.commit(data_as_of=at(night), cursors={"tickets": at(night)})


def build(files: PortalFiles) -> None:
    """Make marts from raw, so that what is published can be held against what was loaded."""
    with duckdb.connect(str(files.candidate)) as candidate:
        candidate.execute(f"attach '{files.warehouse}' as warehouse (read_only)")
        candidate.execute("create schema if not exists marts")
        for table in ("tickets", "ticket_property_history", "loads"):
            source = f"select * from warehouse.raw.{table}"
            candidate.execute(f"create or replace table marts.{table} as {source}")


def go_on(files: PortalFiles) -> None:
    """What a night's command does, from wherever the last one was stopped."""
    files.ensure()
    with portal_lock(files, "nights"):
        while True:
            load_pending(files)
            landed = read_manifests(files)
            if landed:
                build(files)
                last = landed[-1]
                stage(files, last.run_id, data_as_of=last.data_as_of, complete_through=None)
                approve(files)
                publish(files, keep=3)
            if len(landed) == NIGHTS:
                return
            if len(landed) % 5 == 3:
                rebuild(files)
            if len(landed) % 5 == 4:
                rollback(files)
            extract(files, len(landed) + 1)


def check_readers(files: PortalFiles, served_before: int) -> int:
    """What is served is whole, and never older than what was served before a rollback."""
    served = published(files) if files.published.exists() else None
    if served is None:
        assert served_before == 0, "the published file is gone"
        return 0
    with duckdb.connect(str(files.published), read_only=True) as reader:
        loads = reader.execute("select max(run_id) from marts.loads").fetchone()[0]
        tickets = reader.execute("select count(*), max(_run_id) from marts.tickets").fetchone()
    assert loads == served.run_id == tickets[1], (loads, served, tickets)
    night = int(served.run_id[-6:], 16)
    assert night >= served_before - 1, "more than one rollback was lost"
    return night


def killed_child(files: PortalFiles, dice: random.Random, stop_at: int | None) -> bool:
    """Let a child go on and kill it; true when it was done before."""
    child = os.fork()
    if child == 0:
        if stop_at is not None:
            _die_at(stop_at)
        go_on(files)
        os._exit(0)
    if stop_at is None:
        time.sleep(dice.uniform(0.005, 0.5))
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    died = os.WIFSIGNALED(status)
    assert died or os.WEXITSTATUS(status) == 0, f"the child failed: {status}"
    return not died


def _die_at(count: int) -> None:
    """Die right before the n-th operation on files."""
    left = [count]

    def audit(event: str, details: tuple) -> None:
        opens_to_write = event == "open" and details[2] & _TO_WRITE
        if event in _FILE_OPERATIONS or opens_to_write:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(audit)


def main(folder: Path, trials: int, seed: int) -> None:
    """Kill and go on, then finish undisturbed, and compare with nights that nobody disturbed."""
    dice = random.Random(seed)
    done, killed_in = 0, []
    files = PortalFiles(folder / "0", PORTAL_ID)
    served = 0
    for trial in range(trials):
        stop_at = None if trial % 3 == 0 else dice.randrange(1, 120)
        finished = killed_child(files, dice, stop_at)
        served = check_readers(files, served)
        killed_in += [] if finished else [len(read_manifests(files))]
        if finished:
            done += 1
            check_equal(folder, files)
            files, served = PortalFiles(folder / str(done), PORTAL_ID), 0
    go_on(files)
    check_equal(folder, files)
    nights = len(set(killed_in))
    sys.stdout.write(f"{len(killed_in)} kills, in {nights} different nights of {NIGHTS + 1}\n")


def check_equal(folder: Path, files: PortalFiles) -> None:
    """What is left is what undisturbed nights leave; made once."""
    # what a kill right after the last manifest left, the next run would clear
    discard_unfinished(files)
    calm = PortalFiles(folder / "calm", PORTAL_ID)
    if not calm.root.exists():
        go_on(calm)
    assert raw_tables(files) == raw_tables(calm)
    assert cursors(files) == {"tickets": at(NIGHTS)}
    assert published(files).run_id == run_id(NIGHTS)
    leftovers = [*files.root.glob("*.wal"), *files.root.rglob("*.tmp"), *files.root.rglob("pages")]
    assert not leftovers, leftovers


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
