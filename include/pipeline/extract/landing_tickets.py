"""What was read of tickets becomes pages of the landing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from include.hubspot.associations import EdgeBatch
from include.hubspot.batches import cut
from include.hubspot.objects import BatchRead, batch_limit, read_batch, read_many
from include.pipeline.extract import rows
from include.pipeline.extract.files import Attachments
from include.pipeline.extract.history_columns import history_columns
from include.pipeline.extract.reference import Definitions
from include.pipeline.reading.reading import Reading


@dataclass(frozen=True)
class Landed:
    """What is left to know of a batch of tickets whose pages are written.

    Attributes:
        ids: of the tickets.
        named: values of their properties that name files.
    """

    ids: list[str]
    named: list[str | None]


class Tickets:
    """Reads tickets with the history of all their properties, and lands them.

    Args:
        reading: the run.
        definitions: which properties there are.
        attachments: told the files that tickets name.
    """

    def __init__(
        self, reading: Reading, definitions: Definitions, attachments: Attachments
    ) -> None:
        self._reading = reading
        self._names = definitions.names["tickets"]
        self._file_properties = definitions.file_properties
        self._attachments = attachments

    def read(self, ids: Iterable[str], *, archived: bool = False) -> Iterator[str]:
        """Read tickets and land them.

        Yields:
            The ids that landed; a merged-away ticket's is its survivor's.

        Raises:
            HubSpotError: HubSpot refused, or could not be reached.
        """
        for batch in self.batches(ids, archived=archived):
            yield from (str(record["id"]) for record in batch.records)

    def land(self, ids: Iterable[str], *, archived: bool = False) -> None:
        """As `read`, for those who need not know what landed."""
        for _ in self.batches(ids, archived=archived):
            pass

    def batches(self, ids: Iterable[str], *, archived: bool = False) -> Iterator[BatchRead]:
        """As `read`; yields each batch, which has landed, with what is missing of it."""
        session, names = self._reading.session, self._names
        for batch in read_many(session, "tickets", ids, names, history=names, archived=archived):
            self.land_batch(batch)
            yield batch

    def pieces(self, ids: Iterable[str]) -> Iterator[list[str]]:
        """Cut ids into what one call reads."""
        return cut(ids, batch_limit(self._names))

    def take(self, ids: list[str]) -> Landed:
        """Read one piece and write its pages; for any thread, `note` is told of it by one.

        A batch is 50 times some hundred values and their history: megabytes of objects. Those who
        wait for their turn hold its ids alone.

        Raises:
            HubSpotError: HubSpot refused, or could not be reached.
        """
        session, names = self._reading.session, self._names
        with session.turns.taken():
            return self._write(read_batch(session, "tickets", ids, names, names))

    def note(self, landed: Landed) -> None:
        """Count what was taken, and tell of the files that it names."""
        self._reading.progress.landed("tickets", len(landed.ids))
        self._attachments.named(landed.named)

    def land_batch(self, batch: BatchRead) -> None:
        """Land what was read of a piece."""
        self.note(self._write(batch))

    def _write(self, batch: BatchRead) -> Landed:
        landing, partial = self._reading.landing, self._reading.is_partial
        landing.write_columns("ticket_property_history", history_columns(batch.records), batch.at)
        tickets = [rows.object_row(record, partial=partial) for record in batch.records]
        landing.write("tickets", tickets, batch.at)
        named = [r["properties"].get(p) for p in self._file_properties for r in batch.records]
        return Landed([str(record["id"]) for record in batch.records], named)


def land_links(reading: Reading, object_type: str, batch: EdgeBatch) -> None:
    """Land the complete links of some tickets to one object type."""
    edges = [rows.edge_row(object_type, edge) for edge in batch.edges]
    reads = [{"ticket_id": i, "object_type": object_type} for i in batch.ids_read]
    reading.landing.write("ticket_associations", edges, batch.at)
    reading.landing.write("ticket_association_reads", reads, batch.at)
    reading.progress.landed("links", len(edges))
