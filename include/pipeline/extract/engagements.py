"""What people did about tickets: notes, e-mails, calls, meetings, tasks; and with whom."""

import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any

from include.hubspot.associations import LIMIT as LINK_LIMIT
from include.hubspot.associations import EdgeBatch, read_edge_batch
from include.pipeline.extract import rows
from include.pipeline.extract.files import ATTACHMENTS, Attachments
from include.pipeline.extract.two_ways import read_records
from include.pipeline.reading.ids import Ids
from include.pipeline.reading.reading import Reading
from include.pipeline.requests import ENGAGEMENT_TYPES

# Read at a time: so many that both ways of reading them end together, and few enough (8 bytes
# each) that memory stays flat.
_AT_A_TIME = 1_000_000


class Engagements:
    """Engagements that wait to be read, and the reading of them.

    One that tickets far from one another share may be read more than once.

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
        self._waiting = _none()
        self._unlinked = _none()
        self._proof: dict[str, bool] = {}
        self._guard = threading.Lock()

    def found(self, kind: str, ids: Iterable[str]) -> None:
        """Note engagements that a link leads to: what raw has is read again by a full read only."""
        reading = self._reading
        whole = reading.request.mode == "full"
        self.changed(kind, ids if whole else reading.known.missing(kind, ids))

    def changed(self, kind: str, ids: Iterable[str]) -> None:
        """Note engagements that have to be read; for any thread."""
        waiting = list(ids)
        self._reading.progress.expect(kind, len(waiting))
        with self._guard:
            self._waiting[kind].update(waiting)
            are_many = sum(ids.at_most for ids in self._waiting.values()) >= _AT_A_TIME
        if are_many:
            self._work()

    def unlinked(self, kind: str, ids: Iterable[str]) -> None:
        """Note engagements that landed, and whose links to contacts have to be read."""
        if "contacts" in self._reading.types:
            with self._guard:
                self._unlinked[kind].update(ids)

    def read(self) -> None:
        """Read all that wait, and with whom they were.

        Raises:
            HubSpotError: HubSpot refused, or could not be reached.
        """
        self._work()
        self._work()

    def _work(self) -> None:
        """Read what waits, and the contacts of what was read the time before."""
        kinds = self._reading.of_types(ENGAGEMENT_TYPES)
        with self._guard:
            unlinked, self._unlinked = self._unlinked, _none()
            waiting, self._waiting = self._waiting, _none()
        links = (
            (kind, partial(self._ask_contacts, kind, ids))
            for kind in kinds
            for ids in unlinked[kind].pieces(LINK_LIMIT)
        )
        chosen = {kind: waiting[kind] for kind in kinds}
        read_records(self._reading, self._names, chosen, self._land, self._proof, links)

    def _ask_contacts(self, kind: str, ids: list[str]) -> Callable[[], None]:
        batch = read_edge_batch(self._reading.session, kind, "contacts", ids)
        return partial(self.land_contacts, kind, batch)

    def _land(self, kind: str, records: list[dict[str, Any]], at: datetime) -> None:
        reading = self._reading
        reading.landing.write(kind, [rows.object_row(one) for one in records], at)
        reading.progress.landed(kind, len(records))
        self._attachments.named(one["properties"].get(ATTACHMENTS) for one in records)
        self.unlinked(kind, [str(one["id"]) for one in records])

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
        reading.linked["contacts"].update(edge.to_id for edge in batch.edges)


def _none() -> dict[str, Ids]:
    return {kind: Ids() for kind in ENGAGEMENT_TYPES}
