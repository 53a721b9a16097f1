"""Lists and searches that are asked for before their turn: what they wait, they wait together."""

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import TypeVar

Page = TypeVar("Page")

# Of many records, the second page is the first of several searches at a time.
_PAGES = 2


@contextmanager
def asked_ahead(sources: Mapping[str, Iterator[Page]]) -> Iterator[dict[str, Iterator[Page]]]:
    """Ask for the first pages of each source while the block does something else.

    Args:
        sources: Generators of pages by name, in the order in which they are asked for. They are
            advanced by other threads, one at a time.

    Yields:
        The same pages by the same names; what goes wrong is raised where a page is taken.
    """
    with ExitStack() as stack:
        taken = {}
        for name, source in sources.items():
            asker = ThreadPoolExecutor(1, "hubspot-ahead")
            stack.callback(asker.shutdown, wait=False)
            taken[name] = _after([asker.submit(next, source, None) for _ in range(_PAGES)], source)
        yield taken


def _after(first: list[Future[Page | None]], source: Iterator[Page]) -> Iterator[Page]:
    for future in first:
        page = future.result()
        if page is None:
            return
        yield page
    yield from source
