"""What an answer means: a usable one, or a failure and the error it ends in."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import orjson

from include.hubspot import errors
from include.hubspot.errors import SAFE
from include.hubspot.retries import Failure, retry_after_seconds
from include.hubspot.transport import Reply

_DAYS = 48 * 3600


@dataclass(frozen=True)
class Answer:
    """A usable answer of HubSpot.

    Attributes:
        status: 200, 201, 204 or 207.
        json: The JSON object; values are as HubSpot sent them.
        at: HubSpot's time when it answered: its Date header, whole seconds, UTC.
    """

    status: int
    json: dict[str, Any]
    at: datetime


def read_reply(reply: Reply) -> Answer | Failure:
    """Read what came: an Answer when it is a 2xx JSON object with a date, else a Failure."""
    if not 200 <= reply.status < 300:
        return _refusal(reply)
    try:
        at = parsedate_to_datetime(reply.headers["Date"])
        content = {} if reply.status == 204 else orjson.loads(reply.body)
    except KeyError:
        return Failure("malformed", reply.status, detail="an answer without a Date header")
    except orjson.JSONDecodeError:
        return Failure("malformed", reply.status, detail=_not_json(reply))
    except (TypeError, ValueError):
        return Failure("malformed", reply.status, detail="an answer with an unreadable Date header")
    if not isinstance(content, dict):
        return Failure("malformed", reply.status, detail="JSON, but no object")
    return Answer(reply.status, content, at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC))


def _not_json(reply: Reply) -> str:
    start = reply.body.lstrip()[:1]
    if start == b"<":
        return "an HTML page instead of JSON"
    return "JSON that is cut off" if start in (b"{", b"[") else "no JSON"


def _refusal(reply: Reply) -> Failure:
    """HubSpot's error envelope, in which every field is optional, or an edge server's page."""
    try:
        envelope = orjson.loads(reply.body)
    except orjson.JSONDecodeError:
        envelope = None
    envelope = envelope if isinstance(envelope, dict) else {}
    absurd = {"absurd": _DAYS} if reply.status == 477 else {}
    return Failure(
        "status",
        reply.status,
        policy=str(envelope.get("policyName") or "").upper() or _policy_in(envelope),
        retry_after=retry_after_seconds(
            reply.headers.get("Retry-After"), reply.headers.get("Date"), **absurd
        ),
        detail=_one_line(envelope) if reply.status == 400 else "",
        scopes=_scopes(envelope),
    )


def _policy_in(envelope: dict) -> str:
    """Some 429 bodies carry no policyName; the message names the limit."""
    message = str(envelope.get("message") or "").lower()
    for policy in ("ten_secondly_rolling", "secondly", "daily"):
        if policy in message:
            return policy.upper()
    return ""


def _one_line(envelope: dict) -> str:
    return " ".join(str(envelope.get("message") or "").split())[:200]


def _scopes(envelope: dict) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for entry in [envelope, *(envelope.get("errors") or [])]:
        context = entry.get("context") if isinstance(entry, dict) else None
        named = context.get("requiredGranularScopes") if isinstance(context, dict) else None
        found.update(dict.fromkeys(map(str, named or ())))
    return tuple(found)


def error_for(failure: Failure, route: str, attempts: int, safe: str = SAFE) -> errors.HubSpotError:
    """The error that a final failure ends in.

    Args:
        failure: What happened last.
        route: Method and path.
        attempts: How often it was tried.
        safe: What can be said of HubSpot's state; a write that got no answer may have been done.
    """
    where = {"route": route, "status": failure.status}
    tries = "once" if attempts == 1 else f"{attempts} times"
    if failure.kind == "malformed":
        return errors.MalformedAnswer(
            f"HubSpot answered {route} with {failure.detail}, tried {tries}: {safe}; "
            "if it stays, look whether a proxy stands between",
            **where,
        )
    if failure.kind != "status":
        kind = errors.PortalOverloaded if failure.is_overload else errors.PortalUnreachable
        return kind(
            f"HubSpot cannot be reached for {route} ({failure.detail}), tried {tries}: {safe}; "
            "check the connection's host and the network, then run again",
            **where,
        )
    return _error_for_status(failure, route, tries, safe, where)


def _error_for_status(failure: Failure, route: str, tries: str, safe: str, where: dict):
    status = failure.status
    if status == 403:
        named = f" one of {', '.join(failure.scopes)}" if failure.scopes else " a scope"
        return errors.MissingScopes(
            f"the token lacks{named} that {route} needs: {safe}; add the scope to the app in "
            "HubSpot, then run again",
            scopes=failure.scopes,
            **where,
        )
    if status == 477:
        after = f" in {failure.retry_after:.0f} s" if failure.retry_after else " later"
        return errors.PortalMigrating(
            f"HubSpot is moving this account to another data centre and refused {route}: {safe}; "
            f"run again{after}",
            retry_after=failure.retry_after,
            **where,
        )
    if status == 429 and failure.policy == "DAILY":
        return errors.DailyLimitReached(
            f"the account's daily calls are used up, HubSpot refused {route}: {safe}; run again "
            "after midnight in the account's time zone",
            **where,
        )
    kind, sentence = _by_status(status, failure)
    return kind(sentence.format(route=route, tries=tries, status=status, safe=safe), **where)


def _by_status(status: int, failure: Failure) -> tuple[type[errors.HubSpotError], str]:
    if status == 401:
        return errors.InvalidAuthentication, (
            "HubSpot does not accept the token for {route}: {safe}; put a valid token into the "
            "portal's connection"
        )
    if status == 404:
        return errors.ObjectNotFound, (
            "HubSpot knows nothing at {route}: {safe}; check the object type and the API version"
        )
    if status == 429:
        return errors.RateLimited, (
            "HubSpot kept refusing {route} for its rate limit, tried {tries}: {safe}; run again "
            "when other users of this account are quieter"
        )
    if status == 423 or status >= 500:
        overloaded = failure.is_overload
        return (errors.PortalOverloaded if overloaded else errors.PortalUnreachable), (
            "HubSpot answered {route} with {status}, tried {tries}: {safe}; run again later, see "
            "status.hubspot.com"
        )
    said = f" ({failure.detail})".replace("{", "{{").replace("}", "}}") if failure.detail else ""
    return errors.InvalidRequest, (
        "HubSpot refused {route} with {status}" + said + ": {safe}, but the same request will be "
        "refused again; check the address, the properties asked for and the API version"
    )
