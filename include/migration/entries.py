"""What the ledger holds of one object: what was planned, what was sent, what became of it."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal

import orjson

State = Literal["planned", "sent", "confirmed", "failed", "undone"]
WRITING_ACTIONS = ("create", "update", "patch_options", "archive")


@dataclass(frozen=True, slots=True)
class Planned:
    """A row of the plan, as it enters the ledger.

    Attributes:
        key: What the object is called on both sides.
        source_id: Its id at the source.
        target_id: Its id at the target, where it is there.
        action: Of the plan.
        reason: In words, where the plan gives one.
        label: Of a pipeline, a stage or a label, which has no key of its own.
    """

    key: str
    source_id: str
    target_id: str | None
    action: str
    reason: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An object in the ledger; attributes as its columns (`ledger_tables.sql`)."""

    key: str
    source_id: str
    target_id: str | None
    action: str
    payload_hash: str | None
    before_image: str | None
    state: State
    is_ours: bool
    attempt: int
    reason: str | None = None
    label: str | None = None

    @property
    def before(self) -> Any:
        """The before-image, or None."""
        return None if self.before_image is None else orjson.loads(self.before_image)

    @property
    def is_creation(self) -> bool:
        """Whether it is to be made, and is not known to be there."""
        return self.action == "create" and self.target_id is None

    @property
    def may_be_ours(self) -> bool:
        """Whether this migration made it, or may have: its creation was sent and not settled."""
        return self.is_ours or (self.state == "sent" and self.action == "create")

    def is_done_with(self, payload_hash: str) -> bool:
        """Whether exactly this payload is confirmed."""
        return self.state == "confirmed" and self.payload_hash == payload_hash


@dataclass(frozen=True, slots=True)
class Intent:
    """What is about to be sent.

    Attributes:
        key: Of the entry.
        payload_hash: Of what is sent.
        before: What it replaces, JSON; None keeps the one that is known.
    """

    key: str
    payload_hash: str
    before: Any = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it.

    Attributes:
        key: Of the entry.
        state: confirmed or failed.
        target_id: The record at the target, None to keep the one that is known.
        is_ours: Made by this migration; None to keep what is known.
        reason: Of a failure or an adoption.
    """

    key: str
    state: State
    target_id: str | None = None
    is_ours: bool | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a migration uploaded.

    Attributes:
        target_id: Of the file at the target.
        payload_hash: Over its name, size and access.
    """

    target_id: str
    payload_hash: str


def hash_of(payload: Any) -> str:
    """Hash JSON, whatever the order of its keys."""
    return sha256(orjson.dumps(payload, option=orjson.OPT_SORT_KEYS)).hexdigest()
