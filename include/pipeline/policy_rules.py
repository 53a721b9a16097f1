"""The rules of the policy files: shape, names, and nothing that overlaps."""

import csv
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from include.pipeline.errors import PolicyError
from include.pipeline.policy_times import (
    Complain,
    Numbered,
    check_holidays,
    check_hours,
    moment,
    read_cell,
)

COLUMNS = {
    name: columns.split(",")
    for name, columns in {
        "sla_policies.csv": "portal_id,pipeline_id,priority,ticket_type,metric,target_minutes,"
        "calendar,pause_categories,stop_category,reopen,due_soon_minutes,valid_from,valid_to",
        "business_hours.csv": "calendar,weekday,opens_at,closes_at,time_zone",
        "holidays.csv": "calendar,date,name",
        "stage_categories.csv": "portal_id,pipeline_id,stage_id,category",
        "priorities.csv": "portal_id,value,priority",
        "property_map.csv": "portal_id,column,property",
        "response_engagements.csv": "portal_id,engagement_type",
    }.items()
}
MAY_BE_EMPTY = {"pause_categories", "stop_category", "reopen", "valid_from", "valid_to", "name"}
CATEGORIES = {"new", "open", "waiting", "on_hold", "resolved", "closed"}
PRIORITIES = {"LOW", "MEDIUM", "HIGH", "URGENT"}
METRICS = {"first_response", "next_response", "resolution"}
# What may count as a response besides e-mails and messages.
RESPONSE_ENGAGEMENTS = {"calls", "meetings"}
# What a portal may fill from a property of its own choice (dbt_project/macros/ticket_columns.sql).
MAPPED_COLUMNS = set(
    "subject content source pipeline stage priority owner merged_ticket_ids ticket_type "  # noqa: SIM905
    "service_address affected_services device_serial_numbers team escalation_level escalated_at "
    "escalated_to origin_type target_type tags ticket_number".split()
)
PROPERTY_NAME = re.compile(r"[\w.:-]{1,250}")
# The calendar table ends 131,072 days after the first ticket (int_calendar_windows); what is left
# is for the years of tickets so far and for holidays to come.
LONGEST_TARGET_DAYS = 100_000


def check_policies(files: dict[str, Path]) -> None:
    """Hold every rule of the policy files.

    Args:
        files: path by file name, all of `COLUMNS`.

    Raises:
        PolicyError: the first rule that is broken.
    """
    rows = {name: read_rows(path) for name, path in files.items()}
    for name, found in rows.items():
        _check_filled(found, _complainer(files[name]))
    hours = check_hours(rows["business_hours.csv"], _complainer(files["business_hours.csv"]))
    check_holidays(rows["holidays.csv"], set(hours), _complainer(files["holidays.csv"]))
    _check_slas(rows["sla_policies.csv"], hours, _complainer(files["sla_policies.csv"]))
    _check_names(rows, files)
    _check_mapping(rows["property_map.csv"], _complainer(files["property_map.csv"]))
    responses = "response_engagements.csv"
    _check_responses(rows[responses], _complainer(files[responses]))


def read_rows(path: Path) -> Numbered:
    """Read a policy file.

    Returns:
        (line of the file, values by column) pairs.

    Raises:
        PolicyError: unreadable, a column is missing, or a row has too many or too few cells.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            rows = [(reader.line_num, dict(row)) for row in reader]
            header = list(reader.fieldnames or [])
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise PolicyError(
            f"the policy file {path} cannot be read: {error}; nothing was published; make it a "
            "readable CSV file in UTF-8 and run again, which is safe."
        ) from error
    complain = _complainer(path)
    absent = [column for column in COLUMNS[path.name] if column not in header]
    if absent:
        raise complain(1, f"has no column {', '.join(absent)}")
    for number, row in rows:
        if None in row or None in row.values():
            raise complain(number, f"does not have {len(header)} cells")
    return [
        (number, {column: row[column].strip() for column in COLUMNS[path.name]})
        for number, row in rows
    ]


def _complainer(path: Path) -> Complain:
    def complain(row: int, what: str) -> PolicyError:
        return PolicyError(
            f"{path}, row {row}: {what}; nothing was published; mend the file and run again, "
            "which is safe."
        )

    return complain


def _check_filled(rows: Numbered, complain: Complain) -> None:
    for number, row in rows:
        # It would match no ticket, or all that have no value, and nobody would notice.
        empty = [name for name, cell in row.items() if not cell and name not in MAY_BE_EMPTY]
        if empty:
            raise complain(number, f"{', '.join(empty)} is empty")


def _check_slas(rows: Numbered, hours: dict[str, int], complain: Complain) -> None:
    seen: dict[tuple[str, ...], list[tuple[datetime, datetime]]] = {}
    for number, row in rows:
        _check_policy(number, row, hours, complain)
        start, end = (_validity(row, key, number, complain) for key in ("valid_from", "valid_to"))
        if start >= end:
            raise complain(number, "valid_to is not after valid_from")
        key = tuple(row[k] for k in COLUMNS["sla_policies.csv"][:5])
        for other_start, other_end in seen.setdefault(key, []):
            if start < other_end and other_start < end:
                raise complain(number, "the same policy stands above with overlapping validity")
        seen[key].append((start, end))


def _check_policy(
    number: int, row: dict[str, str], hours: dict[str, int], complain: Complain
) -> None:
    if row["calendar"] not in hours:
        raise complain(number, f"calendar '{row['calendar']}' is not in business_hours.csv")
    if row["metric"] not in METRICS:
        raise complain(number, f"metric '{row['metric']}' is unknown")
    if row["priority"] not in PRIORITIES | {"*"}:
        raise complain(number, f"priority '{row['priority']}' is not one of {_list(PRIORITIES)}")
    for key, least in (("target_minutes", 1), ("due_soon_minutes", 0)):
        if not (row[key].isascii() and row[key].isdecimal()) or int(row[key]) < least:
            raise complain(number, f"{key} '{row[key]}' is not a whole number of minutes")
        most = LONGEST_TARGET_DAYS * hours[row["calendar"]] // 7
        if int(row[key]) > most:
            raise complain(
                number,
                f"{key} '{row[key]}' is longer than {LONGEST_TARGET_DAYS} days of calendar "
                f"'{row['calendar']}', which are {most} minutes",
            )
    unknown = set(filter(None, row["pause_categories"].split(";"))) - CATEGORIES
    if unknown:
        raise complain(number, f"pause category '{_list(unknown)}' is unknown")
    if row["metric"] == "resolution" and row["stop_category"] not in ("closed", "resolved"):
        raise complain(number, f"stop_category '{row['stop_category']}' is not closed or resolved")
    if row["metric"] == "resolution" and row["reopen"] not in ("resume", "continue"):
        raise complain(number, f"reopen '{row['reopen']}' is not resume or continue")


def _validity(row: dict[str, str], key: str, number: int, complain: Complain) -> datetime:
    if not row[key]:
        return datetime.min if key == "valid_from" else datetime.max
    return read_cell(moment, row, key, number, complain)


def _check_names(rows: dict[str, Numbered], files: dict[str, Path]) -> None:
    for name, column, known in (
        ("stage_categories.csv", "category", CATEGORIES),
        ("priorities.csv", "priority", PRIORITIES),
    ):
        seen: set[tuple[str, ...]] = set()
        complain = _complainer(files[name])
        for number, row in rows[name]:
            if row[column] not in known:
                raise complain(number, f"{column} '{row[column]}' is not one of {_list(known)}")
            key = tuple(value for other, value in row.items() if other != column)
            if key in seen:
                raise complain(number, f"{', '.join(key)} stands twice")
            seen.add(key)


def _check_mapping(rows: Numbered, complain: Complain) -> None:
    seen: set[tuple[str, str]] = set()
    for number, row in rows:
        if row["column"] not in MAPPED_COLUMNS:
            known = _list(MAPPED_COLUMNS)
            raise complain(number, f"column '{row['column']}' is not one of {known}")
        # HubSpot's own rule for names, and what keeps a name from ending a string in SQL.
        if not PROPERTY_NAME.fullmatch(row["property"]):
            raise complain(number, f"'{row['property']}' is no property name of HubSpot")
        # Which of two would win is nobody's decision.
        key = (row["portal_id"], row["column"])
        if key in seen:
            raise complain(number, f"{', '.join(key)} stands twice")
        seen.add(key)


def _check_responses(rows: Numbered, complain: Complain) -> None:
    for number, row in rows:
        if row["engagement_type"] not in RESPONSE_ENGAGEMENTS:
            known = _list(RESPONSE_ENGAGEMENTS)
            raise complain(number, f"'{row['engagement_type']}' is not one of {known}")


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
