"""What the portal refuses, in HubSpot's error envelope.

    Refusal                      any answer that is not a success
    |-- InvalidInput       400   VALIDATION_ERROR
    |-- Unauthenticated    401   INVALID_AUTHENTICATION
    |   `-- ExpiredToken         EXPIRED_AUTHENTICATION
    |-- MissingScopes      403   MISSING_SCOPES
    |-- NotFound           404   OBJECT_NOT_FOUND
    |-- MethodNotAllowed   405
    |-- Conflict           409   CONFLICT, OBJECT_ALREADY_EXISTS
    |-- TooLarge           413
    |-- TooManyIdentities  414
    `-- OverLimit          429   RATE_LIMITS

`BrokenDataset` and `ControlRefused` are not HubSpot's: the first stops the start, the second
answers the control plane.
"""

from typing import Any


class Refusal(Exception):
    """An answer other than success: a status and HubSpot's envelope."""

    status = 500
    category = "INTERNAL_ERROR"

    def __init_subclass__(cls, status: int = 0, category: str = "") -> None:
        """Take over what a kind of refusal changes: its status, its category, or both."""
        cls.status = status or cls.status
        cls.category = category or cls.category

    def __init__(self, message: str, **extra: Any) -> None:
        super().__init__(message)
        self.message = message
        self.extra = extra

    def body(self, correlation_id: str) -> dict[str, Any]:
        """Return the envelope (hubspot-api.md 3.4)."""
        return {"status": "error", "message": self.message, "correlationId": correlation_id,
                "category": self.category, **self.extra}  # fmt: skip

    def entry(self, context: dict[str, list[str]]) -> dict[str, Any]:
        """Return the refusal as one of a batch answer's `errors`."""
        return {"status": "error", "category": self.category, "message": self.message,
                "context": context, **self.extra}  # fmt: skip


class InvalidInput(Refusal, status=400, category="VALIDATION_ERROR"):
    """The request cannot be understood or exceeds a documented limit."""


class Unauthenticated(Refusal, status=401, category="INVALID_AUTHENTICATION"):
    """No token, or not this portal's."""

    def __init__(self) -> None:
        super().__init__(
            "Authentication credentials not found. This API supports OAuth 2.0 authentication and "
            "you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview"
        )


class ExpiredToken(Unauthenticated, category="EXPIRED_AUTHENTICATION"):
    """An OAuth token whose 30 minutes are over."""

    def __init__(self, minutes: int = 0) -> None:
        super().__init__()
        self.message = f"The OAuth token used to make this call expired {minutes} minute(s) ago."


class MissingScopes(Refusal, status=403, category="MISSING_SCOPES"):
    """The token lacks every scope that would open the route."""

    def __init__(self, required: list[str]) -> None:
        super().__init__(
            "This app hasn't been granted all required scopes to make this call. "
            "Read more about required scopes here: https://developers.hubspot.com/scopes.",
            errors=[
                {
                    "message": "One or more of the following scopes are required.",
                    "context": {"requiredGranularScopes": required},
                }
            ],
            links={"scopes": "https://developers.hubspot.com/scopes"},
        )


class NotFound(Refusal, status=404, category="OBJECT_NOT_FOUND"):
    """No such record, property, pipeline or route."""


class MethodNotAllowed(Refusal, status=405, category="METHOD_NOT_ALLOWED"):
    """The path exists, not under this method."""


class Conflict(Refusal, status=409, category="CONFLICT"):
    """Something of that name or unique value is there already."""


class AlreadyExists(Conflict, category="OBJECT_ALREADY_EXISTS"):
    """A property, group, pipeline or stage of that name or id is there already."""


class TooLarge(Refusal, status=413, category="VALIDATION_ERROR"):
    """A body that nobody reads to its end."""


class TooManyIdentities(Refusal, status=414, category="VALIDATION_ERROR"):
    """A record into which 250 were merged takes no more."""

    def __init__(self) -> None:
        super().__init__("Cannot have more than 250 identities on a profile")


class OverLimit(Refusal, status=429):
    """A rate limit, its policy's name in the body as public logs show it (hubspot-api.md 3.3)."""

    def __init__(self, policy: str, *, retry_after: int | None = None) -> None:
        super().__init__(f"You have reached your {policy.lower()} limit.")
        self.policy = policy
        self.retry_after = retry_after

    def body(self, correlation_id: str) -> dict[str, Any]:
        """Return the 429 body, which has its own fields instead of a category."""
        group = self.policy.replace("_", "-").replace("-ROLLING", "").lower()
        return {
            "status": "error",
            "message": self.message,
            "errorType": "RATE_LIMIT",
            "correlationId": correlation_id,
            "policyName": self.policy,
            "groupName": f"publicapi:private-apps:api-calls-{group}:sandbox",
        }


class BrokenDataset(Exception):
    """A dataset that cannot be loaded: file, line (the header is line 1) and reason."""

    def __init__(self, file: str, line: int | None, reason: str) -> None:
        place = file if line is None else f"{file}, line {line}"
        super().__init__(f"{place}: {reason}")


class ControlRefused(Exception):
    """A control-plane request that cannot be done: answered 400 with this sentence."""
