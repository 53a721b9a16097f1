"""Properties that are there of a sudden, and those that go."""

import pytest

from tests.include.pipeline.portals import answered

DEFINITION = {"type": "string", "groupName": "ticketinformation"}


def define(synced, name, field_type="text"):
    body = DEFINITION | {"name": name, "label": name, "fieldType": field_type}
    answered(201, synced.sandbox.call("POST", "/crm/v3/properties/tickets", body))


def archive(synced, name):
    answered(204, synced.sandbox.call("DELETE", f"/crm/v3/properties/tickets/{name}"))


def put(synced, ticket, **values):
    path = f"/crm/v3/objects/tickets/{ticket}"
    answered(200, synced.sandbox.call("PATCH", path, {"properties": values}))


def history(synced, name):
    return synced.ask(
        "select ticket_id, value from raw.ticket_property_history "
        f"where property_name = '{name}' order by changed_at, sequence"
    )


def test_a_property_that_comes_back_is_read_of_all_tickets_and_of_nothing_else(synced):
    first, second = synced.tickets()[:2]
    define(synced, "region")
    put(synced, first, region="north")
    put(synced, second, region="south")
    put(synced, second, region="")
    archive(synced, "region")
    synced.sync()
    assert "region" not in synced.properties("tickets", first)
    assert history(synced, "region") == []
    before = synced.ask("select id, updated_at, archived from raw.tickets order by all")
    subject = synced.properties("tickets", first)["subject"]
    define(synced, "region")
    done = synced.sync()
    every = len(synced.tickets())
    assert done["rows"]["tickets"] >= every
    read = done["calls"]["POST /crm/v3/objects/tickets/batch/read 200"]
    assert read <= -(-every // 50) + 3
    assert synced.properties("tickets", first)["region"] == "north"
    assert synced.properties("tickets", first)["subject"] == subject
    assert history(synced, "region") == [(first, "north"), (second, "south"), (second, "")]
    assert synced.ask("select id, updated_at, archived from raw.tickets order by all") == before
    assert synced.ask("select count(*) from raw.tickets where is_partial") == [(0,)]
    idle = synced.sync()
    assert "POST /crm/v3/objects/tickets/batch/read 200" not in idle["calls"]


@pytest.mark.slow
def test_a_ticket_that_is_read_whole_in_the_night_of_a_new_property_stays_whole(synced):
    changed, merged, into = synced.tickets()[2:5]
    define(synced, "contract", "file")
    # Nobody uploaded it: what a ticket names may be gone.
    put(synced, changed, contract="424242", subject="Changed and new")
    body = {"primaryObjectId": into, "objectIdToMerge": merged}
    survivor = answered(200, synced.sandbox.call("POST", "/crm/v3/objects/tickets/merge", body))
    done = synced.sync()
    for ticket in (changed, survivor["id"]):
        assert len(synced.properties("tickets", ticket)) > 10
    assert synced.properties("tickets", changed)["contract"] == "424242"
    assert synced.ask("select count(*) from raw.tickets where is_partial") == [(0,)]
    assert done["calls"]["GET /files/v3/files/{id} 404"] == 1
    assert synced.ask("select archived, properties from raw.files where id = '424242'") == [
        (True, "{}")
    ]
    put(synced, changed, subject="Changed once more")
    assert not [call for call in synced.sync()["calls"] if "/files/" in call]


@pytest.mark.slow
def test_a_removed_property_keeps_its_definition_and_its_history(synced):
    ticket = synced.tickets()[6]
    define(synced, "colour")
    put(synced, ticket, colour="blue")
    synced.sync()
    archive(synced, "colour")
    synced.sync()
    assert history(synced, "colour") == [(ticket, "blue")]
    definition = "select archived from raw.properties where name = 'colour'"
    assert synced.ask(definition) == [(True,)]


def test_the_properties_of_a_new_stage_are_not_read_of_all_tickets(synced):
    body = {"label": "On hold", "displayOrder": 9, "metadata": {"ticketState": "OPEN"}}
    answered(201, synced.sandbox.call("POST", "/crm/v3/pipelines/tickets/0/stages", body))
    done = synced.sync()
    assert "POST /crm/v3/objects/tickets/batch/read 200" not in done["calls"]


def test_no_ticket_lands_twice_where_tickets_were_merged_before(synced):
    # the last ones: other tests of this portal use the first
    into, merged = synced.tickets()[-2:]
    body = {"primaryObjectId": into, "objectIdToMerge": merged}
    survivor = answered(200, synced.sandbox.call("POST", "/crm/v3/objects/tickets/merge", body))
    synced.sync()
    define(synced, "floor")
    put(synced, survivor["id"], floor="3")
    archive(synced, "floor")
    synced.sync()
    define(synced, "floor")
    done = synced.sync()
    landed = synced.ask(
        f"select id from read_parquet('{synced.files.landing}/{done['run_id']}/tickets.parquet')"
    )
    listed = [*synced.listed(), *synced.listed(archived=True)]
    assert sorted(one for (one,) in landed) == sorted(listed)
    assert history(synced, "floor") == [(survivor["id"], "3")]
