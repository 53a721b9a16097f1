"""What must be true of the published marts of the incident log, each a question to both sides."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks import incident_log

STAGE_GAPS = """
    select count(*) from (
        select
            entered_at,
            lag(exited_at) over life as left_at,
            row_number() over life as visit
        from marts.ticket_stage_intervals
        window life as (partition by ticket_id order by visit_number)
    )
    where visit > 1 and left_at is distinct from entered_at
"""
LATE_STARTS = """
    select count(*) from marts.ticket_stage_intervals
    inner join marts.tickets using (ticket_id)
    where visit_number = 1 and entered_at <> created_at
"""
LIFELESS = """
    select count(*) from marts.tickets
    where ticket_id not in (select ticket_id from marts.ticket_stage_intervals)
"""
LAST_VALUE = """
    select ticket_id, last(new_value order by changed_at, sequence)
    from marts.ticket_property_history
    where property_name = ?
    group by ticket_id
"""


@dataclass(frozen=True)
class Answer:
    """One question: what was expected, and what the marts say."""

    question: str
    expected: object
    found: object

    @property
    def is_right(self) -> bool:
        """Tell whether the marts say what was expected."""
        return self.expected == self.found


def ask(published: Path) -> list[Answer]:
    """Ask the published file everything that is known of the log.

    Args:
        published: the file that analysts read.
    """
    truth = {row["ticket_id"]: row for row in incident_log.rows("truth")}
    changes = Counter(row["property"] for row in incident_log.rows("property_changes"))
    edges = sum(1 for _ in incident_log.rows("associations"))
    with duckdb.connect(str(published), read_only=True) as marts:
        return [
            Answer("tickets", len(truth), _one(marts, "select count(*) from marts.tickets")),
            Answer(
                "history rows of the dataset's properties",
                sum(changes.values()),
                _history(marts, list(changes)),
            ),
            Answer(
                "edges (pairs)",
                edges,
                _one(marts, "select count(*) from marts.ticket_associations"),
            ),
            *[_last_values(marts, truth, name) for name in ("reassignment_count", "reopen_count")],
            Answer("gaps or overlaps between stage intervals", 0, _one(marts, STAGE_GAPS)),
            Answer("lives that begin after creation", 0, _one(marts, LATE_STARTS)),
            Answer("tickets without a stage interval", 0, _one(marts, LIFELESS)),
            Answer("tickets whose SLA disagrees with made_sla", 13, _disagreements(marts, truth)),
        ]


def _one(marts: duckdb.DuckDBPyConnection, query: str) -> int:
    return marts.execute(query).fetchone()[0]


def _history(marts: duckdb.DuckDBPyConnection, properties: list[str]) -> int:
    # Values that a ticket was created with (subject, content, pipeline) have an entry too, at
    # created_at; the log's own file lists changes only.
    return marts.execute(
        "select count(*) from marts.ticket_property_history where list_contains(?, property_name)",
        [properties],
    ).fetchone()[0]


def _last_values(
    marts: duckdb.DuckDBPyConnection, truth: dict[str, dict[str, str]], name: str
) -> Answer:
    found = dict(marts.execute(LAST_VALUE, [name]).fetchall())
    wrong = sum(1 for ticket_id, row in truth.items() if found.get(ticket_id) != row[name])
    return Answer(f"tickets whose last {name} differs from the truth", 0, wrong)


def _disagreements(marts: duckdb.DuckDBPyConnection, truth: dict[str, dict[str, str]]) -> int:
    query = "select ticket_id, status from marts.ticket_slas where metric = 'resolution'"
    found = dict(marts.execute(query).fetchall())
    says = {"met": "true", "breached": "false"}
    return sum(1 for i, row in truth.items() if says.get(found.get(i)) != row["made_sla"])
