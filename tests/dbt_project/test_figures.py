"""Figures of the aggregates, reckoned again in plain Python from tickets, visits and clocks.

The portal's days are those of UTC here; days of other zones are in test_lives.py.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise, product
from typing import Any

import pytest

from tests.dbt_project.conftest import lived_in_tickets
from tests.dbt_project.dbt_run import Built
from tests.dbt_project.random_tickets import AS_OF

Row = dict[str, Any]
Figures = dict[tuple, tuple]
FINISHED = ("resolved", "closed")
# Who speaks on a made-up ticket: whatever of it an agent did that was meant for the customer.
TOUCHES = (
    *("outgoing email", "forwarded email", "bounced email", "answered call", "missed call"),
    *("agent message", "failed message"),
)
AGES = ((0, 1), (1, 3), (3, 7), (7, 30), (30, 10_000))


def _table(built: Built, name: str) -> list[Row]:
    columns = [
        row[0]
        for row in built.rows(
            "select column_name from information_schema.columns where table_schema = 'marts' "
            f"and table_name = '{name}' order by ordinal_position"
        )
    ]
    return [dict(zip(columns, row, strict=True)) for row in built.rows(f"from marts.{name}")]


def _percentile(values: Iterable[float | None], share: float) -> float | None:
    """Between the two values nearest to it, in proportion."""
    known = sorted(value for value in values if value is not None)
    if not known:
        return None
    place = share * (len(known) - 1)
    low = int(place)
    high = min(low + 1, len(known) - 1)
    return known[low] + (place - low) * (known[high] - known[low])


def _cubed(
    rows: Iterable[Row], fixed: tuple[str, ...], free: tuple[str, ...]
) -> dict[tuple, list[Row]]:
    """Rows by their values; each of the free ones also counts under `all`."""
    groups: dict[tuple, list[Row]] = defaultdict(list)
    for row in rows:
        values = ((row[name] or "none", "all") for name in free)
        for combination in product(*values):
            groups[(*(row[name] for name in fixed), *combination)].append(row)
    return groups


def _figures(rows: list[Row], keys: tuple[str, ...], figures: tuple[str, ...]) -> Figures:
    return {tuple(row[k] for k in keys): tuple(row[f] for f in figures) for row in rows}


def _assert_same(found: Figures, expected: Figures) -> None:
    assert found.keys() == expected.keys()
    assert len(found) > 1
    for key, values in expected.items():
        assert found[key] == pytest.approx(values, nan_ok=False), key
    for position in range(len(next(iter(expected.values())))):
        assert any(values[position] for values in expected.values()), f"figure {position} is empty"


def _tickets(built: Built) -> dict[str, Row]:
    return {row["ticket_id"]: row for row in _table(built, "tickets")}


def _outcomes(built: Built) -> Iterator[Row]:
    """Clocks that stopped or breached, with their ticket and the day that they count on."""
    tickets = _tickets(built)
    for clock in _table(built, "ticket_slas"):
        moments = [m for m in (clock["stopped_at"], clock["breached_at"]) if m]
        if clock["status"] == "unknown" or not moments:
            continue
        when = min(moments)
        yield {
            **tickets[clock["ticket_id"]],
            **{k: clock[k] for k in ("metric", "priority", "elapsed_seconds")},
            **{"day": when.date(), "counted_at": when, "is_met": clock["status"] == "met"},
        }


class _Spans:
    """When a ticket was open, from its visits."""

    def __init__(self, ticket: Row, visits: list[Row]) -> None:
        self.created_at: datetime = ticket["created_at"]
        self.ended_at: datetime | None = ticket["archived_at"]
        told = [(v["entered_at"], v["category"] not in FINISHED) for v in visits]
        self.states = [
            state
            for state in told or [(self.created_at, True)]
            if self.ended_at is None or state[0] < self.ended_at
        ]

    def closings(self) -> list[datetime]:
        turns = pairwise([(self.created_at, True), *self.states])
        return [when for (_, was_open), (when, is_open) in turns if was_open and not is_open]

    def reopenings(self) -> list[datetime]:
        return [when for (_, old), (when, new) in pairwise(self.states) if new and not old]

    def removal(self) -> datetime | None:
        return self.ended_at if self.states and self.states[-1][1] else None

    def is_open(self, moment: datetime) -> bool:
        if self.created_at > moment or (self.ended_at and self.ended_at <= moment):
            return False
        begun = [is_open for when, is_open in self.states if when <= moment]
        return begun[-1] if begun else True


def _spans(built: Built) -> dict[str, _Spans]:
    visits: dict[str, list[Row]] = defaultdict(list)
    for visit in sorted(_table(built, "ticket_stage_intervals"), key=lambda v: v["visit_number"]):
        visits[visit["ticket_id"]].append(visit)
    return {key: _Spans(ticket, visits[key]) for key, ticket in _tickets(built).items()}


def test_percentiles_of_resolutions(lived_in: Built) -> None:
    rows = [
        ticket
        | {"day": (ticket["created_at"] + timedelta(seconds=ticket["resolution_seconds"])).date()}
        for ticket in _tickets(lived_in).values()
        if ticket["resolution_seconds"] is not None
    ]
    free = ("priority", "pipeline_id", "team")
    expected = {
        key: (
            *(_percentile((t["resolution_seconds"] for t in group), p) for p in (0.5, 0.9, 0.95)),
            *(
                _percentile((t["resolution_business_seconds"] for t in group), p)
                for p in (0.5, 0.9, 0.95)
            ),
            len(group),
        )
        for key, group in _cubed(rows, ("day",), free).items()
    }
    names = [f"p{p}_{unit}" for unit in ("seconds", "business_seconds") for p in (50, 90, 95)]
    found = _table(lived_in, "resolution_daily")
    _assert_same(_figures(found, ("day", *free), (*names, "closed_count")), expected)


def test_attainment_and_the_median_of_a_day(lived_in: Built) -> None:
    free = ("priority", "pipeline_id", "team", "owner_id")
    expected = {
        key: (
            sum(clock["is_met"] for clock in group),
            sum(not clock["is_met"] for clock in group),
            _percentile((clock["elapsed_seconds"] for clock in group), 0.5),
        )
        for key, group in _cubed(_outcomes(lived_in), ("day", "metric"), free).items()
    }
    found = _table(lived_in, "sla_attainment_daily")
    figures = ("met_count", "breached_count", "median_elapsed_seconds")
    _assert_same(_figures(found, ("day", "metric", *free), figures), expected)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _weekly_facts(built: Built) -> Iterator[Row]:
    tickets, spans = _tickets(built), _spans(built)
    spoken = {t.ticket_id: t.messages for t in lived_in_tickets()}
    for ticket_id, ticket in tickets.items():
        if ticket["resolution_seconds"] is not None:
            seconds = ticket["resolution_seconds"]
            when = ticket["created_at"] + timedelta(seconds=seconds)
            yield ticket | {"at": when, "fact": "resolution", "amount": seconds}
        touches = sum(kind in TOUCHES for _, kind in spoken[ticket_id])
        for when in spans[ticket_id].closings():
            yield ticket | {"at": when, "fact": "touches", "amount": touches}
    for clock in _table(built, "ticket_slas"):
        if clock["metric"] == "first_response" and clock["stopped_at"]:
            seconds = (clock["stopped_at"] - clock["started_at"]).total_seconds()
            fact = {"at": clock["stopped_at"], "fact": "first_response", "amount": seconds}
            yield tickets[clock["ticket_id"]] | fact
    for outcome in _outcomes(built):
        yield outcome | {"at": outcome["counted_at"], "fact": "met", "amount": outcome["is_met"]}


@pytest.mark.parametrize(
    ("mart", "dimension"),
    [("agent_performance_weekly", "owner_id"), ("team_performance_weekly", "team")],
)
def test_medians_of_a_week(lived_in: Built, mart: str, dimension: str) -> None:
    facts = [fact | {"week": _monday(fact["at"].date())} for fact in _weekly_facts(lived_in)]
    expected = {}
    for key, group in _cubed(facts, ("week",), (dimension,)).items():
        amounts: dict[str, list[float]] = defaultdict(list)
        for fact in group:
            amounts[fact["fact"]].append(fact["amount"])
        met = amounts["met"]
        medians = (
            _percentile(amounts[f], 0.5) for f in ("first_response", "resolution", "touches")
        )
        expected[key] = (*medians, sum(met) / len(met) if met else None)
    figures = ("first_response_p50_seconds", "resolution_p50_seconds", "touches_p50")
    found = _figures(_table(lived_in, mart), ("week", dimension), (*figures, "attainment_ratio"))
    # Weeks in which a ticket was only assigned or reopened have none of these figures.
    found = {key: values for key, values in found.items() if any(v is not None for v in values)}
    _assert_same(found, expected)


def _last_90_days(moments: Iterable[datetime]) -> bool:
    return any(moment.date() > (AS_OF - timedelta(days=90)).date() for moment in moments)


def test_ninety_days_of_a_company(lived_in: Built) -> None:
    spans = _spans(lived_in)
    linked: dict[str, set[str]] = defaultdict(set)
    for link in _table(lived_in, "ticket_associations"):
        if link["object_type"] == "companies" and link["archived_at"] is None:
            linked[link["object_id"]].add(link["ticket_id"])
    outcomes = list(_outcomes(lived_in))
    expected = {}
    for company, tickets in linked.items():
        met = [
            o["is_met"]
            for o in outcomes
            if o["ticket_id"] in tickets and o["counted_at"] > AS_OF - timedelta(days=90)
        ]
        closed = sum(_last_90_days(spans[ticket].closings()) for ticket in tickets)
        reopened = sum(_last_90_days(spans[ticket].reopenings()) for ticket in tickets)
        expected[(company,)] = (
            met.count(False),
            met.count(True) / len(met),
            reopened / closed,
        )
    found = _table(lived_in, "company_health")
    figures = ("breached_90d", "attainment_90d", "reopen_ratio_90d")
    _assert_same(_figures(found, ("company_id",), figures), expected)


def test_ages_and_removals_of_the_backlog(lived_in: Built) -> None:
    tickets, spans = _tickets(lived_in), _spans(lived_in)
    found = _table(lived_in, "backlog_daily")
    chosen: dict[tuple, list[str]] = defaultdict(list)
    for key, group in _cubed(tickets.values(), (), ("pipeline_id", "priority")).items():
        chosen[key] = [ticket["ticket_id"] for ticket in group]
    expected = {}
    for row in found:
        day = datetime.combine(row["day"], datetime.min.time())
        moment = min(day + timedelta(days=1, microseconds=-1), AS_OF)
        mine = [spans[t] for t in chosen[row["pipeline_id"], row["priority"]]]
        ages = [(moment - s.created_at) / timedelta(days=1) for s in mine if s.is_open(moment)]
        expected[row["day"], row["pipeline_id"], row["priority"]] = (
            sum(bool(s.removal()) and s.removal().date() == row["day"] for s in mine),
            *(sum(low <= age < high for age in ages) for low, high in AGES),
        )
    names = ("0_1d", "1_3d", "3_7d", "7_30d", "30d_plus")
    figures = ("removed_count", *(f"open_{name}" for name in names))
    keys = ("day", "pipeline_id", "priority")
    _assert_same(_figures(found, keys, figures), expected)
