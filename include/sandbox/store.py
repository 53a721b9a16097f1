"""All records of one object type: which exist, which are archived, which are aliases."""

from bisect import bisect_left, insort
from collections.abc import Iterable

from include.sandbox.definitions import Definitions
from include.sandbox.records import Record

TYPE_IDS = {
    "contacts": "0-1",
    "companies": "0-2",
    "deals": "0-3",
    "tickets": "0-5",
    "communications": "0-18",
    "tasks": "0-27",
    "notes": "0-46",
    "meetings": "0-47",
    "calls": "0-48",
    "emails": "0-49",
}
ENGAGEMENTS = ("communications", "tasks", "notes", "meetings", "calls", "emails")
SINGULAR = {name: name.removesuffix("s") for name in TYPE_IDS} | {"companies": "company"}
_NAMES = {
    alias: name for name, type_id in TYPE_IDS.items() for alias in (name, SINGULAR[name], type_id)
}


def object_type_of(text: str) -> str | None:
    """Return the object type that a path segment means (`tickets`, `ticket`, `0-5`)."""
    return _NAMES.get(text.lower())


def record_id_of(text: str) -> int | None:
    """Return the id that a text is, or None: ids are whole numbers of at most 18 digits."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


class Store:
    """The records of an object type.

    `live` and `archived` hold ids in ascending order, which is the order of the list endpoint.
    """

    def __init__(self, object_type: str) -> None:
        self.object_type = object_type
        self.definitions = Definitions(object_type)
        self.modified_property = (
            "lastmodifieddate" if object_type == "contacts" else "hs_lastmodifieddate"
        )
        self.records: dict[int, Record] = {}
        self.live: list[int] = []
        self.archived: list[int] = []
        self.purged: set[int] = set()  # what was to happen to them happens no more

    def admit(self, records: Iterable[Record]) -> None:
        """Let records exist."""
        fresh = list(records)
        for record in fresh:
            self.records[record.id] = record
        if len(fresh) > 100:
            self.live = sorted([*self.live, *(record.id for record in fresh)])
        else:
            for record in fresh:
                insort(self.live, record.id)

    def archive(self, record: Record, when: int) -> None:
        """Put a record into the recycle bin; its modified time stays (airbyte#19838)."""
        if record.archived_at is None and record.merged_into is None:
            _remove(self.live, record.id)
            insort(self.archived, record.id)
            record.archived_at = when

    def keep(self, record: Record) -> None:
        """Keep a record that is about to change: here all are kept, a lean store makes them."""

    def scanned(self) -> Iterable[int]:
        """Return the live ids that a look through all records sees."""
        return self.live

    def restore(self, record: Record) -> None:
        """Take a record out of the recycle bin; its modified time stays."""
        if record.archived_at is not None:
            _remove(self.archived, record.id)
            insort(self.live, record.id)
            record.archived_at = None

    def purge(self, record: Record) -> None:
        """Forget an archived record for good."""
        _remove(self.archived, record.id)
        self.records.pop(record.id, None)
        self.purged.add(record.id)

    def merge_away(self, record: Record, survivor: int) -> None:
        """Make a record an alias of another: it leaves both lists for good."""
        _remove(self.archived if record.archived_at is not None else self.live, record.id)
        record.merged_into = survivor

    def resolve(self, record_id: int) -> Record | None:
        """Return the record of an id, following merges, whether it is archived or not."""
        record = self.records.get(record_id)
        while record is not None and record.merged_into is not None:
            record = self.records.get(record.merged_into)
        return record

    def find(self, record_id: int, *, archived: bool = False) -> Record | None:
        """Return the record of an id when it is (or is not) archived as asked."""
        record = self.resolve(record_id)
        if record is None or (record.archived_at is not None) != archived:
            return None
        return record

    def is_archived(self, record_id: int) -> bool:
        """Whether a record lies in the recycle bin; in a lean portal, too, without making it."""
        at = bisect_left(self.archived, record_id)
        return at < len(self.archived) and self.archived[at] == record_id

    def page(self, after: int, limit: int, *, archived: bool) -> tuple[list[Record], int | None]:
        """Return `limit` records from id `after` on, and the id of the next one."""
        ids = self.archived if archived else self.live
        start = bisect_left(ids, after)
        chosen = ids[start : start + limit]
        following = start + limit
        return [self.records[i] for i in chosen], ids[following] if following < len(ids) else None


def insert_id(ids: list[int], record_id: int) -> None:
    """Insert an id where it belongs."""
    insort(ids, record_id)


def _remove(ids: list[int], record_id: int) -> None:
    at = bisect_left(ids, record_id)
    if at < len(ids) and ids[at] == record_id:
        del ids[at]
