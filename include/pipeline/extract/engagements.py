"""What people did about tickets: notes, e-mails, calls, meetings, tasks; and with whom."""

from collections.abc import Iterable
from typing import Any

from include.hubspot.associations import LIMIT as LINK_LIMIT
from include.hubspot.associations import EdgeBatch, read_edge_batch
from include.hubspot.batches import cut
from include.hubspot.objects import LIMIT, BatchRead, read_batch
from include.pipeline.extract import rows
from include.pipeline.extract.files import ATTACHMENTS, Attachments
from include.pipeline.reading.in_flight import read_each
from include.pipeline.reading.reading import Reading
from include.pipeline.requests import ENGAGEMENT_TYPES

# Read at a time: enough that no worker idles, few enough that memory stays flat.
_AT_A_TIME = 5_000


class Engagements:
    """Engagements that wait to be read, and the reading of them.

    One that several tickets share may be read more than once; to remember all of a large portal's
    would cost more memory than the calls are worth.

    Args:
        reading: the run.
        names: properties to read, by object type.
        attachments: told the files that they name.
    """

    def __init__(
        self, reading: Reading, names: dict[str, list[str]], attachments: Attachments
    ) -> None:
        self._reading = reading
        self._names = names
        self._attachments = attachments
        self._waiting: dict[str, dict[str, None]] = {kind: {} for kind in ENGAGEMENT_TYPES}
        self._unlinked: dict[str, list[str]] = {kind: [] for kind in ENGAGEMENT_TYPES}

    def found(self, kind: str, ids: Iterable[str]) -> None:
        """Note engagements that a link leads to: what raw has is read again by a full read only."""
        reading = self._reading
        whole = reading.request.mode == "full"
        self.changed(kind, ids if whole else reading.known.missing(kind, ids))

    def changed(self, kind: str, ids: Iterable[str]) -> None:
        """Note engagements that have to be read."""
        before = len(self._waiting[kind])
        self._waiting[kind].update(dict.fromkeys(ids))
        self._reading.progress.expect(kind, len(self._waiting[kind]) - before)
        if sum(map(len, self._waiting.values())) >= _AT_A_TIME:
            self._work()

    def unlinked(self, kind: str, ids: Iterable[str]) -> None:
        """Note engagements that landed, and whose links to contacts have to be read."""
        if "contacts" in self._reading.types:
            self._unlinked[kind] += ids

    def read(self) -> None:
        """Read all that wait, and with whom they were.

        Raises:
            HubSpotError: HubSpot refused, or could not be reached.
        """
        self._work()
        self._work()

    def _work(self) -> None:
        """Read what waits, and the contacts of what was read the time before, in one stream."""
        jobs: list[tuple[str, tuple[str, list[str]]]] = []
        for kind in self._reading.of_types(ENGAGEMENT_TYPES):
            unlinked, self._unlinked[kind] = self._unlinked[kind], []
            jobs += [(kind, ("contacts", ids)) for ids in cut(unlinked, LINK_LIMIT)]
            waiting, self._waiting[kind] = self._waiting[kind], {}
            jobs += [(kind, ("records", ids)) for ids in cut(waiting, LIMIT)]
        for kind, result in read_each(self._reading, jobs, self._ask):
            if isinstance(result, EdgeBatch):
                self.land_contacts(kind, result)
            else:
                self._land(kind, result)

    def _ask(self, kind: str, work: tuple[str, list[str]]) -> BatchRead | EdgeBatch:
        what, ids = work
        if what == "contacts":
            return read_edge_batch(self._reading.session, kind, "contacts", ids)
        return read_batch(self._reading.session, kind, ids, self._names[kind])

    def _land(self, kind: str, batch: BatchRead) -> None:
        reading = self._reading
        reading.landing.write(kind, [rows.object_row(one) for one in batch.records], batch.at)
        reading.progress.landed(kind, len(batch.records))
        self._attachments.named(one["properties"].get(ATTACHMENTS) for one in batch.records)
        self.unlinked(kind, [str(one["id"]) for one in batch.records])

    def land_contacts(self, kind: str, batch: EdgeBatch) -> None:
        """Land the complete links of some engagements to contacts."""
        reading = self._reading
        same = {"engagement_type": kind, "object_type": "contacts"}
        reads = [same | {"engagement_id": one} for one in batch.ids_read]
        edges: list[dict[str, Any]] = [
            same
            | {
                "engagement_id": edge.from_id,
                "object_id": edge.to_id,
                "types": rows.as_json(edge.types),
            }
            for edge in batch.edges
        ]
        reading.landing.write("engagement_associations", edges, batch.at)
        reading.landing.write("engagement_association_reads", reads, batch.at)
        people = {edge.to_id for edge in batch.edges}
        reading.linked.setdefault("contacts", set()).update(people)
