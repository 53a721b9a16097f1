"""Threads with their tickets, all messages of each, what was cut, and who speaks."""

from datetime import timedelta

import pytest

from include.hubspot import conversations
from include.hubspot.conversations import (
    WHOLE,
    list_threads,
    read_actors,
    read_messages,
    read_originals,
)
from include.hubspot.moments import from_hubspot


@pytest.fixture
def threads(session):
    return [thread for page, _ in list_threads(session) for thread in page]


def test_threads_say_which_ticket_they_belong_to(session, threads):
    assert len(threads) > 20
    assert all(t["threadAssociations"]["associatedTicketId"] for t in threads)
    assert len({t["id"] for t in threads}) == len(threads)


def test_small_pages_give_the_same_threads(session, threads, monkeypatch):
    monkeypatch.setattr(conversations, "THREADS_PER_PAGE", 7)
    paged = [page for page, _ in list_threads(session)]
    assert len(paged) > 3
    assert [t["id"] for page in paged for t in page] == [t["id"] for t in threads]


def test_since_gives_the_threads_with_a_later_message_the_moment_included(session, threads):
    latest = sorted(from_hubspot(t["latestMessageTimestamp"]) for t in threads)
    since = latest[-5]
    page = [t for page, _ in list_threads(session, since=since) for t in page]
    assert sorted(from_hubspot(t["latestMessageTimestamp"]) for t in page) == latest[-5:]
    after = [
        t for page, _ in list_threads(session, since=since + timedelta(days=9999)) for t in page
    ]
    assert after == []


def test_all_messages_of_each_thread_in_the_order_asked_for(session, threads, monkeypatch):
    ids = [t["id"] for t in threads[:12]]
    whole = list(read_messages(session, ids))
    assert [one.thread_id for one in whole] == ids
    assert all(one.messages and not one.is_gone for one in whole)
    assert {m["conversationsThreadId"] for one in whole for m in one.messages} == set(ids)
    monkeypatch.setattr(conversations, "MESSAGES_PER_PAGE", 2)
    paged = list(read_messages(session, ids))
    assert [one.messages for one in paged] == [one.messages for one in whole]
    assert session.calls["/conversations/v3/conversations/threads/{id}/messages", "GET", 200] > 24


def test_a_thread_that_is_gone_is_no_error(session, threads):
    one, other = read_messages(session, ["999999999", threads[0]["id"]])
    assert one.is_gone
    assert one.messages == []
    assert not other.is_gone


def test_the_original_of_a_truncated_message_is_longer(session, threads):
    cut = {
        (one.thread_id, m["id"]): m["text"]
        for one in read_messages(session, [t["id"] for t in threads])
        for m in one.messages
        if m.get("truncationStatus", WHOLE) != WHOLE
    }
    assert cut
    originals = list(read_originals(session, [*cut, (threads[0]["id"], "nothing")]))
    assert originals.pop() is None
    for shown, original in zip(cut.values(), originals, strict=True):
        assert original["text"].startswith(shown)
        assert len(original["text"]) > len(shown)


def test_actors_are_read_and_the_unknown_ones_are_named(session, threads):
    (whole,) = read_messages(session, [threads[0]["id"]])
    ids = sorted({m["createdBy"] for m in whole.messages})
    (batch,) = read_actors(session, [*ids, "V-1"])
    assert sorted(actor["id"] for actor in batch.records) == ids
    assert batch.missing == ["V-1"]
    assert len(list(read_actors(session, [f"E-{n}@example.com" for n in range(150)]))) == 2
