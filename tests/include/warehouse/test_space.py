import errno
import subprocess
import sys

import duckdb
import pytest

from include.warehouse.errors import OutOfSpace
from include.warehouse.space import disk_space_for
from tests.include.warehouse.full_disk import SCENES

# a disk of its own for one process: it is gone with the process, whatever happens
ON_A_SMALL_DISK = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c")
MOUNT = 'mount -t tmpfs -o size=16m tmpfs "$1"'


@pytest.fixture(scope="module")
def small_disk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("disk")
    try:
        tried = subprocess.run(
            [*ON_A_SMALL_DISK, MOUNT, "sh", folder], capture_output=True, check=False
        )
    except FileNotFoundError:
        pytest.skip("no `unshare` here: a full disk cannot be made")
    if tried.returncode:
        pytest.skip(f"no small disk can be mounted here: {tried.stderr.decode().strip()}")
    return folder


@pytest.mark.parametrize("scene", SCENES)
def test_a_full_disk_is_one_sentence_and_costs_nothing(small_disk, scene):
    module = "tests.include.warehouse.full_disk"
    command = f'{MOUNT} && exec "$2" -m {module} "$1" {scene}'
    done = subprocess.run(
        [*ON_A_SMALL_DISK, command, "sh", small_disk, sys.executable],
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_every_way_to_say_it_is_understood(number):
    with (
        pytest.raises(OutOfSpace, match="while landing tickets"),
        disk_space_for("landing tickets"),
    ):
        raise OSError(number, "full")


def test_other_errors_stay_what_they_are():
    with pytest.raises(PermissionError), disk_space_for("landing tickets"):
        raise PermissionError(errno.EACCES, "denied")
    with pytest.raises(duckdb.BinderException), disk_space_for("loading"):
        raise duckdb.BinderException("no such column")
