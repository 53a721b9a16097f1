"""One portal of random lives, built once for all tests that only read its marts."""

import json
import random
from datetime import timedelta

import pytest

from tests.dbt_project.dbt_run import Built, run_dbt
from tests.dbt_project.random_tickets import AS_OF, policy_files, portal_of, random_ticket
from tests.dbt_project.raw_portal import RawPortal
from tests.dbt_project.reference_ticket import PIPELINE, PRIORITY, STAGE, Ticket

WITHOUT_TESTS = ("build", "--exclude-resource-type", "unit_test", "--exclude-resource-type", "test")
_CUSTOM = {
    "floor": ("number", ["3", "4.5", "", "third"]),
    "due_on": ("date", ["2026-03-01", "1772323200000", "soon"]),
    # the last two would be in the years 298,000 and 9,999,999
    "seen_at": (
        "datetime",
        ["2026-03-01T10:00:00Z", "never", "9300000000000000", "9223372036854775807", "infinity"],
    ),
    "is_vip": ("bool", ["true", "false", "perhaps"]),
    "rooms": ("enumeration", ["a;b", "c"]),
    "ticket_id": ("string", ["mine"]),
}


# The values of a ticket's level, and the rises that they are: 2.5 is no level, neither 2 nor 3.
RISES_BY_LEVELS = {
    (): [],
    ("1",): [(0, 1)],
    ("1", "3"): [(0, 1), (1, 3)],
    ("2", "x", "2.5", "1", "2"): [(0, 2), (1, 2)],
    ("1", "2.5"): [(0, 1)],
}


def lived_in_tickets(number: int = 80) -> list[Ticket]:
    """The tickets of that portal, as they were made up."""
    dice = random.Random(11)
    short = [random_ticket(dice, str(1000 + n)) for n in range(number)]
    return [*short, _old_ticket("2001", 80), _old_ticket("2002", 12)]


def _old_ticket(ticket_id: str, days: int) -> Ticket:
    """One that was open for long, closed, and is open again."""
    start = AS_OF - timedelta(days=days)
    moves = enumerate(("s2", "s6", "s2"))
    stages = [(STAGE, start + number * (AS_OF - start) / 2.5, stage) for number, stage in moves]
    return Ticket(ticket_id, start, [(PIPELINE, start, "A"), (PRIORITY, start, "LOW"), *stages])


def lived_in_portal(number: int = 80) -> RawPortal:
    """A portal with owners, companies, custom properties and rises of the escalation level."""
    dice = random.Random(12)
    portal = portal_of(lived_in_tickets(number))
    for name, (kind, _) in _CUSTOM.items():
        portal.add("properties", object_type="tickets", name=name, type=kind, hubspot_defined=False)
    # The second took the first in.
    for company, merged in (("81", ""), ("82", "81")):
        values = json.dumps({"name": "C", "hs_merged_object_ids": merged})
        portal.add("companies", id=company, created_at=AS_OF, archived=False, properties=values)
    portal.add("contacts", id="71", created_at=AS_OF, archived=True, archived_at=AS_OF)
    portal.add("deals", id="91", created_at=AS_OF, archived=False, properties='{"amount": "much"}')
    for position, ticket in enumerate(portal.rows["tickets"]):
        values = json.loads(ticket["properties"])
        values |= {name: dice.choice(told) for name, (_, told) in _CUSTOM.items()}
        values |= {"hubspot_owner_id": dice.choice("567"), "hubspot_team_id": dice.choice("12")}
        ticket["properties"] = json.dumps(values)
        if position % 3 == 0:
            portal.link(ticket["id"], "companies", dice.choice(("81", "82")), types=((26, None),))
        if position % 4 == 0:
            # Of these contacts 71 was archived, and nobody has read the others.
            for contact_id in dice.choice((("71",), ("72", "73"))):
                portal.link(ticket["id"], "contacts", contact_id)
        for step, level in enumerate(dice.choice([*RISES_BY_LEVELS])):
            portal.add(
                "ticket_property_history",
                ticket_id=ticket["id"],
                property_name="escalation_level",
                changed_at=ticket["created_at"] + timedelta(minutes=step),
                value=level,
                occurrence=1,
                sequence=1,
                source_type="CRM_UI",
                source_id="userId:7",
            )
    return portal


@pytest.fixture(scope="session")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("lived_in")
    built = run_dbt(folder, lived_in_portal(), *WITHOUT_TESTS, policies=policy_files())
    assert built.code == 0, built.output
    return built
