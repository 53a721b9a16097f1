"""Owners: people (and queues) to whom tickets belong. Owners are not users."""

from dataclasses import dataclass, field
from typing import Any

from include.sandbox.moments import to_iso
from include.sandbox.store import record_id_of


@dataclass(slots=True)
class Owner:
    """One owner; `teams` are (id, name) pairs, the first is the primary one."""

    id: str
    email: str
    first_name: str
    last_name: str
    user_id: int
    archived: bool = False
    type: str = "PERSON"
    teams: list[tuple[str, str]] = field(default_factory=list)
    created: int = 0

    def body(self) -> dict[str, Any]:
        """Return the owner as the owners API shows it: an archived one has no user id."""
        body: dict[str, Any] = {
            "id": self.id,
            "email": self.email,
            "type": self.type,
            "firstName": self.first_name,
            "lastName": self.last_name,
            "userId": None if self.archived else self.user_id,
            "userIdIncludingInactive": self.user_id,
            "createdAt": to_iso(self.created),
            "updatedAt": to_iso(self.created),
            "archived": self.archived,
        }
        if self.teams:
            body["teams"] = [
                {"id": team, "name": name, "primary": i == 0}
                for i, (team, name) in enumerate(self.teams)
            ]
        return body


def user_id_of(owner_id: str, row: int) -> int:
    """Return a user id for a dataset's owner, which differs from the owner id on purpose."""
    number = record_id_of(owner_id)
    return 7_000_000 + (row if number is None else number)
