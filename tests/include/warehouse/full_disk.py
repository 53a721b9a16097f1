"""Run in a process of its own on a disk of 16 MB that it fills: `full_disk.py FOLDER SCENE`."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from include.warehouse.errors import OutOfSpace
from include.warehouse.files import PortalFiles
from include.warehouse.landing import discard_unfinished, read_manifests
from include.warehouse.load import load_pending
from include.warehouse.publish import approve, publish, published, stage
from include.warehouse.rebuild import rebuild
from tests.include.warehouse.marts import build
from tests.include.warehouse.rows import PORTAL_ID, at, begin, land, raw_tables, record


def noise(count: int, start: int = 0) -> list[dict]:
    """Records that no compression makes smaller."""
    return [record(str(start + n), 5, noise=os.urandom(2000).hex()) for n in range(count)]


def fill(files: PortalFiles, leave: int) -> Path:
    """Leave so many bytes free."""
    ballast = files.data_dir / "ballast"
    with ballast.open("wb") as file:
        free = os.statvfs(files.data_dir).f_bavail * os.statvfs(files.data_dir).f_frsize
        file.write(b"\0" * max(free - leave, 0))
    return ballast


def refused(action: Callable[[], object]) -> str:
    try:
        action()
    except OutOfSpace as error:
        assert "run again" in str(error)
        return str(error)
    raise AssertionError("there was space")


def while_landing(files: PortalFiles) -> None:
    land(files, 1, 1, tickets=noise(10))
    run = begin(files, 2)
    refused(lambda: [run.write("tickets", noise(500, n), at(2)) for n in range(0, 99_000, 500)])
    assert [manifest.sequence for manifest in read_manifests(files)] == [1]
    run.abandon()
    assert discard_unfinished(files) == []
    land(files, 3, 3, tickets=noise(10))
    assert len(load_pending(files)) == 2


def while_committing(files: PortalFiles) -> None:
    run = begin(files, 1)
    run.write("tickets", noise(1500), at(2))
    ballast = fill(files, leave=1_000_000)
    refused(lambda: run.commit(data_as_of=at(2), cursors={}))
    assert read_manifests(files) == []
    ballast.unlink()
    assert discard_unfinished(files) == [run.run_id]


def while_loading(files: PortalFiles) -> None:
    land(files, 1, 1, tickets=noise(10), cursors={"tickets": at(1)})
    load_pending(files)
    before = raw_tables(files)
    land(files, 2, 2, tickets=noise(1500, 100), cursors={"tickets": at(2)})
    ballast = fill(files, leave=300_000)
    refused(lambda: load_pending(files))
    ballast.unlink()
    assert raw_tables(files) == before
    assert len(load_pending(files)) == 1
    assert len(raw_tables(files)["tickets"]) == 1510


def at_any_point_of_loading(files: PortalFiles) -> None:
    """From hardly any space to nearly enough: the transaction, its commit, the checkpoint."""
    land(files, 1, 1, tickets=noise(200))
    number = 1
    for leave in range(100_000, 2_000_000, 250_000):
        number += 1
        land(files, number, number, tickets=noise(200, 100 * number))
        ballast = fill(files, leave)
        try:
            load_pending(files)
        except OutOfSpace:
            assert leave < 1_500_000
        ballast.unlink()
        load_pending(files)
        assert len(raw_tables(files)["loads"]) == number
        assert len(raw_tables(files)["tickets"]) == 200 + 100 * number


def while_publishing(files: PortalFiles) -> None:
    build(files, "a" * 100_000)
    stage(files, "first", data_as_of=at(1), complete_through=None)
    approve(files)
    publish(files)
    build(files, os.urandom(500_000).hex())
    ballast = fill(files, leave=300_000)
    refused(lambda: stage(files, "second", data_as_of=at(2), complete_through=None))
    assert not files.staged.exists()
    assert published(files).run_id == "first"
    ballast.unlink()
    stage(files, "second", data_as_of=at(2), complete_through=None)
    approve(files)
    assert publish(files).version == 2


def while_rebuilding(files: PortalFiles) -> None:
    land(files, 1, 1, tickets=noise(1000))
    load_pending(files)
    before = raw_tables(files)
    ballast = fill(files, leave=300_000)
    refused(lambda: rebuild(files))
    assert raw_tables(files) == before
    assert not list(files.root.glob("warehouse.rebuilding*"))
    ballast.unlink()
    rebuild(files)
    assert raw_tables(files) == before


SCENES = {
    scene.__name__: scene
    for scene in (
        while_landing,
        while_committing,
        while_loading,
        at_any_point_of_loading,
        while_publishing,
        while_rebuilding,
    )
}

if __name__ == "__main__":
    SCENES[sys.argv[2]](PortalFiles(Path(sys.argv[1]), PORTAL_ID).ensure())
