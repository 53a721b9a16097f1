"""Contacts, companies and deals that tickets link to."""

from tests.include.pipeline.portals import answered


def test_a_contact_that_changed_while_no_ticket_did_is_read(synced, monkeypatch):
    monkeypatch.setenv("LINK_CALLS_NIGHTLY", "0")  # so that no link is read either
    synced.sync()
    contact = min(synced.standing("contacts"))
    path = f"/crm/v3/objects/contacts/{contact}"
    body = {"properties": {"firstname": "Changed in a quiet night"}}
    answered(200, synced.sandbox.call("PATCH", path, body))
    done = synced.sync()
    assert done["rows"].get("tickets", 0) == 0
    assert synced.properties("contacts", contact)["firstname"] == "Changed in a quiet night"
