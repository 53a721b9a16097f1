"""Inboxes, channels and channel accounts: where conversations arrive."""

from typing import Any

from include.sandbox.conversations import CHANNELS, INBOX, INBOXES
from include.sandbox.errors import NotFound
from include.sandbox.moments import to_iso
from include.sandbox.portal import Portal
from include.sandbox.serving.call import Call
from include.sandbox.serving.endpoint import Endpoint

MAX_PAGE = 500
_NAMES = {"CHAT": "Live chat", "FACEBOOK": "Facebook Messenger", "EMAIL": "Email", "FORM": "Forms",
          "PHONE": "Calling", "WHATSAPP": "WhatsApp"}  # fmt: skip


def list_inboxes(portal: Portal, call: Call) -> dict[str, Any]:
    """List the inboxes."""
    return _page(call, _inboxes(portal))


def get_inbox(portal: Portal, call: Call) -> dict[str, Any]:
    """Show one inbox."""
    return _one(_inboxes(portal), call.path["inbox_id"])


def list_channels(portal: Portal, call: Call) -> dict[str, Any]:  # noqa: ARG001
    """List the channels over which messages can come."""
    return _page(call, _channels())


def get_channel(portal: Portal, call: Call) -> dict[str, Any]:  # noqa: ARG001
    """Show one channel."""
    return _one(_channels(), call.path["channel_id"])


def list_accounts(portal: Portal, call: Call) -> dict[str, Any]:
    """List the channel accounts, all of them or those of a channel or an inbox."""
    channel, inbox = call.text("channelId"), call.text("inboxId")
    accounts = [
        account
        for account in _accounts(portal)
        if channel in ("", account["channelId"]) and inbox in ("", account["inboxId"])
    ]
    return _page(call, accounts)


def get_account(portal: Portal, call: Call) -> dict[str, Any]:
    """Show one channel account."""
    return _one(_accounts(portal), call.path["account_id"])


def _inboxes(portal: Portal) -> list[dict[str, Any]]:
    born = to_iso(portal.born)
    return [
        {"id": inbox, "name": name, "type": kind, "createdAt": born, "updatedAt": born,
         "archived": False}
        for inbox, (name, kind) in INBOXES.items()
    ]  # fmt: skip


def _channels() -> list[dict[str, Any]]:
    return [{"id": number, "name": _NAMES[name]} for name, number in CHANNELS.items()]


def _accounts(portal: Portal) -> list[dict[str, Any]]:
    born = to_iso(portal.born)
    return [
        {"id": f"{channel['id']}01", "name": f"{channel['name']} of the portal",
         "channelId": channel["id"], "inboxId": INBOX, "active": True, "authorized": True,
         "createdAt": born, "archived": False}
        for channel in _channels()
    ]  # fmt: skip


def _page(call: Call, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return one page; `after` is the id of the last row shown, and sorting is not offered."""
    limit, after = call.number("limit", 100, MAX_PAGE), call.text("after")
    rest = [row for row in rows if not after or row["id"] > after]
    body: dict[str, Any] = {"results": rest[:limit], "total": len(rows)}
    if len(rest) > limit:
        body["paging"] = call.paging(rest[limit - 1]["id"])
    return body


def _one(rows: list[dict[str, Any]], given: str) -> dict[str, Any]:
    for row in rows:
        if row["id"] == given:
            return row
    raise NotFound("resource not found")


_LEGACY, _DATED = "/conversations/v3/conversations", "/conversations/conversations/{D}"
ENDPOINTS = [
    Endpoint("GET", _LEGACY + rest, _DATED + rest, handler, "conversations.read")
    for rest, handler in (
        ("/inboxes", list_inboxes),
        ("/inboxes/{inbox_id}", get_inbox),
        ("/channels", list_channels),
        ("/channels/{channel_id}", get_channel),
        ("/channel-accounts", list_accounts),
        ("/channel-accounts/{account_id}", get_account),
    )
]
