"""The contacts, companies and deals that tickets link to: changed ones, and newly linked ones."""

from collections.abc import Iterator

from include.hubspot.objects import read_many
from include.hubspot.search import changed_since
from include.pipeline.extract import rows
from include.pipeline.reading.reading import Reading
from include.pipeline.requests import RECORD_TYPES


def read_related(reading: Reading, names: dict[str, list[str]]) -> None:
    """Land related records: those of the chosen types that some ticket links to.

    Args:
        reading: the run.
        names: properties to read, by object type.

    Raises:
        HubSpotError: HubSpot refused, or could not be reached.
    """
    for object_type in reading.of_types(RECORD_TYPES):
        wanted = _wanted(reading, object_type)
        for batch in read_many(reading.session, object_type, wanted, names[object_type]):
            records = [rows.object_row(record) for record in batch.records]
            reading.landing.write(object_type, records, batch.at)
            reading.progress.landed(object_type, len(records))


def _wanted(reading: Reading, object_type: str) -> Iterator[str]:
    linked = reading.linked.get(object_type, set())
    if reading.request.mode == "full":
        new = linked
    else:
        new = set(reading.known.missing(object_type, sorted(linked)))
    reading.progress.expect(object_type, len(new))
    yield from sorted(new)
    # A full read too: a record that only an archived ticket links to is found no other way.
    if object_type in reading.cursors and reading.request.mode != "window":
        yield from _changed(reading, object_type, new)


def _changed(reading: Reading, object_type: str, already: set[str]) -> Iterator[str]:
    """Yield changed records, but only those that some ticket links to: a portal may hold more."""
    for page in changed_since(reading.session, object_type, reading.cursors[object_type]):
        stale = reading.known.stale(object_type, [(hit.id, hit.modified_at) for hit in page])
        linked = reading.linked.get(object_type, set())
        tied = set(reading.known.referenced(object_type, stale)) | linked
        ids = [record_id for record_id in stale if record_id in tied and record_id not in already]
        reading.progress.expect(object_type, len(ids))
        yield from ids
