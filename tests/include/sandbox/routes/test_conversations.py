from __future__ import annotations

from pathlib import Path

import pytest

from include.sandbox.conversations import KINDS
from tests.datasets import write_dataset
from tests.include.sandbox.asking import Asker
from tests.include.sandbox.portals import at, dataset_portal, generated_portal

THREADS = "/conversations/v3/conversations/threads"
ACTORS = "/conversations/v3/conversations/actors"
QUOTING = "Try again.\n\nOn 2020-01-02 the customer wrote:\n> It is broken"


def row(message: str, when: str, kind: str = "MESSAGE", **more: str) -> dict[str, str]:
    return {
        "thread_id": "900", "ticket_id": "1", "message_id": message, "created_at": when,
        "type": kind, "direction": "INCOMING", "sender_type": "visitor", "sender_id": "7",
        "channel": "EMAIL", "text": f"text of {message}",
    } | more  # fmt: skip


AGENT = {"direction": "OUTGOING", "sender_type": "agent", "sender_id": "61"}
MESSAGES = [
    row("m1", at(2)),
    row("m2", at(3), text=QUOTING, **AGENT),
    row("m3", at(3, "00:00:01"), "COMMENT", **(AGENT | {"direction": ""})),
    row("m4", at(6)),
    row("n1", at(4), thread_id="901", ticket_id="2", sender_id="8", channel="CHAT"),
    row("o1", at(5), thread_id="902", ticket_id="", sender_type="system", sender_id=""),
]


@pytest.fixture
def ask(tmp_path: Path) -> Asker:
    folder = write_dataset(
        tmp_path,
        tickets=[{"ticket_id": i, "created_at": at(1), "hs_pipeline_stage": "1"} for i in (1, 2)],
        property_changes=[(2, at(5), "hs_pipeline_stage", "4", "", "")],
        contacts=[{"id": 7, "firstname": "Ada", "email": "ada@example.com"}, {"id": 8}],
        owners=[(61, "agent@example.com", "Ann", "Lee", "")],
        messages=MESSAGES,
    )
    return Asker(dataset_portal(folder, at(5), limits="off"))


def ids(ask: Asker, query: str = "") -> list[str]:
    status, body = ask("GET", f"{THREADS}?{query}")
    assert status == 200, body
    return [thread["id"] for thread in body["results"]]


def test_threads_show_what_had_been_said_by_the_portals_time(ask: Asker) -> None:
    _, thread = ask("GET", f"{THREADS}/900?association=TICKET")
    assert thread["latestMessageTimestamp"] == thread["latestMessageSentTimestamp"] == at(3)
    assert thread["latestMessageReceivedTimestamp"] == at(2)
    assert thread["threadAssociations"] == {"associatedTicketId": "1"}
    assert (thread["status"], thread["associatedContactId"]) == ("OPEN", "7")
    assert thread["assignedTo"] == "A-7000061"
    ask.portal.advance(ask.portal.horizon + 2 * 86_400_000)
    assert ask("GET", f"{THREADS}/900")[1]["latestMessageTimestamp"] == at(6)


def test_the_ticket_stands_there_only_when_asked_for(ask: Asker) -> None:
    assert "threadAssociations" not in ask("GET", f"{THREADS}/900")[1]
    _, body = ask("GET", f"{THREADS}?association=TICKET")
    assert ["threadAssociations" in thread for thread in body["results"]] == [True, True, False]


def test_a_thread_is_closed_when_its_ticket_is(ask: Asker) -> None:
    _, thread = ask("GET", f"{THREADS}/901")
    assert (thread["status"], thread["closedAt"]) == ("CLOSED", at(5))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["900", "901", "902"]),
        ("associatedTicketId=1", ["900"]),
        ("associatedContactId=8", ["901"]),
        ("threadStatus=OPEN", ["900", "902"]),
        ("threadStatus=CLOSED", ["901"]),
        ("inboxId=45001&limit=500", ["900", "901", "902"]),
        ("inboxId=1", []),
        ("archived=true", []),
        (f"latestMessageTimestampAfter={at(3)}", ["901", "902"]),
        (f"sort=latestMessageTimestamp&latestMessageTimestampAfter={at(1)}", ["900", "901", "902"]),
    ],
)
def test_threads_are_filtered(ask: Asker, query: str, found: list[str]) -> None:
    assert ids(ask, query) == found


@pytest.mark.parametrize(
    "query",
    ["sort=latestMessageTimestamp", "sort=createdAt", "limit=501", "after=%25", "threadStatus=X",
     "latestMessageTimestampAfter=soon"],
)  # fmt: skip
def test_a_query_that_makes_no_sense_is_refused(ask: Asker, query: str) -> None:
    assert ask("GET", f"{THREADS}?{query}")[0] == 400


@pytest.mark.parametrize(
    "query", ["", f"sort=latestMessageTimestamp&latestMessageTimestampAfter={at(1)}"]
)
def test_threads_and_messages_are_paged(ask: Asker, query: str) -> None:
    for path in (f"{THREADS}?limit=1&{query}", f"{THREADS}/900/messages?limit=1&sort=createdAt"):
        seen, link = [], path
        while link:
            _, body = ask("GET", link)
            assert len(body["results"]) == 1
            seen.append(body["results"][0]["id"])
            link = body.get("paging", {}).get("next", {}).get("link", "")
            link = link.removeprefix("http://portal.test:8089")
        assert seen in (["900", "901", "902"], ["m1", "m2", "m3"])


def test_messages_come_newest_first_with_their_senders(ask: Asker) -> None:
    _, body = ask("GET", f"{THREADS}/900/messages")
    assert [m["id"] for m in body["results"]] == ["m3", "m2", "m1"]
    comment, sent, received = body["results"]
    assert (comment["type"], "direction" in comment) == ("COMMENT", False)
    assert sent["senders"][0] == {
        "actorId": "A-7000061",
        "name": "Ann Lee",
        "senderField": "FROM",
        "deliveryIdentifier": {"type": "HS_EMAIL_ADDRESS", "value": "agent@example.com"},
    }
    assert sent["recipients"][0]["actorId"] == received["senders"][0]["actorId"] == "V-7"


def test_an_e_mail_shows_its_newest_reply_and_its_original_on_request(ask: Asker) -> None:
    _, message = ask("GET", f"{THREADS}/900/messages/m2")
    assert message["truncationStatus"] == "TRUNCATED_TO_MOST_RECENT_REPLY"
    assert message["text"] == "Try again."
    _, original = ask("GET", f"{THREADS}/900/messages/m2/original-content")
    assert original["text"] == QUOTING
    assert "It is broken" in original["richText"]


def test_actors_are_users_contacts_and_the_system(ask: Asker) -> None:
    assert ask("GET", f"{ACTORS}/A-7000061")[1]["email"] == "agent@example.com"
    status, body = ask("POST", f"{ACTORS}/batch/read", {"inputs": ["V-7", "S-hubspot", "A-1"]})
    assert status == 207
    assert [actor["type"] for actor in body["results"]] == ["VISITOR", "SYSTEM"]
    assert body["errors"][0]["context"] == {"ids": ["A-1"]}
    assert ask("GET", f"{ACTORS}/V-999")[0] == 404
    assert ask("POST", f"{ACTORS}/batch/read", {"inputs": ["V-7"] * 101})[0] == 400


def test_reading_needs_its_scope(tmp_path: Path) -> None:
    portal = generated_portal(5, 1, "2026-06-01T00:00:00Z", scopes=frozenset({"tickets"}))
    status, body = Asker(portal)("GET", THREADS)
    assert (status, body["category"]) == (403, "MISSING_SCOPES")
    assert body["errors"][0]["context"] == {"requiredGranularScopes": ["conversations.read"]}


def test_a_message_and_a_comment_are_written(ask: Asker) -> None:
    reply = {"type": "MESSAGE", "text": "Hello", "senderActorId": "A-7000061",
             "recipients": [{"actorId": "V-7"}]}  # fmt: skip
    status, written = ask("POST", f"{THREADS}/900/messages", reply)
    assert (status, written["direction"]) == (201, "OUTGOING")
    comment = {"type": "COMMENT", "text": "Internal"}
    assert ask("POST", f"{THREADS}/900/messages", comment)[0] == 201
    _, body = ask("GET", f"{THREADS}/900/messages?limit=2")
    assert [m["text"] for m in body["results"]] == ["Internal", "Hello"]
    for odd in ({}, {"type": "MESSAGE", "text": "x"}, {"type": "COMMENT", "text": ""},
                {"type": "COMMENT", "text": "x", "senderActorId": "A-0"}):  # fmt: skip
        assert ask("POST", f"{THREADS}/900/messages", odd)[0] == 400


def test_a_thread_is_closed_archived_restored_and_purged_after_30_days(ask: Asker) -> None:
    assert ask("PATCH", f"{THREADS}/900", {"status": "CLOSED"})[1]["status"] == "CLOSED"
    assert ask("GET", f"{THREADS}/900/messages")[1]["results"][0]["newStatus"] == "CLOSED"
    assert ask("PATCH", f"{THREADS}/900", {"status": "?"})[0] == 400
    assert ask("DELETE", f"{THREADS}/900") == (204, None)
    assert (ids(ask), ids(ask, "archived=true")) == (["901", "902"], ["900"])
    assert ask("PATCH", f"{THREADS}/900?archived=true", {"archived": False})[0] == 200
    assert ids(ask) == ["900", "901", "902"]
    ask("DELETE", f"{THREADS}/900")
    ask.portal.advance(ask.portal.clock.now() + 31 * 86_400_000)
    assert (ids(ask), ids(ask, "archived=true")) == (["901", "902"], [])


def test_a_generated_portal_has_threads_for_about_a_third_of_its_tickets() -> None:
    portal = generated_portal(900, 2, "2026-06-01T00:00:00Z", limits="off")
    ask = Asker(portal)
    _, body = ask("GET", f"{THREADS}?association=TICKET")
    assert 220 < len(body["results"]) < 400
    kinds, truncated, begun_by, attached, senders = set(), set(), set(), [], set()
    for thread in body["results"]:
        _, messages = ask("GET", f"{THREADS}/{thread['id']}/messages?sort=createdAt")
        times = [m["createdAt"] for m in messages["results"]]
        assert times == sorted(times)
        assert times[-1] <= "2026-06-01T00:00:00.000Z"
        begun_by.add(messages["results"][0]["direction"])
        senders |= {m["createdBy"][0] for m in messages["results"]}
        attached += [f for m in messages["results"] for f in m.get("attachments", [])]
        kinds |= {m["type"] for m in messages["results"]}
        truncated |= {m.get("truncationStatus") for m in messages["results"]}
    assert kinds == set(KINDS)
    assert {"TRUNCATED_TO_MOST_RECENT_REPLY", "TRUNCATED", "NOT_TRUNCATED"} <= truncated
    assert begun_by == {"INCOMING", "OUTGOING"}
    assert senders == {"A", "V", "E", "S", "L"}
    assert len({file["fileId"] for file in attached}) == len(attached) > 20
    for file in attached[::20]:
        status, shown = ask("GET", f"/files/v3/files/{file['fileId']}")
        assert (status, f"{shown['name']}.{shown['extension']}") == (200, file["name"])


def test_a_message_shows_its_subject_and_its_files(tmp_path: Path) -> None:
    folder = write_dataset(
        tmp_path,
        tickets=[(1, at(1))],
        messages=[
            row("m1", at(2), subject="Broken", attachment_ids="51;52"),
            row("m2", at(3), "THREAD_INBOX_CHANGE", direction="", text="45002"),
        ],
    )
    ask = Asker(dataset_portal(folder, at(5), limits="off"))
    moved, first = ask("GET", f"{THREADS}/900/messages")[1]["results"]
    assert first["subject"] == "Broken"
    assert [file["fileId"] for file in first["attachments"]] == ["51", "52"]
    assert (moved["fromInboxId"], moved["toInboxId"]) == ("45001", "45002")
    assert ids(ask, "inboxId=45002") == ["900"]
    assert ids(ask, "inboxId=45001") == []
    assert ask("GET", f"{THREADS}/900")[1]["inboxId"] == "45002"


def test_a_refused_message_uses_up_no_id(ask: Asker) -> None:
    thread = ask("GET", THREADS)[1]["results"][0]["id"]
    body = {"type": "COMMENT", "text": "hi"}
    path = f"{THREADS}/{thread}/messages"
    _, first = ask("POST", path, body)
    assert ask("POST", path, body | {"attachments": [{"fileId": "99"}]})[0] == 400
    _, second = ask("POST", path, body)
    assert int(second["id"][-4:], 16) == int(first["id"][-4:], 16) + 1


def test_a_comment_can_be_written_with_a_file_that_is_there(ask: Asker) -> None:
    comment = {"type": "COMMENT", "text": "see", "attachments": [{"type": "FILE", "fileId": "5"}]}
    assert ask("POST", f"{THREADS}/900/messages", comment)[0] == 400
    ask.portal.files.attached(5, 0)
    status, body = ask("POST", f"{THREADS}/900/messages", comment)
    assert (status, body["attachments"][0]["fileId"]) == (201, "5")
