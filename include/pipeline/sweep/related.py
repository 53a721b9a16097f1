"""The sweep's second half: the contacts, companies and deals that the warehouse holds.

Nightly, search shows which of them changed. It shows none that was archived, merged or deleted,
and a person who was deleted at HubSpot must not live on in the marts.
"""

from collections import Counter
from collections.abc import Iterable

from include.hubspot.objects import BatchRead, read_many
from include.pipeline.extract import rows
from include.pipeline.reading.reading import Reading
from include.pipeline.requests import RECORD_TYPES


def sweep_related(reading: Reading, names: dict[str, list[str]], found: Counter[str]) -> None:
    """Read every related record that the warehouse holds as live, and land what differs.

    One call per 100 records, by id: their lists may be far longer than what tickets link to.

    Args:
        reading: the sweep.
        names: properties to read, by object type.
        found: counts `related` (changed unseen) and `related_gone`.

    Raises:
        HubSpotError: HubSpot refused, or could not be reached.
    """
    found.update(related=0, related_gone=0)
    for object_type in reading.of_types(RECORD_TYPES):
        gone: list[str] = []
        known = reading.known.live_ids(object_type)
        for batch in read_many(reading.session, object_type, known, names[object_type]):
            found["related"] += _land_stale(reading, object_type, batch)
            gone += [*batch.missing, *batch.aliases]
        _land_gone(reading, object_type, names[object_type], gone)
        found["related_gone"] += len(gone)


def _land_stale(reading: Reading, object_type: str, batch: BatchRead) -> int:
    shaped = [rows.object_row(record) for record in batch.records]
    stale = set(
        reading.known.stale(object_type, [(row["id"], row["updated_at"]) for row in shaped])
    )
    changed = [row for row in shaped if row["id"] in stale]
    reading.landing.write(object_type, changed, batch.at)
    return len(changed)


def _land_gone(reading: Reading, object_type: str, names: list[str], gone: Iterable[str]) -> None:
    """Land the archived ones as HubSpot shows them, the others as gone since now."""
    for batch in read_many(reading.session, object_type, gone, names, archived=True):
        asked_for = [record for record in batch.records if record.get("archived")]
        reading.landing.write(
            object_type, [rows.object_row(record) for record in asked_for], batch.at
        )
        lost = [*batch.missing, *batch.aliases]
        reading.landing.write(
            object_type, [rows.purged_row(record_id, batch.at) for record_id in lost], batch.at
        )
