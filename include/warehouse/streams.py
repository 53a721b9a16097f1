"""What lands, as data: DDL, Parquet schemas and merges are made from these specs.

A new stream (notes, emails, conversations) is a new entry in `STREAMS`, and no code. A column added
to a spec is added to the raw table at the next load, and is null for what landed before.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["object", "history", "edges", "reads", "snapshot", "shown"]
TEXT, TIME, FLAG, NUMBER, JSON = "VARCHAR", "TIMESTAMP", "BOOLEAN", "BIGINT", "JSON"


@dataclass(frozen=True)
class Column:
    """One column of a landing row.

    Attributes:
        name: As in the landing row and in the raw table.
        type: VARCHAR, TIMESTAMP (UTC), BOOLEAN, BIGINT, or JSON: text that holds JSON, kept as
            VARCHAR and compressed with zstd, because storing it is what a load spends its time on.
        required: A row without it is refused when it lands.
    """

    name: str
    type: str = TEXT
    required: bool = False

    @property
    def sql_type(self) -> str:
        """The type in DuckDB."""
        return TEXT if self.type == JSON else self.type


@dataclass(frozen=True)
class Stream:
    """One kind of row that lands, and how it is merged into its raw table.

    Attributes:
        name: Of the stream, of its files and of its table in schema raw.
        kind: `object` (newest version wins), `history` (append only), `edges` (complete sets, kept
            as windows), `reads` (which sets were read), `snapshot` (complete list; what is absent
            becomes a tombstone), `shown` (lands, and is not loaded: there is no raw table of it).
        columns: Without `extracted_at`, which every row has.
        key: What identifies a row; for edges: the group (whose set it is) and the member.
        group: Edges and reads: the columns that say whose complete set a row belongs to. Snapshots:
            the part that one list is complete for (a run that reads ticket properties only says
            nothing about contact properties).
        reads: Edges: the stream that lists the sets that were read.
    """

    name: str
    kind: Kind
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    group: tuple[str, ...] = ()
    reads: str = ""

    def __post_init__(self) -> None:
        """Reject a spec that no merge could be made from."""
        missing = {*self.key, *self.group} - {column.name for column in self.columns}
        if missing or not self.key:
            raise ValueError(f"Stream {self.name}: key columns {missing or '(none)'} do not exist.")
        if (self.kind == "edges") != bool(self.reads):
            raise ValueError(f"Stream {self.name}: edges, and only edges, name their reads.")

    @property
    def column_names(self) -> tuple[str, ...]:
        """The columns in their order."""
        return tuple(column.name for column in self.columns)

    @property
    def payload(self) -> tuple[str, ...]:
        """The columns that are not part of the key."""
        return tuple(name for name in self.column_names if name not in self.key)


def _columns(names: str, kind: str = TEXT, *, required: bool = False) -> tuple[Column, ...]:
    return tuple(Column(name, kind, required) for name in names.split())


def _object(name: str) -> Stream:
    """Spec of a kind of record.

    A row with `is_partial` holds some properties only (null: the property has no value): it is
    laid over what is stored, and the stored version counts as no newer for it. What is no CRM
    record (threads, messages, actors, files) keeps HubSpot's whole answer as its properties.
    """
    columns = (
        *_columns("id", required=True),
        *_columns("created_at updated_at", TIME, required=True),
        *_columns("archived", FLAG, required=True),
        *_columns("archived_at", TIME),
        *_columns("properties", JSON, required=True),
        *_columns("is_partial", FLAG),
    )
    return Stream(name, "object", columns, key=("id",))


def _snapshot(
    name: str, columns: Iterable[Column], key: str = "id", scope: tuple[str, ...] = ()
) -> Stream:
    names = key.split()
    required = tuple(Column(c.name, c.type, c.name in names or c.required) for c in columns)
    return Stream(name, "snapshot", required, key=tuple(names), group=scope)


_HISTORY = Stream(
    "ticket_property_history",
    "history",
    (
        *_columns("ticket_id property_name", required=True),
        *_columns("changed_at", TIME, required=True),
        *_columns("value", required=True),
        *_columns("occurrence sequence", NUMBER, required=True),
        *_columns("source_type source_id source_label updated_by_user_id"),
    ),
    key=("ticket_id", "property_name", "changed_at", "value", "occurrence"),
)

# HubSpot tells a thread's ticket of now. Which one a thread was seen to have left, and by when.
_THREAD_MOVES = Stream(
    "thread_moves",
    "history",
    (*_columns("thread_id ticket_id", required=True), *_columns("left_at", TIME, required=True)),
    key=("thread_id", "ticket_id", "left_at"),
)

_EDGE_GROUP = ("ticket_id", "object_type")

_EDGES = Stream(
    "ticket_associations",
    "edges",
    (*_columns("ticket_id object_type object_id", required=True), Column("types", JSON)),
    key=(*_EDGE_GROUP, "object_id"),
    group=_EDGE_GROUP,
    reads="ticket_association_reads",
)

_READS = Stream(
    "ticket_association_reads",
    "reads",
    _columns("ticket_id object_type", required=True),
    key=_EDGE_GROUP,
    group=_EDGE_GROUP,
)

_ENGAGEMENTS = ("notes", "emails", "calls", "meetings", "tasks")

_ENGAGEMENT_GROUP = ("engagement_type", "engagement_id", "object_type")

# Links of engagements to what is not a ticket; a ticket's own are in ticket_associations.
_ENGAGEMENT_EDGES = Stream(
    "engagement_associations",
    "edges",
    (*_columns(" ".join((*_ENGAGEMENT_GROUP, "object_id")), required=True), Column("types", JSON)),
    key=(*_ENGAGEMENT_GROUP, "object_id"),
    group=_ENGAGEMENT_GROUP,
    reads="engagement_association_reads",
)

_ENGAGEMENT_READS = Stream(
    "engagement_association_reads",
    "reads",
    _columns(" ".join(_ENGAGEMENT_GROUP), required=True),
    key=_ENGAGEMENT_GROUP,
    group=_ENGAGEMENT_GROUP,
)

_DATES = _columns("created_at updated_at", TIME)

_SNAPSHOTS = (
    _snapshot(
        "owners",
        (
            *_columns("id email type first_name last_name user_id"),
            Column("teams", JSON),
            Column("archived", FLAG),
            *_DATES,
        ),
    ),
    _snapshot(
        "pipelines",
        (*_columns("id label"), Column("display_order", NUMBER), Column("archived", FLAG), *_DATES),
    ),
    _snapshot(
        "stages",
        (
            *_columns("pipeline_id id label"),
            Column("display_order", NUMBER),
            *_columns("ticket_state"),
            *_columns("is_closed archived", FLAG),
            *_DATES,
        ),
        key="pipeline_id id",
    ),
    _snapshot(
        "properties",
        (
            *_columns("object_type name label description type field_type group_name"),
            Column("options", JSON),
            *_columns("calculated has_unique_value hidden hubspot_defined", FLAG),
            Column("modification_metadata", JSON),
            Column("archived", FLAG),
        ),
        key="object_type name",
        scope=("object_type",),
    ),
    _snapshot(
        "property_groups",
        (
            *_columns("object_type name label"),
            Column("display_order", NUMBER),
            Column("archived", FLAG),
        ),
        key="object_type name",
        scope=("object_type",),
    ),
    _snapshot("inboxes", (*_columns("id name type"), Column("archived", FLAG), *_DATES)),
    _snapshot(
        "account",
        _columns(
            "portal_id account_type time_zone company_currency ui_domain data_hosting_location"
        ),
        key="portal_id",
    ),
)

# Definitions as a run was shown them that read few tickets or a part of them: what is new there the
# next night must still find new, so only the report of drift looks at them.
_SHOWN = tuple(
    replace(stream, name=f"{stream.name}_shown", kind="shown")
    for stream in _SNAPSHOTS
    if stream.name == "properties"
)

STREAMS: dict[str, Stream] = {
    stream.name: stream
    for stream in (
        *(_object(name) for name in ("tickets", "contacts", "companies", "deals")),
        *(_object(name) for name in _ENGAGEMENTS),
        *(_object(name) for name in ("threads", "messages", "actors", "files")),
        _HISTORY,
        _THREAD_MOVES,
        _EDGES,
        _READS,
        _ENGAGEMENT_EDGES,
        _ENGAGEMENT_READS,
        *_SNAPSHOTS,
        *_SHOWN,
    )
}
