from __future__ import annotations

from pathlib import Path

from include.sandbox.moments import from_person
from tests.datasets import write_dataset
from tests.include.sandbox.asking import Asker
from tests.include.sandbox.portals import at, dataset_portal, generated_portal


def test_an_erased_contact_is_nowhere_any_more(tmp_path: Path) -> None:
    folder = write_dataset(
        tmp_path,
        tickets=[(1, at(1))],
        contacts=[{"id": 7, "email": "a@example.com"}, {"id": 8}],
        associations=[("tickets", 1, "contacts", 7, 16, "", at(1), "")],
    )
    ask = Asker(dataset_portal(folder, at(5), limits="off", index_lag_ms=60_000))
    contacts = "/crm/v3/objects/contacts"
    body = {"objectId": "a@example.com", "idProperty": "email"}
    assert ask("POST", f"{contacts}/gdpr-delete", body) == (204, None)
    for query in ("", "?archived=true"):
        assert ask("GET", f"{contacts}/7{query}")[0] == 404
        assert "7" not in {row["id"] for row in ask("GET", f"{contacts}{query}")[1]["results"]}
    found = ask("POST", f"{contacts}/search", {"limit": 100})[1]
    assert "7" not in {row["id"] for row in found["results"]}
    assert ask("GET", "/crm/v4/objects/tickets/1/associations/contacts")[1]["results"] == []
    assert ask("POST", f"{contacts}/gdpr-delete", body) == (204, None)
    assert ask("POST", f"{contacts}/gdpr-delete", {"objectId": 7})[0] == 400


def test_an_erased_ticket_is_no_end_of_a_link_that_was_to_come(tmp_path: Path) -> None:
    folder = write_dataset(
        tmp_path,
        tickets=[(1, at(1)), (2, at(1))],
        contacts=[{"id": 10}],
        associations=[
            ("tickets", 1, "contacts", 10, 16, "", at(9), ""),
            ("tickets", 2, "contacts", 10, 16, "", at(9), ""),
        ],
    )
    portal = dataset_portal(folder, at(3), limits="off")
    ask = Asker(portal)
    path = "/crm/objects/2026-09/tickets/gdpr-delete"
    assert ask("POST", path, {"objectId": "1"}) == (204, None)
    portal.advance(from_person(at(20)))
    linked = ask("GET", "/crm/v4/objects/contacts/10/associations/tickets")[1]["results"]
    assert [row["toObjectId"] for row in linked] == [2]


def test_what_was_to_happen_to_an_erased_ticket_happens_no_more() -> None:
    portal = generated_portal(120, 1, "2026-06-01T00:00:00Z", limits="off")
    ask, waiting = Asker(portal), []
    for ticket in portal.stores["tickets"].records.values():
        if ticket.next_due() is not None and ticket.archived_at is None:
            waiting.append(ticket.id)
    assert waiting
    for version in ("2026-09-beta", "2026-09"):
        path = f"/crm/objects/{version}/tickets/gdpr-delete"
        assert ask("POST", path, {"objectId": str(waiting[0])}) == (204, None)
    assert ask("POST", "/crm/v3/objects/tickets/gdpr-delete", {"objectId": "1"})[0] == 404
    portal.advance(portal.clock.now() + 40 * 86_400_000)
    assert ask("GET", f"/crm/v3/objects/tickets/{waiting[0]}")[0] == 404
