"""Hundreds of random tickets in one dbt run, each held to the reference, step by step."""

import os
import random
from datetime import timedelta
from pathlib import Path

import pytest

from tests.dbt_project.dbt_run import Built, run_dbt
from tests.dbt_project.random_tickets import policy_files, portal_of, random_ticket, world
from tests.dbt_project.reference_clock import Clock
from tests.dbt_project.reference_ticket import Ticket

# Another seed is another few hundred tickets: DBT_TEST_SEED=… DBT_TEST_TICKETS=….
SEED = int(os.environ.get("DBT_TEST_SEED", "1"))
COUNT = int(os.environ.get("DBT_TEST_TICKETS", "300"))
# Lives by the second, hours long, beside those by the minute, days long: their ids are longer.
SHORT = COUNT // 5
SECOND = timedelta(seconds=1)
SEEDS = [SEED, *(pytest.param(SEED + more, marks=pytest.mark.slow) for more in range(1, 7))]


@pytest.fixture(scope="module", params=SEEDS)
def tickets(request: pytest.FixtureRequest) -> list[Ticket]:
    dice = random.Random(request.param)
    long = [random_ticket(dice, str(1000 + number)) for number in range(COUNT)]
    return long + [random_ticket(dice, str(5_000_000 + n), SECOND) for n in range(SHORT)]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, tickets: list[Ticket]) -> Built:
    folder: Path = tmp_path_factory.mktemp("reference")
    result = run_dbt(
        folder,
        portal_of(tickets),
        *("build", "--exclude-resource-type", "unit_test"),
        policies=policy_files(),
    )
    assert result.code == 0, result.output
    return result


def test_clocks_equal_the_walk(built: Built, tickets: list[Ticket]) -> None:
    found = {
        row[:3]: Clock(*row[3:])
        for row in built.rows(
            """
            select ticket_id, metric, cycle, status, stopped_at, paused_at, paused_seconds / 60,
                elapsed_seconds / 60, target_seconds / 60, first_target_seconds / 60, due_at,
                breached_at
            from marts.ticket_slas
            """
        )
    }
    by_minute, by_second = world(), world(SECOND)
    expected = {
        (ticket.ticket_id, *key): clock
        for ticket in tickets
        for key, clock in (by_second if _is_short(ticket) else by_minute).clocks(ticket).items()
    }
    different = {
        key: (expected.get(key), found.get(key))
        for key in expected.keys() | found.keys()
        if expected.get(key) != found.get(key)
    }
    assert not different, _first(different, tickets)
    odd = [key for key, clock in expected.items() if (clock.elapsed or 0) % 1]
    assert len(odd) > SHORT / 2, "seconds were not walked"
    # The dice must have thrown every kind of outcome, or the comparison says little.
    if COUNT >= 300:
        every = {"met", "breached", "cancelled", "overdue", "active", "unknown", "due_soon"}
        thrown: dict[str, set[str]] = {}
        for (_, metric, _), clock in expected.items():
            thrown.setdefault(metric, set()).add(clock.status)
        assert thrown.pop("resolution") == every | {"paused"}
        assert set(thrown) == {"first_response", "next_response"}
        assert all(every - {"unknown", "due_soon"} <= found <= every for found in thrown.values())
        assert max(key[2] for key in expected) > 2


def test_visits_equal_the_walk(built: Built, tickets: list[Ticket]) -> None:
    found: dict[str, list] = {}
    for ticket_id, *visit in built.rows(
        """
        select ticket_id, entered_at, coalesce(pipeline_id, ''), coalesce(stage_id, '')
        from marts.ticket_stage_intervals order by ticket_id, visit_number
        """
    ):
        found.setdefault(ticket_id, []).append(tuple(visit))
    expected = {ticket.ticket_id: ticket.visits() for ticket in tickets if ticket.visits()}
    different = {
        ticket_id: (expected.get(ticket_id), found.get(ticket_id))
        for ticket_id in expected.keys() | found.keys()
        if expected.get(ticket_id) != found.get(ticket_id)
    }
    assert not different, _first(different, tickets)


def test_every_ticket_is_in_the_marts_with_its_last_values(
    built: Built, tickets: list[Ticket]
) -> None:
    assert built.one("select count(*), count(distinct ticket_id) from marts.tickets") == (
        len(tickets),
        len(tickets),
    )
    stages = dict(built.rows("select ticket_id, coalesce(stage_id, '') from marts.tickets"))
    assert stages == {t.ticket_id: (t.visits() or [(0, 0, "")])[-1][2] for t in tickets}


def _is_short(ticket: Ticket) -> bool:
    return len(ticket.ticket_id) == 7


def _first(different: dict[str, tuple], tickets: list[Ticket]) -> str:
    key = min(different)
    ticket_id = key if isinstance(key, str) else key[0]
    ticket = next(ticket for ticket in tickets if ticket.ticket_id == ticket_id)
    wanted, got = different[key]
    return f"{len(different)} differ; {key} of {ticket}\n expected {wanted}\n found    {got}"
