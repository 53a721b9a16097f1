"""The switches of a portal: what `serve` was told, and what HubSpot leaves unverified."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Settings:
    """How a portal behaves; the defaults are those of commands.md.

    `association_limit` ("own" counter of the Associations API, or "shared" with all other calls),
    `history_cap` (0: none), `association_page_size`, `unknown_search_property` ("empty" or
    "error"), `filter_characters` (0: any number), `request_line` (bytes before a 414),
    `epoch_filters` ("answer" or "error"),
    `partial_status_2026_09` (200 or 207), `no_op_writes` ("ignore", or "bump" the modified time),
    `createdate_writable` (and `closed_date`) and `validate_deletes_2026_09` (of pipelines and
    stages) stand for behaviour of HubSpot that no public source settles.
    """

    portal_id: int | None = None
    token: str = "sandbox-token"  # noqa: S105  the documented default of a local fake
    token_minutes: int = 0
    scopes: frozenset[str] | None = None
    limits: str = "hubspot"
    burst_limit: int = 190
    association_limit: str = "own"
    latency_ms: int = 0
    jitter_ms: int = 0
    index_lag_ms: int = 0
    until: int | None = None
    history_cap: int = 0
    association_page_size: int = 500
    unknown_search_property: str = "empty"
    filter_characters: int = 0
    request_line: int = 16_200
    epoch_filters: str = "answer"
    partial_status_2026_09: int = 200
    no_op_writes: str = "ignore"
    createdate_writable: bool = False
    validate_deletes_2026_09: bool = True
    allow_remote_control: bool = False

    def deciding(self) -> dict[str, Any]:
        """Return the options that decide what a write does: repeated under others, it differs."""
        return {
            "--portal-id": self.portal_id,
            "--scopes": None if self.scopes is None else ",".join(sorted(self.scopes)),
            "--token-minutes": self.token_minutes,
            "--no-op-writes": self.no_op_writes,
            "--createdate-writable": "yes" if self.createdate_writable else "no",
            "--validate-deletes": "yes" if self.validate_deletes_2026_09 else "no",
        }
