"""Reads of several streams in flight together, of which the token may not be allowed all."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from include.hubspot.batches import ordered
from include.hubspot.errors import MissingScopes
from include.pipeline.reading.reading import Reading
from include.pipeline.requests import RECORD_TYPES

Work = TypeVar("Work")
Result = TypeVar("Result")


def read_each(
    reading: Reading, jobs: Iterable[tuple[str, Work]], read: Callable[[str, Work], Result]
) -> Iterator[tuple[str, Result]]:
    """Work jobs off on the session's workers, their results in the order of the jobs.

    A stream that the token may not read is left out of the run and said, once; tickets, contacts,
    companies and deals are no such streams: who cannot read one of them says so in the registry.

    Args:
        reading: the run.
        jobs: stream and work of each.
        read: gives a job's result; called by several threads.

    Yields:
        Stream and result.

    Raises:
        HubSpotError: as `read`, and MissingScopes for a stream that is not optional.
    """
    session = reading.session

    def attempt(job: tuple[str, Work]) -> tuple[str, Result | MissingScopes | None]:
        stream, work = job
        if stream in reading.skipped:
            return stream, None
        try:
            return stream, read(stream, work)
        except MissingScopes as error:
            if stream in ("tickets", *RECORD_TYPES):
                raise
            return stream, error

    for stream, result in ordered(session.workers(), 2 * session.max_in_flight, jobs, attempt):
        if isinstance(result, MissingScopes):
            reading.skip(stream, str(result))
        elif result is not None:
            yield stream, result
