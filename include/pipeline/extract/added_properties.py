"""A property that was not there before: read of all tickets, for no modified time tells of it.

Calculated values, a property that came back out of the bin, one that a new scope shows: all of them
are there without any ticket having changed. Only these properties are asked for, and laid over what
is stored.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from include.hubspot.batch_reading import BatchRead
from include.hubspot.batches import cut, ordered
from include.hubspot.objects import batch_limit, read_batch
from include.pipeline.extract import rows
from include.pipeline.extract.history_columns import history_columns
from include.pipeline.extract.reference import Definitions
from include.pipeline.reading.reading import Reading

MERGED = "hs_merged_object_ids"


def read_added_properties(reading: Reading, definitions: Definitions, read: set[str]) -> None:
    """Land the values and the history of added properties for all tickets that raw has.

    Costs one call for 50 tickets, of nights on which a property was added.

    Args:
        reading: the run.
        definitions: which properties there are, and which were added.
        read: tickets that this run reads whole.

    Raises:
        HubSpotError: HubSpot refused, or could not be reached.
    """
    names = list(definitions.added)
    if not names or reading.request.mode != "incremental" or reading.is_partial:
        return
    reading.progress.say(f"reading {len(names)} added properties of all tickets")
    parts = TicketParts(reading, names, read)
    parts.land(reading.known.live_ids("tickets"))
    parts.land(reading.known.archived_ids("tickets"), archived=True)


class TicketParts:
    """Some properties of tickets, with their history, laid over what is stored.

    Args:
        reading: the run.
        names: of the properties.
        read: tickets that this run reads whole: of two rows of one ticket in a landing, one is
            loaded, and the part must not win.
    """

    def __init__(self, reading: Reading, names: list[str], read: set[str]) -> None:
        self._reading = reading
        self._names = names
        self._read = read

    def land(self, ids: Iterable[str], *, archived: bool = False) -> None:
        """Read tickets in part and land them.

        Raises:
            HubSpotError: HubSpot refused, or could not be reached.
        """
        for records, at in self.read(ids, archived=archived):
            self.write(records, at)

    def read(
        self, ids: Iterable[str], *, archived: bool = False
    ) -> Iterator[tuple[list[dict], datetime]]:
        """Read tickets in part.

        Yields:
            Records of tickets that raw has and this run does not read whole, each with the asked
            properties only, and HubSpot's time of the answer.
        """
        session, names = self._reading.session, self._names
        # A ticket that was merged away is asked for by its survivor's id alone.
        left_out = self._read | set(self._reading.known.named_in("tickets", MERGED, ";"))
        pieces = cut((one for one in ids if one not in left_out), batch_limit(names))

        def ask(piece: list[str]) -> tuple[list[str], BatchRead]:
            """Read a piece of the tickets, and say which it was."""
            return piece, read_batch(session, "tickets", piece, names, names, archived)

        for asked, batch in ordered(session.workers(), 2 * session.max_in_flight, pieces, ask):
            found = {str(record["id"]): record for record in batch.records}
            # What was merged since raw was loaded answers with a survivor that was not asked for:
            # raw has it not, or another batch asks for it, and it must not land twice.
            yield [self._part(found[one]) for one in asked if one in found], batch.at

    def write(self, records: list[dict], at: datetime) -> None:
        """Land what was read."""
        landing = self._reading.landing
        tickets = [rows.object_row(record, partial=True) for record in records]
        landing.write_columns("ticket_property_history", history_columns(records), at)
        landing.write("tickets", tickets, at)
        self._reading.progress.landed("tickets in part", len(tickets))

    def _part(self, record: dict) -> dict:
        """HubSpot sends its own few properties along, of a newer moment than what is stored."""
        values = {name: record["properties"].get(name) for name in self._names}
        return {**record, "properties": values}
