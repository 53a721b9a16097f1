"""An earlier `as_of`: the marts of that day, from what had happened by then."""

import random
from datetime import timedelta
from pathlib import Path

import pytest

from tests.dbt_project.dbt_run import Built, run_dbt
from tests.dbt_project.random_tickets import AS_OF, policy_files, portal_of, random_ticket
from tests.dbt_project.reference_ticket import Ticket

WITHOUT_TESTS = ("build", "--exclude-resource-type", "unit_test", "--exclude-resource-type", "test")
THEN = AS_OF - timedelta(days=1, hours=3)
MARTS = {
    "tickets": "ticket_id",
    "ticket_slas": "ticket_id, metric, cycle",
    "ticket_stage_intervals": "ticket_id, visit_number",
    "ticket_property_history": "activity_id",
    "ticket_activities": "activity_id",
    "ticket_associations": "ticket_id, object_type, object_id, associated_at",
    "ticket_sla_events": "sla_event_id",
    "ticket_responses": "response_id",
    "ticket_chats": "thread_id",
    "ticket_inbox": "ticket_id",
    "sla_attainment_daily": "day, metric, priority, pipeline_id, team, owner_id",
}


def _tickets() -> list[Ticket]:
    dice = random.Random(7)
    return [random_ticket(dice, str(1000 + number)) for number in range(120)]


def _of_that_day(ticket: Ticket) -> Ticket:
    archived_at = ticket.archived_at if ticket.archived_at and ticket.archived_at <= THEN else None
    entries = [entry for entry in ticket.entries if entry[1] <= THEN]
    messages = [message for message in ticket.messages if message[0] <= THEN]
    return Ticket(ticket.ticket_id, ticket.created_at, entries, archived_at, messages)


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> tuple[Built, Built]:
    """A build of today that looks back, and a build of that day."""
    folder: Path = tmp_path_factory.mktemp("as_of")
    late = portal_of(_tickets())
    early = portal_of([_of_that_day(t) for t in _tickets() if t.created_at <= THEN])
    early.data_as_of = THEN
    built = []
    for name, portal, as_of in (
        # with an offset, as Python writes a moment that has a zone
        ("back", late, THEN.isoformat() + "+00:00"),
        ("then", early, None),
    ):
        (folder / name).mkdir()
        result = run_dbt(
            folder / name, portal, *WITHOUT_TESTS, policies=policy_files(), as_of=as_of
        )
        assert result.code == 0, result.output
        built.append(result)
    return built[0], built[1]


@pytest.mark.parametrize("mart", MARTS)
def test_looking_back_equals_the_build_of_that_day(builds: tuple[Built, Built], mart: str) -> None:
    back, then = (
        built.rows(f"select * from marts.{mart} order by {MARTS[mart]}") for built in builds
    )
    assert then or mart == "ticket_associations"
    assert back == then
