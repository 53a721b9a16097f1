"""Definitions: a property counts as known once a night has read it of all tickets."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.include.pipeline.portals import answered

DEFINITION = {"type": "string", "groupName": "ticketinformation", "fieldType": "text"}
LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)
# Runs that read an added property of few tickets, or of none.
NO_NIGHTS = {
    "window": {"mode": "window", "window_from": LONG_AGO, "window_to": LONG_AGO + timedelta(1)},
    "partial": {"properties": ("subject",)},
    "sweep": {"mode": "sweep"},
}


def on(synced, method, path, body=None, status=200):
    return answered(status, synced.sandbox.call(method, f"/crm/v3/{path}", body))


@pytest.mark.parametrize("first", NO_NIGHTS)
def test_a_property_that_another_run_saw_first_is_read_of_all_tickets_by_the_next_night(
    synced, first
):
    name, ticket = f"seen_by_{first}", synced.tickets()[0]
    definition = DEFINITION | {"name": name, "label": name}
    on(synced, "POST", "properties/tickets", definition, 201)
    on(synced, "PATCH", f"objects/tickets/{ticket}", {"properties": {name: "before"}})
    on(synced, "DELETE", f"properties/tickets/{name}", status=204)
    synced.sync()  # the ticket is read as it is, without the property
    assert name not in synced.properties("tickets", ticket)
    on(synced, "POST", "properties/tickets", definition, 201)
    synced.sync(**NO_NIGHTS[first])
    synced.sync()
    assert synced.properties("tickets", ticket)[name] == "before"
    known = f"select count(*) from raw.properties where name = '{name}' and removed_at is null"
    assert synced.ask(known) == [(1,)]
