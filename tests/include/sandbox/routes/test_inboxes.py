from __future__ import annotations

import pytest

from tests.include.sandbox.asking import Asker
from tests.include.sandbox.portals import generated_portal


@pytest.fixture(scope="module")
def ask() -> Asker:
    return Asker(generated_portal(60, 1, "2026-06-01T00:00:00Z", limits="off"))


@pytest.mark.parametrize("what", ["inboxes", "channels", "channel-accounts"])
def test_where_conversations_arrive_can_be_paged_and_shown(ask: Asker, what: str) -> None:
    base = f"/conversations/v3/conversations/{what}"
    _, whole = ask("GET", base)
    assert whole["total"] == len(whole["results"]) > 1
    _, page = ask("GET", f"{base}?limit=1")
    after = page["paging"]["next"]["after"]
    _, rest = ask("GET", f"{base}?after={after}")
    assert page["results"] + rest["results"] == whole["results"]
    last = whole["results"][-1]
    assert ask("GET", f"{base}/{last['id']}") == (200, last)
    assert ask("GET", f"{base}/0")[0] == 404


def test_channel_accounts_are_found_by_channel_and_inbox(ask: Asker) -> None:
    base = "/conversations/conversations/2026-09/channel-accounts"
    (mail,) = ask("GET", f"{base}?channelId=1002")[1]["results"]
    threads = ask("GET", "/conversations/v3/conversations/threads")[1]["results"]
    assert mail["id"] in {thread["originalChannelAccountId"] for thread in threads}
    assert ask("GET", f"{base}?inboxId=45002")[1]["results"] == []
