"""What one run was asked to do."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from include.pipeline.errors import BadRequest

Mode = Literal["incremental", "full", "window", "sweep"]
MODES: tuple[Mode, ...] = ("incremental", "full", "window", "sweep")
# What can belong to a ticket: records, what people did about it, and what was said.
RECORD_TYPES = ("contacts", "companies", "deals")
ENGAGEMENT_TYPES = ("notes", "emails", "calls", "meetings", "tasks")
CONVERSATIONS = "conversations"
ASSOCIATED_TYPES = (*RECORD_TYPES, *ENGAGEMENT_TYPES, CONVERSATIONS)


@dataclass(frozen=True)
class RunRequest:
    """A run's mode and choices.

    Attributes:
        mode: `incremental` reads from the stored cursor to now; `full` reads everything again;
            `window` re-reads what changed in [window_from, window_to) and never moves the cursor;
            `sweep` proves that nothing is missing, and repairs what is.
        window_from: beginning of the window, UTC; only with `window`.
        window_to: end of the window, UTC; only with `window`.
        properties: ticket properties to read, or None for all.
        associations: what is read that belongs to tickets (`ASSOCIATED_TYPES`), or None for all
            that the portal syncs.
        spread: begin a read that takes more calls than are left today; it stops at the limit, and
            the next run goes on with it.
    """

    mode: Mode = "incremental"
    window_from: datetime | None = None
    window_to: datetime | None = None
    properties: tuple[str, ...] | None = None
    associations: tuple[str, ...] | None = None
    spread: bool = False

    def __post_init__(self) -> None:
        """Refuse words that contradict each other, before anything is read."""
        if self.mode not in MODES:
            raise BadRequest(f"mode '{self.mode}' is unknown; use one of {', '.join(MODES)}.")
        if self.mode == "window":
            self._check_window()
        elif self.window_from or self.window_to:
            raise BadRequest(f"a window is given with mode '{self.mode}'; use mode 'window'.")
        require_associations(self.associations or ())
        if self.mode == "sweep" and (self.properties or self.associations):
            raise BadRequest("a sweep proves that nothing is missing; it cannot leave out parts.")
        if self.properties is not None and not self.properties:
            raise BadRequest("the list of properties is empty; leave it out to read all of them.")

    def _check_window(self) -> None:
        if not self.window_from or not self.window_to:
            raise BadRequest("mode 'window' needs both its beginning and its end.")
        if self.window_from >= self.window_to:
            raise BadRequest(
                f"the window ends ({self.window_to.isoformat()}) at or before it begins "
                f"({self.window_from.isoformat()})."
            )

    def is_partial(self, synced: tuple[str, ...]) -> bool:
        """Whether the run leaves something of a ticket unread.

        A partial run adds what it read, but no ticket counts as read by it: neither the cursor
        nor the known modified time moves, or the next night would skip what was left out.

        Args:
            synced: object types whose links the portal syncs.
        """
        chosen = synced if self.associations is None else self.associations
        return self.properties is not None or not set(synced) <= set(chosen)


def require_associations(object_types: tuple[str, ...]) -> None:
    """Refuse object types that no ticket can be linked to here.

    Raises:
        BadRequest: names them.
    """
    unknown = sorted(set(object_types) - set(ASSOCIATED_TYPES))
    if unknown:
        raise BadRequest(
            f"links to {', '.join(unknown)} cannot be read; choose from "
            f"{', '.join(ASSOCIATED_TYPES)}."
        )


def parse_moment(text: str) -> datetime:
    """Parse an ISO 8601 moment; one without an offset is UTC.

    Raises:
        BadRequest: not a moment.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadRequest(f"'{text}' is no moment; write it as 2026-01-31T02:00:00Z.") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
