"""The contacts, companies and deals that tickets link to: changed ones, and newly linked ones."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from include.hubspot.batches import cut
from include.hubspot.objects import LIMIT, read_batch
from include.hubspot.search import Hit
from include.pipeline.extract import rows
from include.pipeline.extract.two_ways import Land, read_records
from include.pipeline.reading.ids import Ids
from include.pipeline.reading.reading import Reading
from include.pipeline.requests import RECORD_TYPES

_ASKED_AT_ONCE = 10_000


def read_related(
    reading: Reading, names: dict[str, list[str]], changed: Mapping[str, Iterable[list[Hit]]]
) -> None:
    """Land related records: those of the chosen types that some ticket links to.

    Args:
        reading: the run.
        names: properties to read, by object type.
        changed: what search finds changed, by object type.

    Raises:
        HubSpotError: HubSpot refused, or could not be reached.
    """

    def land(object_type: str, records: list[dict[str, Any]], at: datetime) -> None:
        shaped = [rows.object_row(record) for record in records]
        reading.landing.write(object_type, shaped, at)
        reading.progress.landed(object_type, len(records))

    new = {kind: _new(reading, kind) for kind in reading.of_types(RECORD_TYPES)}
    again = (
        (kind, partial(_ask, reading, kind, ids, names[kind], land))
        for kind in new
        if kind in changed
        for ids in cut(_changed(reading, kind, changed[kind], new[kind]), LIMIT)
    )
    read_records(reading, names, new, land, {}, again)


def _ask(
    reading: Reading, kind: str, ids: list[str], names: list[str], land: Land
) -> Callable[[], None]:
    batch = read_batch(reading.session, kind, ids, names)
    return partial(land, kind, batch.records, batch.at)


def _new(reading: Reading, object_type: str) -> Ids:
    linked = reading.linked[object_type]
    if reading.request.mode != "full":
        missing = (reading.known.missing(object_type, ids) for ids in linked.pieces(_ASKED_AT_ONCE))
        linked = Ids(one for ids in missing for one in ids)
    reading.progress.expect(object_type, len(linked))
    return linked


def _changed(
    reading: Reading, object_type: str, pages: Iterable[list[Hit]], already: Ids
) -> Iterator[str]:
    """Yield changed records, but only those that some ticket links to: a portal may hold more."""
    linked = reading.linked[object_type]
    for page in pages:
        stale = reading.known.stale(object_type, [(hit.id, hit.modified_at) for hit in page])
        tied = set(reading.known.referenced(object_type, stale))
        ids = [one for one in stale if (one in tied or one in linked) and one not in already]
        reading.progress.expect(object_type, len(ids))
        yield from ids
