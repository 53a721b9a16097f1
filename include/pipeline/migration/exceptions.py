"""What a plan says will not be as it was: grouped by kind, with what to do about it.

The kinds are those of dbt's `plan_exceptions`; docs/migration.md has them too.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

EXAMPLES = 3

# What a person can do about each kind; rows of migration_maps.csv by their kind.
WHAT_TO_DO = {
    "property_conflict": "name another property (map: property), or leave it out (skip_property)",
    "absent_property": "nothing, or name another property (map: property)",
    "read_only_property": "nothing: HubSpot sets it itself, its moments are kept in source_*",
    "skipped_property": "nothing if it is meant, else take its row (skip_property) out of the map",
    "text_too_long": "nothing, or shorten it at the source: the rest is cut off",
    "unique_value_taken": "change the value of the target's record, or go without it",
    "stage_missing": "nothing, or give the ticket a stage at the source",
    "unmapped_option": "add it at the target, or, for tickets, name another one (map: option)",
    "owner_ids_kept": "name each owner of the target (map: option), or leave it out",
    "owner_without_target": "name an owner (map: owner), or everybody's (--fallback-owner)",
    "archived_stage": "nothing: it is made again; or name another stage (map: stage)",
    "stage_state_differs": "change the state of the target's stage, or name another (map: stage)",
    "orphan": "nothing, or restore the record at the source and sync it",
    "record_listed": "plan with --missing create, or name its counterpart (map: contact, …)",
    "refused_value": "correct the values at the source, or go without them",
    "file_listed": "nothing: its engagement goes over without it",
}


@dataclass(frozen=True)
class Group:
    """The exceptions of one kind.

    Attributes:
        kind: As dbt calls it.
        count: How many.
        reason: The most frequent, and how many more there are.
        examples: The first, as `tickets 42 content`; no value of a record.
        what_to_do: In words.
    """

    kind: str
    count: int
    reason: str
    examples: tuple[str, ...]
    what_to_do: str


def grouped(exceptions: Iterable[Mapping[str, Any]]) -> Iterator[Group]:
    """Group a plan's exceptions by kind, the most frequent first.

    Args:
        exceptions: As `migrate.shown` has them: kind, object_type, source_id, field, reason.
    """
    kinds: dict[str, list[Mapping[str, Any]]] = {}
    for one in exceptions:
        kinds.setdefault(one["kind"], []).append(one)
    for kind, rows in sorted(kinds.items(), key=lambda item: (-len(item[1]), item[0])):
        reasons = [str(row["reason"]) for row in rows]
        others = len(set(reasons)) - 1
        reason = max(sorted(set(reasons)), key=reasons.count)
        examples = dict.fromkeys(_named(row) for row in rows)
        yield Group(
            kind,
            len(rows),
            reason + (f" (and {others:,} more)" if others else ""),
            tuple(list(filter(None, examples))[:EXAMPLES]),
            WHAT_TO_DO.get(kind, "look it up in docs/migration.md"),
        )


def _named(row: Mapping[str, Any]) -> str:
    parts = (row.get("object_type"), row.get("source_id"), row.get("field"))
    return " ".join(str(part) for part in parts if part)
