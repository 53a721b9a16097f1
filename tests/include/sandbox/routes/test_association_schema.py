from __future__ import annotations

from pathlib import Path

import pytest

from tests.datasets import write_dataset
from tests.include.sandbox.asking import Asker
from tests.include.sandbox.portals import at, dataset_portal

LABELS = "/crm/v4/associations/tickets/contacts/labels"
LIMITS = "/crm/v4/associations/definitions/configurations"


@pytest.fixture
def ask(tmp_path: Path) -> Asker:
    folder = write_dataset(
        tmp_path,
        tickets=[(1, at(1)), (2, at(1))],
        contacts=[{"id": 7}, {"id": 8}],
        owners=[(61, "a@example.com", "A", "B", "")],
    )
    return Asker(dataset_portal(folder, at(5), limits="off"))


def create(ask: Asker, label: str, **more: str) -> list[dict]:
    status, body = ask("POST", LABELS, {"label": label, "name": label.lower(), **more})
    assert status == 200, body
    return body["results"]


def test_a_label_has_a_type_in_each_direction_and_shows_on_links(ask: Asker) -> None:
    there, back = create(ask, "Decides", inverseLabel="Decided by")
    assert there["category"] == back["category"] == "USER_DEFINED"
    assert there["typeId"] != back["typeId"]
    assert ask("GET", LABELS)[1]["results"] == [
        {"category": "HUBSPOT_DEFINED", "typeId": 16, "label": None},
        there,
    ]
    one = [{"associationCategory": "USER_DEFINED", "associationTypeId": there["typeId"]}]
    assert ask("PUT", "/crm/v4/objects/tickets/1/associations/contacts/7", one)[0] == 201
    _, body = ask("GET", "/crm/v4/objects/contacts/7/associations/tickets")
    assert body["results"][0]["associationTypes"][1] == back
    assert back["label"] == "Decided by"


def test_a_label_is_renamed_everywhere_and_removed_from_links(ask: Asker) -> None:
    there, _ = create(ask, "Decides")
    one = [{"associationCategory": "USER_DEFINED", "associationTypeId": there["typeId"]}]
    path = "/crm/v4/objects/tickets/1/associations/contacts"
    ask("PUT", f"{path}/7", one)
    change = {"associationTypeId": there["typeId"], "label": "Signs"}
    assert ask("PUT", LABELS, change) == (204, None)
    labels = [t["label"] for t in ask("GET", path)[1]["results"][0]["associationTypes"]]
    assert labels == [None, "Signs"]
    assert ask("DELETE", f"{LABELS}/{there['typeId']}") == (204, None)
    assert len(ask("GET", path)[1]["results"][0]["associationTypes"]) == 1
    assert ask("DELETE", f"{LABELS}/{there['typeId']}")[0] == 404


@pytest.mark.parametrize(
    "body",
    [{}, {"label": "x"}, {"label": "", "name": "x"}, {"label": 5, "name": "x"},
     {"label": "y" * 51, "name": "x"}, {"label": "Twice", "name": "twice"}],
)  # fmt: skip
def test_a_label_that_makes_no_sense_or_exists_is_refused(ask: Asker, body: dict) -> None:
    create(ask, "Twice")
    before = ask("GET", LABELS)
    assert ask("POST", LABELS, body)[0] == 400
    assert ask("GET", LABELS) == before


def test_hubspots_own_types_cannot_be_changed_and_ten_types_are_the_most(ask: Asker) -> None:
    assert ask("PUT", LABELS, {"associationTypeId": 16, "label": "x"})[0] == 400
    assert ask("DELETE", f"{LABELS}/16")[0] == 400
    for odd in ([], {}, None, True, "37"):
        assert ask("PUT", LABELS, {"associationTypeId": odd, "label": "x"})[0] == 404
    for i in range(9):
        create(ask, f"Label {i}")
    assert ask("POST", LABELS, {"label": "one more", "name": "more"})[0] == 400


def test_a_configured_limit_is_kept_and_can_be_purged(ask: Asker) -> None:
    pair = f"{LIMITS}/tickets/contacts"
    limit = {"category": "HUBSPOT_DEFINED", "typeId": 16, "maxToObjectIds": 1}
    status, body = ask("POST", f"{pair}/batch/create", {"inputs": [limit]})
    assert status == 200
    assert body["results"][0]["userEnforcedMaxToObjectIds"] == 1
    assert ask("GET", f"{LIMITS}/all")[1]["results"] == ask("GET", pair)[1]["results"]
    inputs = [{"from": {"id": "1"}, "to": {"id": i}} for i in ("7", "8")]
    path = "/crm/v4/associations/tickets/contacts/batch/associate/default"
    status, body = ask("POST", path, {"inputs": inputs})
    assert status == 207
    assert body["errors"][0]["subCategory"] == "crm.associations.ASSOCIATION_LIMIT_EXCEEDED"
    assert ask("POST", f"{pair}/batch/purge", {"inputs": [limit]})[0] == 204
    assert ask("GET", pair)[1]["results"] == []
    assert ask("POST", path, {"inputs": inputs})[0] == 200


def test_a_configured_limit_holds_at_each_end_and_by_every_way(ask: Asker) -> None:
    limit = {"category": "HUBSPOT_DEFINED", "typeId": 15, "maxToObjectIds": 1}
    assert ask("POST", f"{LIMITS}/contacts/tickets/batch/create", {"inputs": [limit]})[0] == 200
    inputs = [
        {"from": {"id": ticket}, "to": {"id": "7"}, "type": "ticket_to_contact"}
        for ticket in ("1", "2")
    ]
    path = "/crm/v3/associations/ticket/contact/batch/create"
    status, body = ask("POST", path, {"inputs": inputs})
    assert (status, len(body["results"])) == (207, 1)
    assert body["errors"][0]["subCategory"] == "crm.associations.ASSOCIATION_LIMIT_EXCEEDED"
    status, body = ask("PUT", "/crm/v3/objects/tickets/2/associations/contacts/7/16")
    assert (status, body["category"]) == (400, "VALIDATION_ERROR")


def test_two_labels_never_read_the_same_from_the_other_side(ask: Asker) -> None:
    create(ask, "Decides", inverseLabel="Same")
    status, _ = ask("POST", LABELS, {"label": "Pays", "name": "pays", "inverseLabel": "Same"})
    assert status == 400


def test_a_limit_that_makes_no_sense_is_refused(ask: Asker) -> None:
    for item in ({}, {"typeId": 16}, {"typeId": 16, "maxToObjectIds": 0}, {"typeId": 99}):
        path = f"{LIMITS}/tickets/contacts/batch/update"
        assert ask("POST", path, {"inputs": [item]})[0] == 400


def test_the_high_usage_report_is_promised_to_a_user_only(ask: Asker) -> None:
    path = "/crm/v4/associations/usage/high-usage-report"
    status, body = ask("POST", f"{path}/7000061")
    assert (status, body["userEmail"]) == (200, "a@example.com")
    assert ask("POST", f"{path}/5")[0] == 404
