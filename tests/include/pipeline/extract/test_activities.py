"""Engagements, conversations and files: what a first night reads, and what later nights bring."""

import pytest
import requests

from tests.include.pipeline.portals import answered

ENGAGEMENTS = ("notes", "emails", "calls", "meetings", "tasks")
TO_TICKET = {"notes": 228, "emails": 224}


def add(synced, kind="notes", ticket=None, contact=None, **properties):
    """Log an engagement; returns its id."""
    ends = [(ticket, TO_TICKET[kind])] if ticket else []
    body = {
        "properties": {"hs_timestamp": "2026-01-05T10:00:00.000Z"} | properties,
        "associations": [
            {
                "to": {"id": to},
                "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}],
            }
            for to, type_id in ends
        ],
    }
    made = answered(201, synced.sandbox.call("POST", f"/crm/v3/objects/{kind}", body))
    if contact:
        path = f"/crm/v4/objects/{kind}/{made['id']}/associations/default/contacts/{contact}"
        answered(200, synced.sandbox.call("PUT", path, {}))
    return made["id"]


def upload(sandbox):
    answer = requests.post(
        f"{sandbox.url}/files/v3/files",
        headers={"Authorization": f"Bearer {sandbox.token}"},
        files={"file": ("invoice.txt", b"paid")},
        data={"options": '{"access": "PRIVATE"}', "folderPath": "/in"},
        timeout=30,
    )
    return answer.json()["id"]


def message(synced, thread, kind="MESSAGE"):
    to = [{"actorId": "S-1"}] if kind == "MESSAGE" else []
    body = {"type": kind, "text": "We look into it.", "recipients": to}
    path = f"/conversations/v3/conversations/threads/{thread}/messages"
    return answered(201, synced.sandbox.call("POST", path, body))["id"]


def some_thread(synced, which="true"):
    return min(synced.ids(f"select id from raw.threads where not archived and {which}"))


def test_the_first_night_reads_every_engagement_of_a_ticket_and_with_whom_it_was(synced):
    for kind in ENGAGEMENTS:
        assert synced.ids(f"select id from raw.{kind}") == synced.standing(kind) != set()
        assert synced.ids(
            f"select ticket_id from raw.ticket_association_reads where object_type = '{kind}'"
        ) >= set(synced.tickets())
    read = synced.ask("select distinct engagement_type from raw.engagement_association_reads")
    assert {kind for (kind,) in read} == set(ENGAGEMENTS)
    people = synced.ids("select object_id from raw.engagement_associations")
    assert people
    assert people <= synced.ids("select id from raw.contacts")
    note = next(iter(synced.ids("select id from raw.notes")))
    assert {"hs_note_body", "hs_timestamp", "hubspot_owner_id"} <= set(
        synced.properties("notes", note)
    )


def test_the_first_night_reads_every_thread_its_messages_and_who_speaks(synced):
    threads = synced.ids("select id from raw.threads")
    assert len(threads) > 10
    assert synced.ids(
        "select distinct properties ->> 'conversationsThreadId' from raw.messages"
    ) == (threads)
    cut = "properties ->> 'truncationStatus' not in ('NOT_TRUNCATED')"
    [(truncated, whole)] = synced.ask(
        f"select count(*), count(properties ->> 'originalText') from raw.messages where {cut}"
    )
    assert truncated == whole > 0
    used = synced.ids("select distinct properties ->> 'inboxId' from raw.threads")
    assert used
    assert used <= synced.ids("select id from raw.inboxes where removed_at is null")
    senders = synced.ids("select distinct properties ->> 'createdBy' from raw.messages")
    assert senders <= synced.ids("select id from raw.actors")


def test_an_idle_night_reads_nothing_again(synced):
    rows = synced.sync()["rows"]
    again = (*ENGAGEMENTS, "threads", "messages", "actors", "files", "engagement_associations")
    assert not [stream for stream in again if rows.get(stream)]


def test_a_note_is_found_by_its_own_change_with_its_link_its_people_and_its_file(synced):
    ticket = synced.tickets()[0]
    contact = next(iter(synced.ids("select id from raw.contacts where not archived")))
    [(modified,)] = synced.ask(f"select updated_at from raw.tickets where id = '{ticket}'")
    file_id = upload(synced.sandbox)
    note = add(synced, ticket=ticket, contact=contact, hs_attachment_ids=file_id)
    done = synced.sync()
    assert done["rows"]["notes"] == 1
    assert "tickets" not in done["rows"] or done["rows"]["tickets"] == 0
    assert synced.ask(f"select updated_at from raw.tickets where id = '{ticket}'") == [(modified,)]
    assert note in synced.standing("notes")
    assert synced.ids(
        f"select object_id from raw.engagement_associations where engagement_id = '{note}'"
    ) == {contact}
    assert synced.properties("files", file_id)["name"] == "invoice"


@pytest.mark.slow
def test_an_engagement_of_no_ticket_is_not_read_until_it_is_linked_to_one(synced):
    note = add(synced)
    synced.sync()
    assert note not in synced.ids("select id from raw.notes")
    ticket = synced.tickets()[2]
    path = f"/crm/v4/objects/notes/{note}/associations/default/tickets/{ticket}"
    assert synced.sandbox.call("PUT", path, {})[0] == 200
    # Its hit is met again within the hold-back, and is tied to a ticket now.
    synced.sync()
    assert note in synced.ids("select id from raw.notes")
    assert note in synced.standing("notes")


def test_an_archived_engagement_is_marked_its_link_ends_and_a_restored_one_lives(synced):
    ticket = synced.tickets()[3]
    mail = add(synced, "emails", ticket, hs_email_direction="EMAIL", hs_email_subject="Hello")
    synced.sync()
    assert synced.sandbox.call("DELETE", f"/crm/v3/objects/emails/{mail}")[0] == 204
    synced.sync()
    state = (
        "select archived, archived_at is null, properties ->> 'hs_email_subject' from raw.emails"
    )
    assert synced.ask(f"{state} where id = '{mail}'") == [(True, False, "Hello")]
    assert mail not in synced.standing("emails")
    synced.sandbox.control("POST", "restore", {"object_type": "emails", "ids": [mail]})
    synced.sync()
    assert synced.ask(f"{state} where id = '{mail}'") == [(False, True, "Hello")]


@pytest.mark.slow
def test_a_message_brings_its_thread_and_nothing_else(synced):
    thread = some_thread(synced)
    sent = message(synced, thread)
    done = synced.sync()
    assert done["rows"]["messages"] == 1
    assert sent in synced.ids("select id from raw.messages")
    assert not synced.sync()["rows"].get("messages")


@pytest.mark.slow
def test_a_thread_that_was_archived_is_marked(synced):
    thread = some_thread(synced)
    path = f"/conversations/v3/conversations/threads/{thread}"
    assert synced.sandbox.call("DELETE", path)[0] == 204
    synced.sync()
    assert synced.ask(
        f"select archived, archived_at is null from raw.threads where id = '{thread}'"
    ) == [(True, False)]
    assert not synced.sync()["rows"].get("threads")


def test_what_no_list_tells_of_is_found_by_the_sweep(synced, monkeypatch):
    monkeypatch.setenv("LINK_CALLS_NIGHTLY", "0")
    # One comment where nobody talks any more would be read with the next message only.
    thread = some_thread(synced, "properties ->> 'status' = 'OPEN'")
    said = message(synced, thread, "COMMENT")
    [(ticket, note)] = synced.ask(
        "select ticket_id, object_id from raw.ticket_associations "
        "where object_type = 'notes' and gone_at is null order by all limit 1"
    )
    path = f"/crm/v4/objects/notes/{note}/associations/tickets/{ticket}"
    assert synced.sandbox.call("DELETE", path)[0] == 204
    mail = min(synced.ids("select id from raw.emails where not archived"))
    contact = next(
        iter(
            synced.ids("select id from raw.contacts where not archived")
            - synced.ids(
                f"select object_id from raw.engagement_associations where engagement_id = '{mail}'"
            )
        )
    )
    path = f"/crm/v4/objects/emails/{mail}/associations/default/contacts/{contact}"
    answered(200, synced.sandbox.call("PUT", path, {}))
    synced.sync()
    assert said not in synced.ids("select id from raw.messages")
    proof = synced.sync("sweep")["proof"]
    assert proof["relinked"] == 1
    assert proof["engagements_relinked"] == 1
    assert said in synced.ids("select id from raw.messages")
    again = synced.sync("sweep")["proof"]
    counted = (
        "missing",
        "stale",
        "extra",
        "relinked",
        "engagements",
        "engagements_relinked",
        "threads",
    )
    assert not any(again[what] for what in counted), again
