"""The envelope of batch answers, with what was not found (hubspot-api.md 2.1)."""

from typing import Any

from include.sandbox.moments import to_iso
from include.sandbox.portal import Portal
from include.sandbox.serving.call import Call


def batch_answer(
    portal: Portal, call: Call, results: list[Any], missing: list[str], what: str
) -> tuple[int, dict[str, Any]]:
    """Return 200, or 207 with one OBJECT_NOT_FOUND error that names what is missing."""
    errors = [not_found(missing, what)] if missing else []
    return partial_answer(portal, call, results, errors)


def partial_answer(
    portal: Portal,
    call: Call,
    results: list[Any],
    errors: list[dict[str, Any]],
    success: int = 200,
) -> tuple[int, dict[str, Any]]:
    """Return success, or 207 with errors.

    The specification of 2026-09 knows no 207: there the errors stand in a success, unless the
    portal's settings say otherwise (how it is live is not verified).
    """
    body = envelope(portal, results)
    if not errors:
        return success, body
    body |= {"numErrors": len(errors), "errors": errors}
    if call.family == "2026-09" and portal.settings.partial_status_2026_09 == 200:
        return success, body
    return 207, body


def envelope(portal: Portal, results: list[Any] | None = None) -> dict[str, Any]:
    """Return a batch answer's envelope, with results unless it has none."""
    now = to_iso(portal.clock.now())
    body: dict[str, Any] = {"status": "COMPLETE", "startedAt": now, "completedAt": now}
    return body if results is None else {"results": results, **body}


def not_found(missing: list[str], what: str) -> dict[str, Any]:
    """Return the error that names what a batch did not find."""
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "message": f"Could not get some {what}, they may be deleted or not exist. "
        "Check that ids are valid.",
        "context": {"names" if what == "properties" else "ids": missing},
    }
