from __future__ import annotations

import pytest

from tests.include.sandbox.asking import Asker
from tests.include.sandbox.portals import generated_portal

LIMITS = "/crm/v3/limits"


@pytest.fixture(scope="module")
def ask() -> Asker:
    return Asker(generated_portal(60, 1, "2026-06-01T00:00:00Z"))


def tickets(rows: list[dict]) -> dict:
    return next(row for row in rows if row["objectTypeId"] == "0-5")


@pytest.mark.parametrize("root", [LIMITS, "/crm/limits/2026-03", "/crm/limits/2026-09"])
def test_records_pipelines_and_properties_are_counted(ask: Asker, root: str) -> None:
    _, body = ask("GET", f"{root}/records")
    row = tickets(body["hubspotDefinedObjectTypes"])
    assert row["usage"] == len(ask.portal.stores["tickets"].live)
    assert row["percentage"] == round(100 * row["usage"] / row["limit"], 4)
    _, body = ask("GET", f"{root}/pipelines")
    assert tickets(body["hubspotDefinedObjectTypes"])["usage"] == 2
    _, body = ask("GET", f"{root}/custom-properties")
    listed = ask("GET", "/crm/v3/properties/tickets")[1]["results"]
    own = sum(not definition["hubspotDefined"] for definition in listed)
    assert tickets(body["byObjectType"])["usage"] == own > 0
    assert ask("GET", f"{root}/calculated-properties")[1]["overallUsage"] == 0
    assert ask("GET", f"{root}/custom-object-types")[1]["usage"] == 0


def test_labels_are_counted_for_each_pair(ask: Asker) -> None:
    query = "?fromObjectTypeId=0-5&toObjectTypeId=0-1"
    (row,) = ask("GET", f"{LIMITS}/associations/labels{query}")[1]["results"]
    assert (row["allLabels"], row["usage"]) == (["Requester", "CC"], 2)
    before = row["usage"]
    ask("POST", "/crm/v4/associations/tickets/contacts/labels", {"label": "One", "name": "one"})
    (row,) = ask("GET", f"{LIMITS}/associations/labels{query}")[1]["results"]
    assert row["usage"] == before + 1


def test_records_near_their_limit_of_links_are_named(
    ask: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("include.sandbox.routes.limits.LINKS", 2)
    _, body = ask("GET", f"{LIMITS}/associations/records/from")
    assert tickets(body["results"])["hasRecordsAtLimit"] is True
    _, body = ask("GET", f"{LIMITS}/associations/records/0-5/0-1")
    edges = ask.portal.associations.edges[("tickets", "contacts")]
    assert {row["recordId"] for row in body["results"]} == {
        str(ticket) for ticket, ends in edges.items() if len(ends) >= 1
    }
    assert ask("GET", f"{LIMITS}/associations/records/0-5/to")[0] == 200


def test_daily_usage_counts_the_calls_that_were_made(ask: Asker) -> None:
    path = "/account-info/v3/api-usage/daily/private-apps"
    (first,) = ask("GET", path)[1]["results"]
    for _ in range(3):
        ask("GET", "/crm/v3/owners")
    (second,) = ask("GET", path)[1]["results"]
    assert second["currentUsage"] == first["currentUsage"] + 4
