"""What Python and the C library take of the machine's memory during a read, kept small."""

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager

# Objects made before Python looks for cycles. Records hold none, and a batch of them is 100,000
# objects: looked through every 700, they took two thirds of the time of reading them.
OBJECTS_BETWEEN_COLLECTIONS = 250_000
# Of glibc's malloc.h. Each thread has its own arenas by default, and each keeps what it once
# needed for the largest answer; above the threshold, memory goes back as it is freed.
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
ARENAS, GIVEN_BACK_FROM = 1, 64 << 10


@contextmanager
def few_collections() -> Iterator[None]:
    """Have Python look for cycles less often while the block runs."""
    before = gc.get_threshold()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def share_arenas() -> None:
    """Have the threads of this process share one arena: 40 MB less of a read.

    Of glibc alone; other C libraries have other allocators, and are left as they are.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return
    mallopt(_M_ARENA_MAX, ARENAS)
    mallopt(_M_MMAP_THRESHOLD, GIVEN_BACK_FROM)
