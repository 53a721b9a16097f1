from __future__ import annotations

from pathlib import Path

import pytest

from tests.datasets import write_dataset
from tests.include.sandbox.asking import Asker
from tests.include.sandbox.portals import at, dataset_portal

BATCH = "/crm/v3/associations/ticket/contact/batch"


@pytest.fixture
def ask(tmp_path: Path) -> Asker:
    folder = write_dataset(
        tmp_path,
        tickets=[(1, at(1)), (2, at(1))],
        contacts=[{"id": i} for i in range(1000, 1130)],
        companies=[{"id": 8}],
    )
    return Asker(dataset_portal(folder, at(5), limits="off"))


def test_a_page_goes_on_behind_a_record_that_was_unlinked(ask: Asker) -> None:
    ask("POST", f"{BATCH}/create", pairs(1000, 1001, 1002, 1003))
    path = "/crm/v3/objects/tickets/1/associations/contacts"
    _, first = ask("GET", f"{path}?limit=2")
    after = first["paging"]["next"]["after"]
    ask("POST", f"{BATCH}/archive", pairs(int(after)))
    _, rest = ask("GET", f"{path}?limit=2&after={after}")
    assert [row["id"] for row in rest["results"]] == ["1003"]
    assert ask("GET", f"{path}?after=x")[0] == 400


def pairs(*ends: int) -> dict:
    return {
        "inputs": [
            {"from": {"id": "1"}, "to": {"id": str(end)}, "type": "ticket_to_contact"}
            for end in ends
        ]
    }


def test_links_are_made_read_and_removed_by_name(ask: Asker) -> None:
    status, body = ask("POST", f"{BATCH}/create", pairs(1000, 1001))
    assert (status, len(body["results"])) == (201, 2)
    status, body = ask("POST", f"{BATCH}/read", {"inputs": [{"id": "1"}, {"id": "2"}]})
    assert (status, body["numErrors"]) == (207, 1)
    assert body["errors"] == [
        {
            "status": "error",
            "category": "OBJECT_NOT_FOUND",
            "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
            "message": "No contact is associated with ticket 2.",
            "context": {
                "fromObjectId": ["2"],
                "fromObjectType": ["ticket"],
                "toObjectType": ["contact"],
            },
        }
    ]
    assert body["results"] == [
        {"from": {"id": "1"}, "to": [{"id": "1000", "type": "ticket_to_contact"},
                                     {"id": "1001", "type": "ticket_to_contact"}]}
    ]  # fmt: skip
    assert ask("POST", f"{BATCH}/archive", pairs(1000)) == (204, None)
    _, body = ask("GET", "/crm/v3/objects/tickets/1/associations/contacts")
    assert body["results"] == [{"id": "1001", "type": "ticket_to_contact"}]


def test_a_batch_read_shows_100_links_of_a_record(ask: Asker) -> None:
    ask("POST", f"{BATCH}/create", pairs(*range(1000, 1130)))
    _, body = ask("POST", f"{BATCH}/read", {"inputs": [{"id": "1"}]})
    (result,) = body["results"]
    assert len(result["to"]) == 100
    link = result["paging"]["next"]["link"].removeprefix("http://portal.test:8089")
    _, rest = ask("GET", link)
    assert len(rest["results"]) == 30


def test_a_single_link_is_put_and_deleted_by_id_or_name(ask: Asker) -> None:
    one = "/crm/v3/objects/tickets/1/associations/companies/8"
    status, body = ask("PUT", f"{one}/26")
    assert (status, body["id"]) == (200, "1")
    _, body = ask("GET", "/crm/v3/objects/tickets/1?associations=companies")
    kinds = {entry["type"] for entry in body["associations"]["companies"]["results"]}
    assert kinds == {"ticket_to_company", "ticket_to_company_unlabeled"}
    assert ask("DELETE", f"{one}/ticket_to_company_unlabeled") == (204, None)
    assert ask("GET", "/crm/v3/objects/tickets/1/associations/companies")[1]["results"] == []
    assert ask("PUT", f"{one}/nonsense")[0] == 400
    assert ask("PUT", "/crm/v3/objects/tickets/77/associations/companies/8/26")[0] == 404


def test_a_pair_whose_record_is_absent_is_an_error_beside_the_others(ask: Asker) -> None:
    status, body = ask("POST", f"{BATCH}/create", pairs(1000, 5))
    assert (status, body["numErrors"], len(body["results"])) == (207, 1, 1)
