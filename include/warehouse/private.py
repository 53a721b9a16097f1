"""Files for their owner alone: the text of tickets is personal."""

import contextlib
import os
from collections.abc import Iterator

OWNER_ONLY = 0o077


@contextlib.contextmanager
def private_files() -> Iterator[None]:
    """Let files and folders that are made while the block runs be their owner's alone.

    DuckDB makes its log and what it spills when it needs them, and is not told with which rights.
    The mask is the whole process's, so files for others are not made meanwhile.
    """
    before = os.umask(OWNER_ONLY)
    try:
        yield
    finally:
        os.umask(before)
