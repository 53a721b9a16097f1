"""Records of one type: created by upsert under their source key, or changed by id.

What the ledger says was sent, and nothing more, is read back by key before anything is sent again.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from include.hubspot.batch_writing import CHARACTERS, LIMIT, BatchWrite, update_batch, upsert_batch
from include.hubspot.refusals import Refusal
from include.migration.entries import Entry, Intent, Outcome, hash_of
from include.migration.reading_back import values_of
from include.migration.run import SOURCE_KEY, Run, batched
from include.migration.settling import is_made_by, settle_uncertain

ITEMS_AT_ONCE = 1000
ROUNDS = 3  # of what HubSpot neither took nor refused for good
_OLDER = "there before this migration began: changed, and undo cannot give its values back"


@dataclass(frozen=True, slots=True)
class Item:
    """A record to write.

    Attributes:
        key: Its source key.
        action: create or update.
        properties: Name -> value, as the target takes them; without the source key.
        target_id: Of a record to update.
        problem: Why it cannot be written, found before anything was sent.
    """

    key: str
    action: str
    properties: dict[str, str]
    target_id: str | None = None
    problem: str | None = None


class RecordWriter:
    """Writes records of one object type.

    Args:
        run: The migration.
        object_type: tickets, contacts, notes, …
        adopt: What to do with a refused creation: the id of the record that is there already, or
            None when it is a failure.
    """

    def __init__(
        self, run: Run, object_type: str, adopt: Callable[[Refusal], str | None] | None = None
    ):
        self._run = run
        self._object_type = object_type
        self._adopt = adopt or _never
        self._entries: dict[str, Entry] = {}

    def write(self, items: Callable[[], Iterable[Item]]) -> None:
        """Write all items that are not confirmed with the same payload yet.

        Args:
            items: Gives the items; asked once.

        Raises:
            HubSpotError: As drawn in its room; what was sent is in the ledger.
        """
        settle_uncertain(self._run, self._object_type)
        self._entries = self._run.entries(self._object_type)
        done = 0
        for count in self._run.side_by_side(self._batches(items()), self._write_batch):
            done += count
        if done:
            self._run.report(f"{self._object_type}: {done:,} written")

    def _batches(self, items: Iterable[Item]) -> Iterator[list[Item]]:
        """Cut what is to be sent into batches of one action, bounded in number and size."""
        waiting: dict[str, list[Item]] = {"create": [], "update": []}
        sizes = {"create": 0, "update": 0}
        for item in self._open(items):
            entry = self._entries[item.key]
            # a record that is there, of an earlier run with another payload, is changed by id
            action = "update" if entry.target_id else item.action
            size = sum(len(str(value)) for value in item.properties.values())
            batch = waiting[action]
            if batch and (len(batch) == LIMIT or sizes[action] + size > CHARACTERS):
                yield batch
                batch = waiting[action] = []
                sizes[action] = 0
            batch.append(item)
            sizes[action] += size
        yield from filter(None, waiting.values())

    def _open(self, items: Iterable[Item]) -> Iterator[Item]:
        """Leave out what is confirmed, and what cannot be written, which is noted."""
        for chunk in batched(items, ITEMS_AT_ONCE):
            self._run.settle(
                self._object_type,
                [Outcome(one.key, "failed", reason=one.problem) for one in chunk if one.problem],
            )
            for one in chunk:
                done = self._entries[one.key].is_done_with(hash_of(one.properties))
                if not one.problem and not done:
                    yield one

    def _write_batch(self, items: list[Item]) -> int:
        is_update = self._entries[items[0].key].target_id is not None
        intents = self._with_before(items) if is_update else _plain(items)
        left = [item for item in items if item.key in intents]
        if not left:
            return 0
        self._run.intend(self._object_type, intents.values())
        for _ in range(ROUNDS):
            written = self._update(left) if is_update else self._upsert(left)
            left = self._settle(left, written)
            if not left:
                break
        self._run.settle(
            self._object_type,
            [Outcome(item.key, "failed", reason="HubSpot gave no clear answer") for item in left],
        )
        return len(intents) - len(left)

    def _upsert(self, items: list[Item]) -> BatchWrite:
        rows = [(item.key, item.properties | {SOURCE_KEY: item.key}) for item in items]
        return upsert_batch(self._run.target, self._object_type, SOURCE_KEY, rows)

    def _update(self, items: list[Item]) -> BatchWrite:
        rows = [(self._target_id(item), item.properties) for item in items]
        return update_batch(self._run.target, self._object_type, rows)

    def _target_id(self, item: Item) -> str:
        found = self._entries[item.key].target_id or item.target_id
        assert found is not None  # noqa: S101
        return found

    def _with_before(self, items: Sequence[Item]) -> dict[str, Intent]:
        """Read what an update replaces; a record that is gone fails here."""
        ids = {self._target_id(item): item for item in items}
        names = sorted({name for item in items for name in item.properties})
        found = values_of(self._run.target, self._object_type, list(ids), names)
        gone = [item for one, item in ids.items() if one not in found]
        self._run.settle(
            self._object_type,
            [
                Outcome(item.key, "failed", reason="the record at the target is gone")
                for item in gone
            ],
        )
        return {
            item.key: Intent(
                item.key,
                hash_of(item.properties),
                {name: found[one].get(name) or "" for name in item.properties},
            )
            for one, item in ids.items()
            if one in found
        }

    def _settle(self, items: list[Item], written: BatchWrite) -> list[Item]:
        """Note outcomes; returns what is to be sent once more."""
        outcomes, again = [], [items[position] for position in written.unsettled]
        for position, record in written.records.items():
            outcomes.append(self._confirmed(items[position].key, record))
        for position, refusal in written.refused.items():
            item = items[position]
            adopted = self._adopt(refusal)
            if adopted:
                reason = "there already: adopted, not changed"
                outcomes.append(Outcome(item.key, "confirmed", adopted, False, reason))
            elif refusal.may_pass:
                again.append(item)
            else:
                outcomes.append(Outcome(item.key, "failed", reason=refusal.reason))
        self._run.settle(self._object_type, outcomes)
        return again

    def _confirmed(self, key: str, record: dict[str, Any]) -> Outcome:
        record_id = str(record["id"])
        if "new" not in record:  # an update: whose the record is was known before
            return Outcome(key, "confirmed", record_id)
        if record["new"] or is_made_by(self._run.migration, record):
            return Outcome(key, "confirmed", record_id, True)
        return Outcome(key, "confirmed", record_id, False, _OLDER)


def _plain(items: Iterable[Item]) -> dict[str, Intent]:
    return {item.key: Intent(item.key, hash_of(item.properties)) for item in items}


def _never(_refusal: Refusal) -> None:
    return None
