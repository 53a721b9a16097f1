"""A full disk, said as one sentence whoever met it: the operating system, Arrow or DuckDB."""

import contextlib
import errno
from collections.abc import Iterator

import duckdb

from include.warehouse.errors import OutOfSpace

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# DuckDB and Arrow put the operating system's words in their message and drop or rename its number
_FULL_WORDS = ("no space left", "disk quota exceeded", "file too large", "max_temp_directory_size")


@contextlib.contextmanager
def disk_space_for(doing: str) -> Iterator[None]:
    """Turn "the disk is full" into `OutOfSpace`; every other error passes.

    Args:
        doing: What needs the space, e.g. `landing tickets`.

    Raises:
        OutOfSpace: The disk or the quota is full.
    """
    try:
        yield
    except (OSError, duckdb.Error) as error:
        if not is_full(error):
            raise
        raise OutOfSpace(doing, _first_line(error)) from error


def require_space_words(said: str, doing: str) -> None:
    """Raise when another program's output says that the disk is full.

    Raises:
        OutOfSpace: It does.
    """
    for line in said.splitlines():
        if any(words in line.lower() for words in _FULL_WORDS):
            raise OutOfSpace(doing, line.strip())


def is_full(error: Exception) -> bool:
    """Say whether an error, or what caused it, is a full disk."""
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    return any(words in str(error).lower() for words in _FULL_WORDS)


def _first_line(error: Exception) -> str:
    return str(error).split("\n", maxsplit=1)[0].strip()
