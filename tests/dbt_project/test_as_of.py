"""An earlier `as_of`: the marts of that day, from what had happened by then."""

import json
import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.dbt_project.dbt_run import Built, run_dbt
from tests.dbt_project.random_tickets import AS_OF, policy_files, portal_of, random_ticket
from tests.dbt_project.raw_portal import RawPortal
from tests.dbt_project.reference_ticket import PIPELINE, STAGE, Ticket

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
    "ticket_chats": "ticket_id, thread_id",
    "ticket_inbox": "ticket_id",
    "ticket_timeline": "ticket_id, timeline_position",
    "sla_attainment_daily": "day, metric, priority, pipeline_id, team, owner_id",
    "resolution_daily": "day, priority, pipeline_id, team",
    "backlog_daily": "day, pipeline_id, priority",
    "tickets_wide": "ticket_id",
    "data_quality": "problem, detail",
    "pipelines": "pipeline_id",
    "stages": "pipeline_id, stage_id",
}
LOSER, SURVIVOR = "8001", "8002"


def _tickets() -> list[Ticket]:
    dice = random.Random(7)
    return [random_ticket(dice, str(1000 + number)) for number in range(120)]


def _by(ticket: Ticket, moment: datetime) -> Ticket:
    archived_at = ticket.archived_at
    archived_at = archived_at if archived_at and archived_at <= moment else None
    entries = [entry for entry in ticket.entries if entry[1] <= moment]
    messages = [message for message in ticket.messages if message[0] <= moment]
    return Ticket(ticket.ticket_id, ticket.created_at, entries, archived_at, messages)


def _portal_of(moment: datetime) -> RawPortal:
    """What a read at a moment finds."""
    portal = portal_of([_by(t, moment) for t in _tickets() if t.created_at <= moment])
    portal.add(
        "properties", object_type="tickets", name="floor", type="number", hubspot_defined=False
    )
    for ticket in portal.rows["tickets"]:
        # without a history, as some of a portal's own properties are
        told = json.loads(ticket["properties"]) | {"floor": ("3", "third")[int(ticket["id"]) % 2]}
        ticket["properties"] = json.dumps(told)
        _link_contacts(portal, ticket["id"], moment)
    _merge(portal, moment)
    later = THEN + timedelta(hours=2)
    if later <= moment:
        portal.add("pipelines", id="C", label="C", display_order=9, created_at=later)
        for pipeline_id in "AC":
            portal.add("stages", pipeline_id=pipeline_id, id="s0", label="s0", display_order=-1,
                       ticket_state="OPEN", is_closed=False, created_at=later)  # fmt: skip
    portal.data_as_of = moment
    return portal


def _link_contacts(portal: RawPortal, ticket_id: str, moment: datetime) -> None:
    """One there from the beginning, which some lose before and some after THEN, and one later."""
    number = int(ticket_id)
    before, after = THEN - timedelta(hours=5), THEN + timedelta(hours=5)
    gone_at = (None, before, after)[number % 3]
    if number % 4:
        portal.link(
            ticket_id, "contacts", "31", gone_at=gone_at if gone_at and gone_at <= moment else None
        )
    observed_at = (before, after)[number % 2]
    if observed_at <= moment:
        portal.link(ticket_id, "contacts", "32", observed_at=observed_at)


def _merge(portal: RawPortal, moment: datetime) -> None:
    """A ticket that was answered by e-mail, and merged with another after THEN.

    What the merge made is as old as the older of the two, and has its history.
    """
    created_at, merged_at = THEN - timedelta(hours=9), THEN + timedelta(hours=1)
    history = [(PIPELINE, created_at, "A"), (STAGE, created_at, "s2")]
    portal.ticket(LOSER, created_at, history)
    portal.read_emails(LOSER)
    for key, hours, direction in (("e1", 1, "INCOMING_EMAIL"), ("e2", 2, "EMAIL")):
        when = created_at + timedelta(hours=hours)
        portal.engagement(LOSER, "emails", key, when, hs_email_direction=direction)
    # Its chat is found with the other ticket from the merge on, and had been found with it before.
    is_merged = merged_at <= moment
    portal.thread(SURVIVOR if is_merged else LOSER, "t8001", created_at + timedelta(hours=1))
    portal.message("t8001", "8001-1", created_at + timedelta(minutes=70), "V-31")
    portal.message("t8001", "8001-2", created_at + timedelta(minutes=80), "A-7")
    if is_merged:
        seen_at = merged_at + timedelta(hours=3)
        portal.add("thread_moves", thread_id="t8001", ticket_id=LOSER, left_at=seen_at)
        lists = ("hs_merged_object_ids", merged_at, f"{LOSER};8003")
        portal.ticket(SURVIVOR, created_at, [*history, lists])


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> tuple[Built, Built]:
    """A build of today that looks back, and a build of that day."""
    folder: Path = tmp_path_factory.mktemp("as_of")
    late, early = _portal_of(AS_OF), _portal_of(THEN)
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
    assert then
    assert back == then


@pytest.mark.parametrize(
    "later",
    [
        "tickets where created_at",
        "tickets where archived_at",
        "ticket_property_history where property_name = 'hs_merged_object_ids' and changed_at",
        "messages where created_at",
        "ticket_associations where object_type = 'contacts' and observed_at",
        "ticket_associations where object_type = 'contacts' and gone_at",
        "stages where created_at",
        "pipelines where created_at",
    ],
)
def test_what_looks_back_has_something_to_leave_out(
    builds: tuple[Built, Built], later: str
) -> None:
    back, then = (built.raw(f"select count(*) from raw.{later} > '{THEN}'") for built in builds)
    assert back[0][0] > 0
    # an edge of the first read is observed then, whenever that was
    assert then == [(0,)] or "observed_at" in later
