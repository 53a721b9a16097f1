"""The contacts, companies and deals that tickets link to: changed ones, and newly linked ones."""

import threading
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from include.hubspot.objects import read_many
from include.hubspot.search import changed_since
from include.pipeline.extract import rows
from include.pipeline.extract.two_ways import read_records
from include.pipeline.reading.ids import Ids
from include.pipeline.reading.reading import Reading
from include.pipeline.requests import RECORD_TYPES

_ASKED_AT_ONCE = 10_000


def read_related(reading: Reading, names: dict[str, list[str]]) -> None:
    """Land related records: those of the chosen types that some ticket links to.

    Args:
        reading: the run.
        names: properties to read, by object type.

    Raises:
        HubSpotError: HubSpot refused, or could not be reached.
    """

    def land(object_type: str, records: list[dict[str, Any]], at: datetime) -> None:
        shaped = [rows.object_row(record) for record in records]
        reading.landing.write(object_type, shaped, at)
        with guard:
            reading.progress.landed(object_type, len(records))

    guard = threading.Lock()  # two ways land at a time
    new = {kind: _new(reading, kind) for kind in reading.of_types(RECORD_TYPES)}
    read_records(reading, names, new, land, {})
    for kind, read in new.items():
        # A full read too: a record that only an archived ticket links to is found no other way.
        if kind in reading.cursors and reading.request.mode != "window":
            changed = _changed(reading, kind, read)
            for batch in read_many(reading.session, kind, changed, names[kind]):
                land(kind, batch.records, batch.at)


def _new(reading: Reading, object_type: str) -> Ids:
    linked = reading.linked[object_type]
    if reading.request.mode != "full":
        missing = (reading.known.missing(object_type, ids) for ids in linked.pieces(_ASKED_AT_ONCE))
        linked = Ids(one for ids in missing for one in ids)
    reading.progress.expect(object_type, len(linked))
    return linked


def _changed(reading: Reading, object_type: str, already: Ids) -> Iterator[str]:
    """Yield changed records, but only those that some ticket links to: a portal may hold more."""
    linked = reading.linked[object_type]
    for page in changed_since(reading.session, object_type, reading.cursors[object_type]):
        stale = reading.known.stale(object_type, [(hit.id, hit.modified_at) for hit in page])
        tied = set(reading.known.referenced(object_type, stale))
        ids = [one for one in stale if (one in tied or one in linked) and one not in already]
        reading.progress.expect(object_type, len(ids))
        yield from ids
