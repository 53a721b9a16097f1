"""A portal's files in a folder of their own, and another process that has a file open."""

import contextlib
import subprocess
import sys

import pytest

from include.warehouse.files import PortalFiles
from tests.include.warehouse.rows import PORTAL_ID

OPEN = """
import sys, time, duckdb
connection = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "read")
connection.execute("select 1")
print("open", flush=True)
time.sleep(60)
"""


@pytest.fixture
def files(tmp_path):
    return PortalFiles(tmp_path / "data", PORTAL_ID).ensure()


@pytest.fixture
def reader():
    return lambda path: open_elsewhere(path, "read")


@pytest.fixture
def writer():
    return lambda path: open_elsewhere(path, "write")


@contextlib.contextmanager
def open_elsewhere(path, mode):
    """Yield the id of a process that has the DuckDB file open."""
    process = subprocess.Popen(
        [sys.executable, "-c", OPEN, str(path), mode], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout.readline() == "open\n"
        yield process.pid
    finally:
        process.kill()
        process.wait()
