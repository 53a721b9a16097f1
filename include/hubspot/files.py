"""What files are: name, size, type, where they lie. Their contents are not read here.

Scope `files`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from include.hubspot.errors import ObjectNotFound
from include.hubspot.paging import results
from include.hubspot.session import HubSpotSession

LIMIT = 100


@dataclass(frozen=True)
class FileRead:
    """What became of one file id.

    Attributes:
        id: That was asked for.
        record: As sent; None when there is no such file (any more).
        at: HubSpot's time of the answer.
    """

    id: str
    record: dict[str, Any] | None
    at: datetime


def read_file(session: HubSpotSession, file_id: str) -> FileRead:
    """Read what a file is.

    Raises:
        HubSpotError: As drawn in `errors`.
    """
    try:
        answer = session.get(session.paths.file(file_id))
    except ObjectNotFound:
        return FileRead(file_id, None, session.now())
    return FileRead(file_id, answer.json, answer.at)


def read_files(session: HubSpotSession, file_ids: Sequence[str]) -> list[FileRead]:
    """Read what at most 100 files are: in one call those that the file search shows.

    Whether it shows hidden files (attachments of conversations) is not documented, and its index
    may lag: those that it leaves out are read one by one.

    Args:
        session: The portal.
        file_ids: At most 100.

    Returns:
        In the order of the ids.

    Raises:
        ValueError: Too many.
        HubSpotError: As drawn in `errors`.
    """
    if len(file_ids) > LIMIT:
        raise ValueError(f"{len(file_ids)} ids in one search of files: HubSpot takes {LIMIT}")
    path = session.paths.files_search()
    answer = session.get(path, {"ids": list(file_ids), "limit": LIMIT})
    shown = {str(record["id"]): record for record in results(answer, path)}
    return [
        FileRead(one, shown[one], answer.at) if one in shown else read_file(session, one)
        for one in file_ids
    ]
