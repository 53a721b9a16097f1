"""What a run was told of and could not read: asked of raw by the next run that may read it.

A token that loses a scope in the middle of a run leaves rows that lead to what was skipped. They
landed, so nothing of HubSpot's names them again.
"""

from include.pipeline.extract.engagements import Engagements
from include.pipeline.extract.files import FILES, Attachments
from include.pipeline.extract.reference import Definitions
from include.pipeline.reading.reading import Reading
from include.pipeline.requests import ENGAGEMENT_TYPES


def catch_up_engagements(reading: Reading, engagements: Engagements) -> None:
    """Note engagements that links lead to and raw has not, and those whose contacts are unread.

    Args:
        reading: the run.
        engagements: reads what is noted.
    """
    for kind in reading.of_types(ENGAGEMENT_TYPES):
        # Without a cursor the kind was never read to an end: its links may be there, and no more.
        is_new = reading.since(kind) is None and reading.request.mode == "incremental"
        if is_new or reading.catches_up(kind):
            engagements.changed(kind, reading.known.linked_but_unread(kind))
            engagements.unlinked(kind, reading.known.engagements_without_contacts(kind))


def catch_up_files(reading: Reading, definitions: Definitions, attachments: Attachments) -> None:
    """Note files that anything in raw names and that were never read.

    Args:
        reading: the run.
        definitions: which ticket properties name files.
        attachments: reads what is noted.
    """
    if reading.catches_up(FILES):
        attachments.named(attachments.unread(definitions.file_properties))
