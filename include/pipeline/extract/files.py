"""What attached files are: name, size, type; once for each file, for none of it changes."""

import re
import threading
from collections.abc import Iterable

from include.hubspot.batches import cut
from include.hubspot.files import LIMIT, read_files
from include.pipeline.extract.conversation_rows import file_row
from include.pipeline.reading.ids import Ids
from include.pipeline.reading.in_flight import read_each
from include.pipeline.reading.reading import Reading
from include.pipeline.requests import ENGAGEMENT_TYPES

FILES = "files"
ATTACHMENTS = "hs_attachment_ids"
_ASKED_AT_ONCE = 10_000
_ID = re.compile(r"[1-9][0-9]{0,17}")  # what is longer is no number of HubSpot's


def file_ids(value: str | None) -> list[str]:
    """Return the ids that a value names, `;` between them; an address names none."""
    parts = (part.strip() for part in (value or "").split(";"))
    return [part for part in parts if _ID.fullmatch(part)]


class Attachments:
    """Files that tickets, engagements and messages name, each read once, when all are named.

    Reading some whenever there were enough of them made the calls of those who named them wait.
    A file that is gone lands as such, so that it is not asked for every night.

    Args:
        reading: the run.
    """

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._waiting = Ids()
        self._guard = threading.Lock()  # tickets and conversations are read at a time

    def named(self, values: Iterable[str | None]) -> None:
        """Note the files that values name."""
        ids = {file_id for value in values for file_id in file_ids(value)}
        if ids:
            with self._guard:
                self._waiting.update(ids)

    def unread(self, file_properties: Iterable[str]) -> list[str]:
        """Return the files that anything in raw names and that were never read.

        Args:
            file_properties: ticket properties whose values are ids of files.
        """
        known = self._reading.known
        named = set(known.attached_to_messages())
        for name in file_properties:
            named.update(known.named_in("tickets", name, ";"))
        for kind in self._reading.of_types(ENGAGEMENT_TYPES):
            named.update(known.named_in(kind, ATTACHMENTS, ";"))
        return known.missing(FILES, sorted(named))

    def read(self) -> None:
        """Read those that raw has not.

        Raises:
            HubSpotError: HubSpot refused, or could not be reached.
        """
        reading = self._reading
        waiting, self._waiting = self._waiting, Ids()
        pieces = (
            piece
            for ids in waiting.pieces(_ASKED_AT_ONCE)
            for piece in cut(reading.known.missing(FILES, ids), LIMIT)
        )
        jobs = ((FILES, piece) for piece in pieces)
        for _, files in read_each(reading, jobs, lambda _, ids: read_files(reading.session, ids)):
            for at in sorted({file.at for file in files}):
                page = [file_row(file) for file in files if file.at == at]
                reading.landing.write(FILES, page, at)
            reading.progress.landed(FILES, len(files))
