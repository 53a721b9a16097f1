"""A filter or a fallback owner that nobody knows is refused; what is spelled like it is named."""

import pytest

from include.migration.choice_checks import require_known
from include.migration.choices import PlanChoices
from include.migration.errors import PreflightRefused
from include.warehouse.connection import open_warehouse
from tests.include.hubspot.sessions import open_session

TICKETS = [
    '{"hs_ticket_priority": "HIGH", "subject": "a secret", "tier": "gold"}',
    '{"hs_ticket_priority": "LOW", "subject": "another one", "tier": null}',
]
PROPERTIES = [
    ("tickets", "hs_ticket_priority", "enumeration", False, None),
    ("tickets", "subject", "string", False, None),
    ("tickets", "tier", "enumeration", False, None),
    ("tickets", "gone", "string", True, None),
    ("contacts", "email", "string", False, None),
]


@pytest.fixture
def require(tmp_path, portals):
    """Ask whether choices are known to two tickets of a source and to the target's owners."""
    warehouse = tmp_path / "source.duckdb"
    with open_warehouse(warehouse) as connection:
        connection.execute(
            "create schema raw; create table raw.tickets (id varchar, properties varchar); "
            "create table raw.properties (object_type varchar, name varchar, type varchar, "
            "archived boolean, removed_at timestamp)"
        )
        for number, properties in enumerate(TICKETS):
            connection.execute("insert into raw.tickets values (?, ?)", [str(number), properties])
        for row in PROPERTIES:
            connection.execute("insert into raw.properties values (?, ?, ?, ?, ?)", row)

    def run(*filters, owner=None):
        with open_session(portals.target) as target:
            require_known(PlanChoices(filter=filters, fallback_owner=owner), warehouse, target)

    return run


def test_what_fits_is_let_through(require, portals):
    owners = portals.target.get("/crm/v3/owners?limit=100")["results"]
    owner = next(one["email"] for one in owners if one["email"])
    require(("hs_ticket_priority", "HIGH"), ("tier", "gold"), owner=owner.upper())
    require()


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ([("hs_ticket_prioritty", "HIGH")], r"not have \(near it: hs_ticket_priority\): nothing"),
        ([("gone", "x")], "property that the source's tickets do not have"),
        ([("email", "x")], "property that the source's tickets do not have"),
        ([("hs_ticket_priority", "HIHG")], r"fits no ticket of the source \(near it: HIGH\)"),
        ([("hs_ticket_priority", "LOW"), ("tier", "gold")], "no ticket .* all the filters"),
    ],
)
def test_a_filter_that_fits_nothing_is_refused(require, filters, said):
    with pytest.raises(PreflightRefused, match=said):
        require(*filters)


def test_what_other_tickets_say_is_not_told(require):
    with pytest.raises(PreflightRefused, match="subject=a secre") as refused:
        require(("subject", "a secre"))
    assert "a secret" not in str(refused.value)


def test_a_fallback_owner_whom_the_target_does_not_know_is_refused(require, portals):
    owners = portals.target.get("/crm/v3/owners?limit=100")["results"]
    email = next(one["email"] for one in owners if one["email"])
    with pytest.raises(PreflightRefused, match=f"no active owner .*{email}.*: nothing was"):
        require(owner=f"x{email}")
    archived = portals.target.get("/crm/v3/owners?limit=100&archived=true")["results"]
    gone = next(one["email"] for one in archived if one["email"])
    with pytest.raises(PreflightRefused, match="no active owner of the target"):
        require(owner=gone)
