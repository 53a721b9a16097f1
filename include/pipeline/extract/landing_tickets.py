"""What was read of tickets becomes pages of the landing."""

from collections.abc import Iterable, Iterator

from include.hubspot.associations import EdgeBatch
from include.hubspot.batches import cut
from include.hubspot.objects import BatchRead, batch_limit, read_batch, read_many
from include.pipeline.extract import rows
from include.pipeline.extract.files import Attachments
from include.pipeline.extract.history_columns import history_columns
from include.pipeline.extract.reference import Definitions
from include.pipeline.reading.reading import Reading


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

    def ask(self, ids: list[str]) -> BatchRead:
        """Read one piece; nothing lands.

        Raises:
            HubSpotError: HubSpot refused, or could not be reached.
        """
        return read_batch(self._reading.session, "tickets", ids, self._names, self._names)

    def land_batch(self, batch: BatchRead) -> None:
        """Land what was read of a piece."""
        reading, partial = self._reading, self._reading.is_partial
        tickets = [rows.object_row(record, partial=partial) for record in batch.records]
        history = history_columns(batch.records)
        reading.landing.write_columns("ticket_property_history", history, batch.at)
        reading.landing.write("tickets", tickets, batch.at)
        reading.progress.landed("tickets", len(tickets))
        for name in self._file_properties:
            self._attachments.named(record["properties"].get(name) for record in batch.records)


def land_links(reading: Reading, object_type: str, batch: EdgeBatch) -> None:
    """Land the complete links of some tickets to one object type."""
    edges = [rows.edge_row(object_type, edge) for edge in batch.edges]
    reads = [{"ticket_id": i, "object_type": object_type} for i in batch.ids_read]
    reading.landing.write("ticket_associations", edges, batch.at)
    reading.landing.write("ticket_association_reads", reads, batch.at)
    reading.progress.landed("links", len(edges))
