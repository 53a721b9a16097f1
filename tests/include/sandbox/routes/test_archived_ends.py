"""Links to archived records show nowhere, and come back with the record."""

from __future__ import annotations

from typing import Any

from tests.include.sandbox.asking import Asker
from tests.include.sandbox.portals import generated_portal

TICKETS = "/crm/v3/objects/tickets"


def picture(ask: Asker, ticket: int, company: int) -> dict[str, Any]:
    """Every way in which a ticket's link to a company can be seen."""
    names = "hs_num_associated_companies,hs_primary_company_id"
    _, single = ask("GET", f"{TICKETS}/{ticket}?associations=companies&properties={names}")
    _, listed = ask("GET", f"{TICKETS}?after={ticket}&limit=1&associations=companies")
    linked = {"propertyName": "associations.company", "operator": "EQ", "value": str(company)}
    search = {"filterGroups": [{"filters": [linked]}], "limit": 200}
    _, found = ask("POST", f"{TICKETS}/search", search)
    path = "/crm/v4/associations/tickets/companies/batch/read"
    _, read = ask("POST", path, {"inputs": [{"id": str(ticket)}]})
    return {
        "number": single["properties"]["hs_num_associated_companies"],
        "primary": single["properties"]["hs_primary_company_id"],
        "inline": "associations" in single,
        "listed": "associations" in listed["results"][0],
        "found": str(ticket) in {row["id"] for row in found["results"]},
        "read": bool(read["results"]),
    }


def test_an_archived_companys_links_are_shown_by_no_route_until_it_is_restored() -> None:
    portal = generated_portal(40, 1, "2026-06-01T00:00:00Z")
    ask = Asker(portal)
    edges = portal.associations.edges[("tickets", "companies")]
    live = set(portal.stores["tickets"].live)
    ticket, company = next(
        (ticket, next(iter(ends)))
        for ticket, ends in edges.items()
        if len(ends) == 1 and ticket in live and 26 in next(iter(ends.values()))
    )
    before = {"number": "1", "primary": str(company), "inline": True, "listed": True,
              "found": True, "read": True}  # fmt: skip
    assert picture(ask, ticket, company) == before
    assert ask("DELETE", f"/crm/v3/objects/companies/{company}")[0] == 204
    after = {"number": "0", "primary": None, "inline": False, "listed": False, "found": False,
             "read": False}  # fmt: skip
    assert picture(ask, ticket, company) == after
    assert portal.restore("companies", company)
    assert picture(ask, ticket, company) == before
