"""Threads that changed without a new message: a night finds them, or says that it did not look."""

import pytest

from tests.conftest import start_sandbox
from tests.include.pipeline.portals import Synced, answered

THREADS = "/conversations/v3/conversations/threads"
TICKET = "properties -> 'threadAssociations' ->> 'associatedTicketId'"


@pytest.fixture(scope="module")
def synced(tmp_path_factory):
    """A portal of its own: what other files merge and restore moves threads, too."""
    sandbox = start_sandbox(generate=60, seed=5, limits="off")
    made = Synced(sandbox, tmp_path_factory.mktemp("threads"))
    made.sync()
    yield made
    sandbox.stop()


def some_threads(synced, status, count):
    query = (
        f"select id from raw.threads where not archived and properties ->> 'status' = '{status}' "
        f"order by id limit {count}"
    )
    found = sorted(synced.ids(query))
    assert len(found) == count
    return found


def put(synced, thread, status):
    answered(200, synced.sandbox.call("PATCH", f"{THREADS}/{thread}", {"status": status}))


def shown(synced):
    query = f"select id, [properties ->> 'status', {TICKET}] from raw.threads where not archived"
    return dict(synced.ask(query))


def of_the_portal(synced):
    """Ask the portal itself."""
    page = synced.sandbox.get(f"{THREADS}?association=TICKET&limit=500")
    assert "paging" not in page
    return {
        thread["id"]: [thread["status"], thread["threadAssociations"]["associatedTicketId"]]
        for thread in page["results"]
    }


def test_a_thread_that_was_only_closed_or_reopened_is_found_by_the_night(synced):
    (closed,), (opened,) = some_threads(synced, "OPEN", 1), some_threads(synced, "CLOSED", 1)
    put(synced, closed, "CLOSED")
    put(synced, opened, "OPEN")
    done = synced.sync()
    assert done["rows"]["threads"] == 2
    assert done["calls"][f"GET {THREADS}/{{id}}/messages 200"] == 2
    assert synced.properties("threads", closed)["status"] == "CLOSED"
    assert synced.properties("threads", opened)["status"] == "OPEN"
    assert shown(synced) == of_the_portal(synced)
    assert not synced.sync()["rows"].get("threads")


def test_a_closed_thread_follows_its_ticket_into_a_merge(synced):
    living = set(synced.listed())
    of_threads = {
        ticket for status, ticket in shown(synced).values() if status == "CLOSED"
    } & living
    first, second, *_ = sorted(of_threads)
    body = {"primaryObjectId": first, "objectIdToMerge": second}
    before = {thread: ticket for thread, (_, ticket) in shown(synced).items()}
    survivor = answered(200, synced.sandbox.call("POST", "/crm/v3/objects/tickets/merge", body))
    assert synced.ask("from raw.thread_moves") == []
    synced.sync()
    synced.sync()
    assert shown(synced) == of_the_portal(synced)
    tickets = {ticket for _, ticket in shown(synced).values()}
    assert survivor["id"] in tickets
    assert not {first, second} & tickets
    # Once each: the ticket that raw had until then, and when that was no longer so.
    moves = synced.ask("select thread_id, ticket_id from raw.thread_moves order by all")
    assert moves == sorted(
        (thread, ticket) for thread, ticket in before.items() if ticket in (first, second)
    )
    reads = "(select {}(data_as_of) from raw.loads)"
    between = f"left_at > {reads.format('min')} and left_at <= {reads.format('max')}"
    assert synced.ask(f"select count(*) from raw.thread_moves where {between}") == [(len(moves),)]


@pytest.mark.parametrize("most", ["0", "7"])
def test_of_too_many_threads_a_night_leaves_the_rest_to_the_sweep(synced, monkeypatch, most):
    monkeypatch.setenv("THREADS_LISTED_NIGHTLY", most)
    monkeypatch.setattr("include.hubspot.conversations.THREADS_PER_PAGE", 3)
    thread = max(synced.ids("select id from raw.threads where properties ->> 'status' = 'CLOSED'"))
    put(synced, thread, "OPEN")
    said = len(synced.said)
    done = synced.sync()
    lines = [line for line in synced.said[said:] if "THREADS_LISTED_NIGHTLY" in line]
    assert len(lines) == (most == "7")
    assert not done["rows"].get("messages")
    # two pages and the one that is too many, one of those with a later message, an archived one
    assert done["calls"][f"GET {THREADS} 200"] <= 5
    assert synced.sync("sweep")["proof"]["threads"] == 1
    assert shown(synced) == of_the_portal(synced)


def test_a_thread_that_is_taken_from_its_ticket_and_comes_back_ends_and_lives(synced, monkeypatch):
    thread = some_threads(synced, "CLOSED", 1)[0]
    monkeypatch.setattr(
        "include.pipeline.extract.threads.ticket_of",
        lambda one: None if one["id"] == thread else one["threadAssociations"],
    )
    state = f"select archived from raw.threads where id = '{thread}'"
    synced.sync()
    assert synced.ask(state) == [(True,)]
    monkeypatch.undo()
    synced.sync()
    assert synced.ask(state) == [(False,)]
