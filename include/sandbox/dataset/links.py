"""A dataset's associations, as events in time."""

from collections import defaultdict
from pathlib import Path

from include.sandbox.association_types import is_hubspot_defined
from include.sandbox.contents import Contents, Label, LinkEvent
from include.sandbox.dataset.rows import Table
from include.sandbox.store import ENGAGEMENTS, object_type_of

_COLUMNS = ("from_type", "from_id", "to_type", "to_id", "type_id", "created_at")
_FOREVER = 1 << 62

Pair = tuple[str, int, str, int]
Span = tuple[int, int, int]  # (from, to, type id)


def read_links(folder: Path, contents: Contents) -> None:
    """Read associations; an edge is in force once both its records exist."""
    table = Table(folder, "associations.csv.gz", _COLUMNS)
    related = ("contacts", "companies", "deals")
    files = {t: (folder / f"{t}.csv.gz").exists() for t in related}
    files |= dict.fromkeys(ENGAGEMENTS, (folder / "engagements.csv.gz").exists())
    files["tickets"] = True
    spans: dict[Pair, list[Span]] = defaultdict(list)
    for cells in table.rows():
        row = dict(zip(table.columns, cells, strict=True))
        pair, born = _pair(table, contents, files, row)
        type_id = table.whole_number(row["type_id"], "type_id")
        begins = table.moment(row["created_at"], "created_at")
        removed = row.get("removed_at") or ""
        ends = table.moment(removed, "removed_at") if removed else _FOREVER
        if ends < begins:
            raise table.broken("removed_at is earlier than created_at")
        spans[pair].append((max(begins, born), ends, type_id))
        label = row.get("label") or ""
        if label and not is_hubspot_defined(pair[0], pair[2], type_id):
            contents.labels.append(Label(pair[0], pair[2], type_id, label))
    for pair, pair_spans in spans.items():
        contents.links.extend(_events(pair, pair_spans))
    contents.labels = list(dict.fromkeys(contents.labels))


def _pair(
    table: Table, contents: Contents, files: dict[str, bool], row: dict[str, str]
) -> tuple[Pair, int]:
    """Return a row's pair and the moment from which both its records exist."""
    ends, born = [], 0
    for type_column, id_column in (("from_type", "from_id"), ("to_type", "to_id")):
        object_type = object_type_of(row[type_column])
        if object_type is None:
            raise table.broken(f"{type_column} {row[type_column]!r} is no object type")
        record_id = table.whole_number(row[id_column], id_column)
        record = contents.records[object_type].get(record_id)
        if record is not None:
            born = max(born, record.created)
        elif files[object_type]:
            raise table.broken(f"{object_type} {record_id} is unknown")
        ends += [object_type, record_id]
    return tuple(ends), born


def _events(pair: Pair, spans: list[Span]) -> list[LinkEvent]:
    """Return a pair's events; when its last type goes, so does the edge."""
    events: list[LinkEvent] = []
    for place, (begins, ends, type_id) in enumerate(spans):
        if ends <= begins:  # gone before both records existed
            continue
        events.append(LinkEvent(begins, "link", *pair, type_id))
        if ends == _FOREVER:
            continue
        stays = any(
            other_begins <= ends and (other_ends, other) > (ends, place)
            for other, (other_begins, other_ends, _) in enumerate(spans)
            if other != place
        )
        operation = "unlink" if stays else "unlink_all"
        events.append(LinkEvent(ends, operation, *pair, type_id))
    return events
