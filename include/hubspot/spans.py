"""Many ids, several searches at a time: the range of ids is cut into spans.

One keyset is a chain, each page waiting for the one before: with 0.4 s for an answer it finds 500
ids a second, where HubSpot's 5 searches a second would allow 1,000. Spans are read side by side
and yielded in order. Ids are spread unevenly, so a span that turns out to hold too much is cut
again where its reader stopped; what is held in memory stays small.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from math import ceil

from include.hubspot import keyset
from include.hubspot.batches import ordered
from include.hubspot.keyset import Hit, Keyset

READERS = 3  # of their own: searches that wait for their limit must not hold up batch reads
PAGES = 4  # that a span should hold; its reader stops after twice as many
_PARTS = 5  # of each of the first spans, so that their ids come after one answer and not after four
_MOST_SPANS = 256

Read = tuple[list[list[Hit]], int, int]  # pages, last id, how many ids are left


def read_in_spans(source: Keyset, low: int, left: int) -> Iterator[list[Hit]]:
    """Read all ids above `low`, in order.

    Args:
        source: Where the ids are.
        low: The last id already read.
        left: How many are left above it, roughly.

    Yields:
        Pages of hits, never empty.
    """
    high = source.highest()
    with ThreadPoolExecutor(READERS, "hubspot-search") as readers:
        yield from _spans(source, _begun_small(_cut(low, high, left)), readers)
    yield from source.walk(max(low, high))  # records made meanwhile


def searches_in_spans(left: int) -> int:
    """Say how many searches `read_in_spans` takes for so many ids, where they are spread evenly."""
    spans = ceil(left / (PAGES * keyset.PAGE))
    begun = min(READERS, spans)
    return 2 + _PARTS * begun + PAGES * (spans - begun)  # the highest id, and what came since


def _spans(
    source: Keyset, pieces: list[tuple[int, int]], readers: ThreadPoolExecutor
) -> Iterator[list[Hit]]:
    results = ordered(readers, READERS + 1, pieces, lambda piece: _read(source, *piece))
    for (_, high), (pages, last, more) in zip(pieces, results, strict=True):
        yield from pages
        if more:
            yield from _spans(source, _cut(last, high, more), readers)


def _begun_small(pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    first, rest = pieces[:READERS], pieces[READERS:]
    return [
        *(part for low, high in first for part in _of_width(low, high, (high - low) / _PARTS)),
        *rest,
    ]


def _cut(low: int, high: int, left: int) -> list[tuple[int, int]]:
    count = min(_MOST_SPANS, ceil(left / (PAGES * keyset.PAGE)))
    return _of_width(low, high, (high - low) / max(1, count))


def _of_width(low: int, high: int, wanted: float) -> list[tuple[int, int]]:
    width = max(1, ceil(wanted))
    return [(start, min(start + width, high)) for start in range(low, high, width)]


def _read(source: Keyset, low: int, high: int) -> Read:
    pages: list[list[Hit]] = []
    for _ in range(2 * PAGES):
        hits, left = source.page(low, high)
        if hits:
            pages.append(hits)
            low = int(hits[-1].id)
        if not left:
            return pages, low, 0
    return pages, low, left
