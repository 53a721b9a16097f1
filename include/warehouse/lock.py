"""One command at a time per portal, inside Airflow and outside."""

import contextlib
import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO

from include.warehouse.errors import PortalLocked
from include.warehouse.files import PortalFiles

POLL_SECONDS = 0.25
# `status` holds the lock shared for microseconds, and a new holder needs as long to write its name:
# neither may be taken for a command at work
GRACE_SECONDS = 0.5


_held: set[int] = set()


def held_descriptors() -> tuple[int, ...]:
    """Give the descriptors of the locks that this process holds.

    A child that writes a portal's files gets them (`pass_fds`): should its parent be killed, the
    kernel keeps the lock until the child has ended too.
    """
    return tuple(_held)


@contextlib.contextmanager
def portal_lock(files: PortalFiles, command: str, wait: bool = False) -> Iterator[None]:
    """Hold the portal while the block runs.

    The lock is the kernel's (`flock`), not the file's existence: a holder that dies by `kill -9`
    frees it.

    Args:
        files: The portal's files.
        command: What the next one is told, e.g. `sync --portal sandbox`.
        wait: Wait for the holder (looking four times a second) instead of failing.

    Raises:
        PortalLocked: Another command holds it, and `wait` is false.
    """
    files.root.mkdir(parents=True, exist_ok=True)
    with files.lock.open("a+", encoding="utf-8") as file:
        _acquire(file, files.portal_id, wait)
        _write(file, _holder(command))
        _held.add(file.fileno())
        try:
            yield
        finally:
            _held.discard(file.fileno())
            _write(file, None)


def lock_holder(files: PortalFiles) -> dict | None:
    """Say who holds the portal now.

    Returns:
        The holder's `command`, `pid`, `host`, `since`; None when nobody holds it.
    """
    if not files.lock.exists():
        return None
    with files.lock.open(encoding="utf-8") as file:
        try:
            # shared: two who only look do not meet each other here
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _read(file)
    return None


def _acquire(file: IO[str], portal_id: str, wait: bool) -> None:
    give_up_at = None if wait else time.monotonic() + GRACE_SECONDS
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if give_up_at and time.monotonic() > give_up_at:
                raise PortalLocked(portal_id, _read(file)) from None
            time.sleep(POLL_SECONDS if wait else GRACE_SECONDS / 10)


def _holder(command: str) -> dict:
    return {
        "command": command,
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "since": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _write(file: IO[str], holder: dict | None) -> None:
    file.truncate(0)
    if holder:
        file.write(json.dumps(holder))
    file.flush()


def _read(file: IO[str]) -> dict:
    file.seek(0)
    try:
        return json.loads(file.read())
    except json.JSONDecodeError:
        # the other one has the lock and is about to write its name
        return {}
