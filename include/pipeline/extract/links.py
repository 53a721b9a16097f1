"""A ticket's links: to contacts, companies and deals, and to what people did about it."""

import threading
from collections.abc import Iterable, Iterator

from include.hubspot.associations import LIMIT, EdgeBatch, read_edge_batch
from include.hubspot.batches import cut
from include.pipeline.extract.engagements import Engagements
from include.pipeline.extract.landing_tickets import land_links
from include.pipeline.reading.in_flight import read_each
from include.pipeline.reading.reading import Reading
from include.pipeline.requests import ENGAGEMENT_TYPES, RECORD_TYPES

LINKED_TYPES = (*RECORD_TYPES, *ENGAGEMENT_TYPES)


class Links:
    """Reads the complete links of tickets, and says where they lead.

    Args:
        reading: the run.
        engagements: told those that tickets are linked to.
    """

    def __init__(self, reading: Reading, engagements: Engagements) -> None:
        self._reading = reading
        self._engagements = engagements
        self._guard = threading.Lock()

    def read(self, ticket_ids: list[str]) -> None:
        """Read and land the links of tickets to all object types of the run.

        Raises:
            HubSpotError: HubSpot refused, or could not be reached.
        """
        self.read_of(self.jobs(ticket_ids))

    def read_of(self, jobs: Iterable[tuple[str, list[str]]]) -> None:
        """Read and land the links of some tickets to some object types.

        Args:
            jobs: object type, and at most 1,000 tickets whose links to it are read.

        Raises:
            HubSpotError: HubSpot refused, or could not be reached.
        """
        for kind, batch in read_each(self._reading, jobs, self.ask):
            self.land(kind, batch)

    def jobs(self, ticket_ids: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
        """Cut the reading of tickets' links to all object types of the run, for `read_of`."""
        kinds = self._reading.of_types(LINKED_TYPES)
        # Tickets outside, types inside: what is asked for first is of the tickets read first.
        return ((kind, piece) for piece in cut(ticket_ids, LIMIT) for kind in kinds)

    def batches(self, ticket_ids: Iterable[str]) -> Iterator[tuple[str, EdgeBatch]]:
        """Read the links of tickets to all object types of the run; nothing lands.

        Raises:
            HubSpotError: HubSpot refused, or could not be reached.
        """
        yield from read_each(self._reading, self.jobs(ticket_ids), self.ask)

    def land(self, kind: str, batch: EdgeBatch) -> None:
        """Land the complete links of some tickets to one object type; for any thread."""
        land_links(self._reading, kind, batch)
        ids = dict.fromkeys(edge.to_id for edge in batch.edges)
        if kind in ENGAGEMENT_TYPES:
            self._engagements.found(kind, ids)
        else:
            with self._guard:
                self._reading.linked[kind].update(ids)

    def ask(self, kind: str, ticket_ids: list[str]) -> EdgeBatch:
        """Read the links of at most 1,000 tickets to one object type; nothing lands."""
        return read_edge_batch(self._reading.session, "tickets", kind, ticket_ids)
