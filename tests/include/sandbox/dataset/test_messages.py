from __future__ import annotations

from pathlib import Path

import pytest

from include.sandbox.dataset import load_dataset
from include.sandbox.errors import BrokenDataset
from tests.datasets import write_dataset
from tests.include.sandbox.portals import at

GOOD = {"thread_id": "9", "ticket_id": "1", "message_id": "m", "created_at": at(2),
        "type": "MESSAGE", "direction": "INCOMING", "sender_type": "visitor", "sender_id": "7",
        "channel": "CHAT", "text": "x"}  # fmt: skip


def write(folder: Path, *rows: dict[str, str]) -> Path:
    return write_dataset(
        folder,
        tickets=[(1, at(1)), (2, at(1))],
        owners=[(61, "a@example.com", "A", "B", "")],
        messages=[GOOD, *rows],
    )


def test_messages_are_gathered_into_threads_in_order_of_time(tmp_path: Path) -> None:
    earlier = GOOD | {"message_id": "e", "created_at": at(1), "sender_type": "agent",
                      "sender_id": "61"}  # fmt: skip
    contents = load_dataset(write(tmp_path, earlier))
    (thread,) = contents.threads.values()
    assert [m.id for m in thread.messages] == ["e", "m"]
    assert [m.sender for m in thread.messages] == ["A-7000061", "V-7"]
    assert (thread.ticket, thread.contact) == (1, 7)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, "stands twice"),
        ({"message_id": ""}, "is empty"),
        ({"message_id": "n", "ticket_id": "3"}, "the ticket 3 is unknown"),
        ({"message_id": "n", "ticket_id": "2"}, "belongs to the ticket 1"),
        ({"message_id": "n", "thread_id": "x"}, "not a whole number"),
        ({"message_id": "n", "created_at": "soon"}, "created_at"),
        ({"message_id": "n", "type": "FAX"}, "is none of"),
        ({"message_id": "n", "direction": ""}, "neither INCOMING nor OUTGOING"),
        ({"message_id": "n", "sender_type": "agent", "sender_id": "5"}, "owner '5' is unknown"),
        ({"message_id": "n", "sender_type": "robot"}, "is none of agent"),
        ({"message_id": "n", "attachment_ids": "5;x"}, "no file ids"),
        ({"message_id": "n", "type": "THREAD_INBOX_CHANGE", "text": "7"}, "the inbox '7'"),
    ],
)
def test_a_message_that_makes_no_sense_is_refused_with_its_line(
    tmp_path: Path, change: dict[str, str], reason: str
) -> None:
    with pytest.raises(BrokenDataset, match="messages.csv.gz, line 3") as refused:
        load_dataset(write(tmp_path, GOOD | change))
    assert reason in str(refused.value)
