"""What a plan is asked for: how much, and what to do with what the target lacks."""

from dataclasses import asdict, dataclass
from typing import Literal

Missing = Literal["create", "list"]


@dataclass(frozen=True)
class PlanChoices:
    """The choices that a plan is made under; part of its hash.

    Attributes:
        limit: Only the first N tickets, by creation time and id; None for all.
        filter: Only tickets whose properties equal these values, all of them.
        delta: Only tickets that changed at the source since they were migrated, or are new.
        missing_records: Contacts, companies and deals that the target lacks are created, or listed
            as exceptions and their links left out.
        fallback_owner: E-mail of the target's owner who gets what missing or archived owners had;
            None leaves such tickets without an owner.
    """

    limit: int | None = None
    filter: tuple[tuple[str, str], ...] = ()
    delta: bool = False
    missing_records: Missing = "create"
    fallback_owner: str | None = None

    def __post_init__(self) -> None:
        """Refuse choices that mean nothing."""
        if self.limit is not None and self.limit < 1:
            raise ValueError(f"a limit of {self.limit} tickets: give at least 1, or none for all.")
        if self.missing_records not in ("create", "list"):
            raise ValueError(
                f"missing records can be created or listed, not {self.missing_records!r}."
            )

    def as_options(self) -> dict:
        """The choices as JSON holds them."""
        return asdict(self) | {"filter": dict(self.filter)}
