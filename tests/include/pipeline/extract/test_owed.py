"""A token that is refused a scope in the middle of a night: the next night reads what was left."""

import pytest

from tests.include.pipeline.extract.test_activities import add, message, some_thread, upload
from tests.include.pipeline.portals import answered

REFUSED = {
    "/crm/v4/associations/tickets/notes/batch/read": "notes",
    "/crm/v3/objects/notes/search": "notes",
    "/crm/v4/associations/notes/tickets/batch/read": "notes",
    "/crm/v3/objects/notes/batch/read": "notes",
    "/crm/v4/associations/notes/contacts/batch/read": "notes",
    "/conversations/v3/conversations/threads/*/messages": "conversations",
    "/files/v3/files/search": "files",
}
SAMPLE = list(REFUSED)[-3:]


def things_happen(synced) -> dict[str, str]:
    """Change the portal; returns ids that raw must have in the end, by table."""
    [ticket, other, *_] = synced.tickets()
    contact = min(synced.ids("select id from raw.contacts where not archived"))
    file_id = upload(synced.sandbox)
    note = add(synced, ticket=ticket, contact=contact, hs_attachment_ids=file_id)
    # a note that waited without a ticket: once tied to one, only the ticket's links tell of it
    tied = add(synced)
    path = f"/crm/v4/objects/notes/{tied}/associations/default/tickets/{other}"
    answered(200, synced.sandbox.call("PUT", path, {}))
    renamed = {"properties": {"subject": f"With note {tied}"}}
    answered(200, synced.sandbox.call("PATCH", f"/crm/v3/objects/tickets/{other}", renamed))
    said = message(synced, some_thread(synced))
    return {"note": note, "tied": tied, "contact": contact, "file": file_id, "message": said}


def refuse_once(synced, route: str) -> set[str]:
    """One night in which a route is refused; returns what it skipped."""
    fault = {"kind": "403", "route": route, "count": 1}
    synced.sandbox.control("POST", "faults", {"faults": [fault]})
    done = synced.sync()
    synced.sandbox.control("DELETE", "faults")
    return set(done.get("skipped", ()))


def check(synced, route: str) -> None:
    made = things_happen(synced)
    assert refuse_once(synced, route) == {REFUSED[route]}
    assert "skipped" not in synced.sync()
    assert {made["note"], made["tied"]} <= synced.ids("select id from raw.notes")
    assert {made["note"], made["tied"]} <= synced.standing("notes")
    assert synced.ids(
        f"select object_id from raw.engagement_associations where engagement_id = '{made['note']}'"
    ) == {made["contact"]}
    assert made["file"] in synced.ids("select id from raw.files")
    assert made["message"] in synced.ids("select id from raw.messages")


@pytest.mark.parametrize("route", SAMPLE)
def test_what_one_night_may_not_read_the_next_catches_up_with(synced, route):
    check(synced, route)


@pytest.mark.slow
@pytest.mark.parametrize("route", set(REFUSED) - set(SAMPLE))
def test_what_any_call_is_refused_is_caught_up_with(synced, route):
    check(synced, route)


@pytest.mark.slow
def test_what_was_caught_up_with_is_not_asked_for_every_night(synced):
    things_happen(synced)
    refuse_once(synced, "/conversations/v3/conversations/threads/*/messages")
    synced.sync()
    rows = synced.sync()["rows"]
    assert not [stream for stream in ("notes", "messages", "files") if rows.get(stream)]
    [(calls,)] = synced.ask("select calls from raw.loads order by run_id desc limit 1")
    assert "/messages" not in calls
