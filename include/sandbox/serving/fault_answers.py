"""What a fault answers in a route's place."""

import orjson

from include.sandbox.errors import (
    ExpiredToken,
    InvalidInput,
    MissingScopes,
    OverLimit,
    Refusal,
    Unauthenticated,
)
from include.sandbox.faults import STATUSES, Fault
from include.sandbox.serving.wire import JSON, Answer, html_answer, json_answer


def faulty(fault: Fault, correlation_id: str, scopes: list[str]) -> Answer | None:
    """Return what a fault answers in the route's place, or None when the route answers.

    Args:
        fault: what strikes.
        correlation_id: of the answer.
        scopes: those that a 403 names, one of which would open the route.
    """
    if fault.kind == "html":
        return html_answer(200, "One moment please")
    if fault.kind in _EXPIRED:
        return refused(_EXPIRED[fault.kind], correlation_id)
    status = STATUSES.get(fault.kind)
    if status is None:
        return None
    if status in _EDGE:
        return _with_retry_after(html_answer(status, f"{status} {_EDGE[status]}"), fault)
    refusals: dict[int, Refusal] = {
        401: Unauthenticated(),
        403: MissingScopes(scopes),
        429: OverLimit(fault.policy, retry_after=fault.retry_after),
    }
    if status in refusals:
        return refused(refusals[status], correlation_id)
    body = {
        "status": "error",
        "message": _MESSAGES[status],
        "correlationId": correlation_id,
        "category": _CATEGORIES[status],
    }
    return _with_retry_after(json_answer(status, body), fault)


def _with_retry_after(answer: Answer, fault: Fault) -> Answer:
    if fault.retry_after is not None:
        answer.headers.append(("Retry-After", str(fault.retry_after)))
    return answer


_EXPIRED: dict[str, Refusal] = {
    "expired_token": ExpiredToken(),
    "expired_cursor": InvalidInput("The paging cursor has expired"),
}
_EDGE = {502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
         524: "A Timeout Occurred"}  # fmt: skip
_MESSAGES = {423: "The resource is locked", 477: "Migration in progress", 500: "internal error"}
_CATEGORIES = {423: "LOCKED", 477: "MIGRATION_IN_PROGRESS", 500: "INTERNAL_ERROR"}


def lost() -> Answer:
    """Return what a client sees whose write was done and whose answer did not come through."""
    return html_answer(504, f"504 {_EDGE[504]}")


def leave_out(answer: Answer, records: int) -> None:
    """Let a batch read's last records be missing, as a 207 tells it, though they exist."""
    if answer.media_type != JSON or answer.status not in (200, 207):
        return
    body = orjson.loads(answer.content)
    kept, left = body["results"][: -records or None], body["results"][-records:]
    ids = [str(item.get("id") or item["from"]["id"]) for item in left]
    error = {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "message": "Could not get some objects, they may be deleted or not exist.",
        "context": {"ids": ids},
    }
    body |= {"results": kept, "errors": [*body.get("errors", []), error]}
    answer.status = 207
    answer.content = orjson.dumps(body | {"numErrors": len(body["errors"])})


def refused(refusal: Refusal, correlation_id: str) -> Answer:
    """Return a refusal as an answer, with the `Retry-After` that some have."""
    answer = json_answer(refusal.status, refusal.body(correlation_id))
    if isinstance(refusal, OverLimit) and refusal.retry_after is not None:
        answer.headers.append(("Retry-After", str(refusal.retry_after)))
    return answer
