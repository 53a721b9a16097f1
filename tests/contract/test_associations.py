"""Links, labels and their limits: v3 and v4 of the client."""

from __future__ import annotations

from typing import Any

import hubspot.crm.associations
import hubspot.crm.associations.schema
import hubspot.crm.associations.v4
import hubspot.crm.associations.v4.schema
import pytest

from tests.contract.client import Called


@pytest.fixture
def ids(client: Any) -> tuple[str, str]:
    """A ticket and a contact without links."""
    ticket = client.crm.tickets.basic_api.create(
        {"properties": {"subject": "x", "hs_pipeline_stage": "1"}}
    )
    contact = client.crm.contacts.basic_api.create({"properties": {"firstname": "x"}})
    return ticket.id, contact.id


def test_every_route_of_v4(
    client: Any, monkeypatch: pytest.MonkeyPatch, ids: tuple[str, str]
) -> None:
    called = Called(hubspot.crm.associations.v4, monkeypatch)
    single, batch = client.crm.associations.v4.basic_api, client.crm.associations.v4.batch_api
    ticket, contact = ids
    pair = {"from": {"id": ticket}, "to": {"id": contact}}
    plain = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 16}]
    label = [{"associationCategory": "USER_DEFINED", "associationTypeId": 37}]

    def linked() -> list[int]:
        page = single.get_page("tickets", ticket, "contacts", limit=500)
        return [kind.type_id for row in page.results for kind in row.association_types]

    assert single.create("tickets", ticket, "contacts", contact, label).labels == ["Requester"]
    assert linked() == [16, 37]
    batch.archive_labels("tickets", "contacts", {"inputs": [{**pair, "types": label}]})
    assert linked() == [16]
    single.archive("tickets", ticket, "contacts", contact)
    assert linked() == []
    assert len(single.create_default("tickets", ticket, "contacts", contact).results) == 2
    made = batch.create("tickets", "contacts", {"inputs": [{**pair, "types": plain}]})
    assert made.status == "COMPLETE"
    assert len(batch.create_default("tickets", "contacts", {"inputs": [pair]}).results) == 2
    read = batch.get_page("tickets", "contacts", {"inputs": [{"id": ticket}]})
    assert str(read.results[0].to[0].to_object_id) == contact
    batch.archive(
        "tickets", "contacts", {"inputs": [{"from": {"id": ticket}, "to": [{"id": contact}]}]}
    )
    assert linked() == []
    user = client.crm.owners.owners_api.get_page(limit=1).results[0].user_id
    assert client.crm.associations.v4.report_api.request(user).user_email
    called.assert_all_but()


def test_every_route_of_v4s_schema(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    called = Called(hubspot.crm.associations.v4.schema, monkeypatch)
    labels = client.crm.associations.v4.schema.definitions_api
    limits = client.crm.associations.v4.schema.definition_configurations_api
    pair = ("tickets", "companies")
    made = labels.create(*pair, {"label": "Payer", "name": "payer", "inverseLabel": "Pays for"})
    type_id = made.results[0].type_id
    labels.update(*pair, {"associationTypeId": type_id, "label": "Payee"})
    assert "Payee" in {row.label for row in labels.get_all(*pair).results}
    limit = {"category": "USER_DEFINED", "typeId": type_id, "maxToObjectIds": 3}
    limits.batch_create(*pair, {"inputs": [limit]})
    limits.batch_update(*pair, {"inputs": [{**limit, "maxToObjectIds": 4}]})
    (row,) = limits.get_all_between_two_object_types(*pair).results
    assert row.user_enforced_max_to_object_ids == 4
    assert limits.get_all().results
    limits.batch_remove(*pair, {"inputs": [{"category": "USER_DEFINED", "typeId": type_id}]})
    assert limits.get_all().results == []
    labels.remove(*pair, type_id)
    assert "Payee" not in {row.label for row in labels.get_all(*pair).results}
    called.assert_all_but()


def test_every_route_of_v3(
    client: Any, monkeypatch: pytest.MonkeyPatch, ids: tuple[str, str]
) -> None:
    called = Called(hubspot.crm.associations, monkeypatch)
    batch = client.crm.associations.batch_api
    pair = {"from": {"id": ids[0]}, "to": {"id": ids[1]}, "type": "ticket_to_contact"}
    assert batch.create("ticket", "contact", {"inputs": [pair]}).results[0].to.id == ids[1]
    read = batch.read("ticket", "contact", {"inputs": [{"id": ids[0]}]})
    assert [to.id for to in read.results[0].to] == [ids[1]]
    batch.archive("ticket", "contact", {"inputs": [pair]})
    assert batch.read("ticket", "contact", {"inputs": [{"id": ids[0]}]}).results == []
    called.assert_all_but()


def test_every_route_of_v3s_schema(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    called = Called(hubspot.crm.associations.schema, monkeypatch)
    types = client.crm.associations.schema.types_api.get_all("ticket", "company").results
    assert {(kind.id, kind.name) for kind in types} >= {("26", "ticket_to_company")}
    called.assert_all_but()
