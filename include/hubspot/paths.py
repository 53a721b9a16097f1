"""Where things lie: the one place that knows HubSpot's paths.

HubSpot serves the same surface under numeric versions (v3, associations v4) and under dated ones.
v4 is unsupported from 2027-03-30, v1 to v3 from September 2027 (changelog of 2026-09-15), so the
version is a setting and no other file spells a path.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

URL_BUDGET = 7000  # bytes of property names; old edges refuse addresses over 8 KB with 414
PROFILES = ("v3", "2026-03", "2026-09")
_NAME = re.compile(r"[A-Za-z0-9_-]+")
# Paths that name one record of very many: a thread, a message, a file.
_ONE_OF_MANY = re.compile(
    r"(?<=/threads/)[^/]+(?=/)|(?<=/messages/)[^/]+(?=/)|(?<=/files/)(?!search$)[^/]+$"
)


@dataclass(frozen=True)
class Paths:
    """The paths of one API version.

    Attributes:
        api: One of PROFILES.

    Raises:
        ValueError: The version is unknown.
    """

    api: str = "v3"

    def __post_init__(self):
        if self.api not in PROFILES:
            raise ValueError(f"unknown HubSpot API version {self.api!r}: one of {PROFILES}")

    def _at(self, area: str, legacy: str = "v3") -> str:
        return f"/crm/{legacy}/{area}" if self.api == "v3" else f"/crm/{area}/{self.api}"

    def objects(self, object_type: str) -> str:
        """List of an object type's records."""
        return f"{self._at('objects')}/{_checked(object_type)}"

    def batch_read(self, object_type: str) -> str:
        """Records by id, with property history."""
        return f"{self.objects(object_type)}/batch/read"

    def search(self, object_type: str) -> str:
        """Search over an object type's records."""
        return f"{self.objects(object_type)}/search"

    def properties(self, object_type: str) -> str:
        """Property definitions of an object type."""
        return f"{self._at('properties')}/{_checked(object_type)}"

    def property_groups(self, object_type: str) -> str:
        """Property groups of an object type."""
        return f"{self.properties(object_type)}/groups"

    def pipelines(self, object_type: str) -> str:
        """Pipelines of an object type, with their stages."""
        return f"{self._at('pipelines')}/{_checked(object_type)}"

    def owners(self) -> str:
        """Owners: people and queues that a record can belong to."""
        return self._at("owners")

    def associations_batch_read(self, from_type: str, to_type: str) -> str:
        """Links of many records to one object type; 'v4' in the numeric profile."""
        pair = f"{_checked(from_type)}/{_checked(to_type)}"
        return f"{self._at('associations', 'v4')}/{pair}/batch/read"

    def inboxes(self) -> str:
        """Inboxes in which conversations arrive."""
        return f"{self._conversations()}/inboxes"

    def threads(self) -> str:
        """Conversation threads."""
        return f"{self._conversations()}/threads"

    def messages(self, thread_id: str) -> str:
        """A thread's messages."""
        return f"{self.threads()}/{_checked(thread_id)}/messages"

    def original_content(self, thread_id: str, message_id: str) -> str:
        """A message's text in full, where the list shows it truncated."""
        return f"{self.messages(thread_id)}/{_checked(message_id)}/original-content"

    def actors_batch_read(self) -> str:
        """Who speaks in conversations, by id."""
        return f"{self._conversations()}/actors/batch/read"

    def file(self, file_id: str) -> str:
        """What a file of the file manager is; not its content."""
        return f"{self._files()}/{_checked(file_id)}"

    def files_search(self) -> str:
        """Files by id, many at once; no search of the CRM, and not limited as one."""
        return f"{self._files()}/search"

    def _files(self) -> str:
        return "/files/v3/files" if self.api == "v3" else f"/files/{self.api}/files"

    def _conversations(self) -> str:
        if self.api == "v3":
            return "/conversations/v3/conversations"
        return f"/conversations/conversations/{self.api}"

    def account_details(self) -> str:
        """The account that the token belongs to."""
        version = "v3" if self.api == "v3" else self.api
        return f"/account-info/{version}/details"


def is_search(path: str) -> bool:
    """Whether a path is under HubSpot's limit of searches of the CRM."""
    return path.startswith("/crm/") and path.endswith("/search")


def is_of_associations(path: str) -> bool:
    """Whether a path is of the Associations API, which has a limit of its own."""
    return path.startswith("/crm/") and "/associations/" in path


def route_of(path: str) -> str:
    """What calls of a path are counted under: one name for all threads, messages or files."""
    return _ONE_OF_MANY.sub("{id}", path)


def property_chunks(names: Iterable[str], budget: int = URL_BUDGET) -> Iterator[list[str]]:
    """Cut property names so that each chunk's encoded `a,b,c` takes at most `budget` bytes.

    Their count says nothing: a stage's properties have names of 60 characters and more. A name
    longer than the budget stands alone.
    """
    chunk: list[str] = []
    used = 0
    for name in names:
        size = len(quote(name, safe="")) + len("%2C")
        if chunk and used + size > budget:
            yield chunk
            chunk, used = [], 0
        chunk.append(name)
        used += size
    if chunk:
        yield chunk


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name or id that HubSpot gives")
    return name
