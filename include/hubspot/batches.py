"""Many batches in flight: cut, kept in order, and halved when one is too heavy for HubSpot."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import replace
from itertools import islice
from typing import TypeVar

from include.hubspot.errors import PortalOverloaded
from include.hubspot.retries import Patience
from include.hubspot.session import HubSpotSession

Batch = TypeVar("Batch")
Result = TypeVar("Result")

_AHEAD = 2  # batches kept per worker: one being read, one waiting, so that no worker idles


def cut(ids: Iterable[str], size: int) -> Iterator[list[str]]:
    """Cut ids into lists of at most `size`, lazily; an id twice in one list stands once."""
    source = iter(ids)
    while piece := list(islice(source, size)):
        yield list(dict.fromkeys(piece))


def in_order(
    session: HubSpotSession,
    batches: Iterable[list[str]],
    read: Callable[[list[str]], Result],
) -> Iterator[Result]:
    """Read batches on the session's workers and yield their results in the order of the batches.

    Batches are drawn only as results are taken, so memory holds at most `2 * max_in_flight`
    results. The first error, in that order, ends it; batches not yet begun are given up.
    """
    yield from ordered(session.workers(), _AHEAD * session.max_in_flight, batches, read)


def ordered(
    workers: Executor, ahead: int, batches: Iterable[Batch], read: Callable[[Batch], Result]
) -> Iterator[Result]:
    """As `in_order`, on any workers; at most `ahead` results are held."""
    source, waiting = iter(batches), deque[Future]()
    try:
        while True:
            for batch in islice(source, ahead - len(waiting)):
                waiting.append(workers.submit(read, batch))
            if not waiting:
                return
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


def halving(
    patience: Patience,
    ids: list[str],
    read: Callable[[list[str], Patience], Result],
) -> list[Result]:
    """Read ids, and when HubSpot cannot finish the request (502, 504, 524), read their halves.

    A request for many ids is repeated once before it is halved (most overloads pass); only a
    single id gets the whole patience, so a portal that is down is found out with few calls.

    Returns:
        The results of the pieces, in the order of the ids.

    Raises:
        PortalOverloaded: One id alone is too much, until patience ended.
    """
    if len(ids) <= 1:
        return [read(ids, patience)]
    try:
        return [read(ids, replace(patience, overload_attempts=2))]
    except PortalOverloaded:
        middle = len(ids) // 2
        return halving(patience, ids[:middle], read) + halving(patience, ids[middle:], read)
