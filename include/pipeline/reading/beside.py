"""Two parts of a read at a time, where neither waits for what the other finds."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from include.hubspot.session import HubSpotSession


@contextmanager
def beside(session: HubSpotSession, work: Callable[[], None]) -> Iterator[None]:
    """Do some work in a thread while the block runs; both share the session's workers.

    Calls of a part that waits for its own answers leave the limits to the other part.

    Args:
        session: closed as soon as one part fails, which ends the others, however deep they nest.
        work: makes its calls through the session.

    Raises:
        BaseException: what failed first of all that shares the session.
    """
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            failed.append(session.fail(error))

    thread = threading.Thread(target=run, name="beside")
    thread.start()
    try:
        yield
        thread.join()
    except BaseException as error:  # an interruption too, which comes while it waits
        failed.append(session.fail(error))
    thread.join()
    if failed:
        raise failed[0]
