"""Every intent and every outcome: each call is one transaction, on the disk when it returns."""

from collections.abc import Iterable, Iterator

import orjson

from include.migration.entries import WRITING_ACTIONS, Entry, Intent, Outcome, Planned, Upload
from include.migration.ledger_file import LedgerFile

_COLUMNS = (
    "source_key, source_id, target_id, action, payload_hash, before_image, state, is_ours, "
    "attempt, reason, label"
)


class Ledger(LedgerFile):
    """The ledger of every migration between two portals."""

    def plan(self, migration_id: str, object_type: str, rows: Iterable[Planned]) -> None:
        """Enter rows of the plan; those known already stay as they are.

        Rows with nothing to write are confirmed at once.
        """
        now = self._now()
        entered = []
        for row in rows:
            is_written = row.action in WRITING_ACTIONS
            state, settled_at = ("planned", None) if is_written else ("confirmed", now)
            known = (row.source_id, row.target_id, row.label, row.action)
            entered.append(
                (migration_id, object_type, row.key, *known, state, row.reason, now, settled_at)
            )
        with self._transaction() as db:
            db.executemany(
                "insert or ignore into entries (migration_id, object_type, source_key, source_id, "
                "target_id, label, action, state, reason, planned_at, settled_at) "
                "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                entered,
            )

    def intend(self, migration_id: str, object_type: str, intents: Iterable[Intent]) -> None:
        """Note what is about to be sent, before it is sent."""
        now = self._now()
        rows = [
            (
                one.payload_hash,
                None if one.before is None else orjson.dumps(one.before).decode(),
                now,
                migration_id,
                object_type,
                one.key,
            )
            for one in intents
        ]
        if not rows:
            return
        with self._transaction() as db:
            db.executemany(
                "update entries set state = 'sent', payload_hash = ?, "
                # the first before-image is the truth: later ones show our own half-known write
                "before_image = coalesce(before_image, ?), sent_at = ?, attempt = attempt + 1 "
                "where migration_id = ? and object_type = ? and source_key = ?",
                rows,
            )

    def settle(self, migration_id: str, object_type: str, outcomes: Iterable[Outcome]) -> None:
        """Note what became of what was sent."""
        now = self._now()
        rows = [
            (
                one.state,
                one.target_id,
                one.is_ours,
                one.reason,
                now,
                migration_id,
                object_type,
                one.key,
            )
            for one in outcomes
        ]
        if not rows:
            return
        with self._transaction() as db:
            db.executemany(
                "update entries set state = ?, target_id = coalesce(?, target_id), "
                "is_ours = coalesce(?, is_ours), reason = ?, settled_at = ? "
                "where migration_id = ? and object_type = ? and source_key = ?",
                rows,
            )

    def entries(self, migration_id: str, object_type: str) -> dict[str, Entry]:
        """Return a migration's entries of one kind, by key."""
        rows = self._rows(
            f"select {_COLUMNS} from entries where migration_id = ? and object_type = ?",  # noqa: S608
            (migration_id, object_type),
        )
        return {row[0]: Entry(*row[:7], bool(row[7]), *row[8:]) for row in rows}

    def all_entries(self, size: int) -> Iterator[list[tuple]]:
        """Return every entry without its images, `size` at a time, as `outcome_tables.sql`."""
        last = ("", "", "")
        while rows := self._rows(
            "select migration_id, object_type, source_key, source_id, target_id, action, state, "
            "is_ours, reason, attempt from entries "
            "where (migration_id, object_type, source_key) > (?, ?, ?) "
            "order by migration_id, object_type, source_key limit ?",
            (*last, size),
        ):
            yield rows
            last = rows[-1][:3]

    def ids(self, migration_id: str, object_type: str) -> dict[str, str]:
        """Return where a migration's objects of one kind are: source id to target id."""
        rows = self._rows(
            "select source_id, target_id from entries "
            "where migration_id = ? and object_type = ? and target_id is not null "
            "and state <> 'undone'",
            (migration_id, object_type),
        )
        return dict(rows)

    def is_unsettled(self, migration_id: str) -> bool:
        """Whether something was refused, or was sent and nobody knows what became of it."""
        sql = (
            "select exists (select 1 from entries where migration_id = ? "
            "and state in ('failed', 'sent'))"
        )
        return bool(self._rows(sql, (migration_id,))[0][0])

    def uploads(self) -> dict[str, Upload]:
        """Return the files that migrations uploaded and no undo deleted, the newest by key."""
        rows = self._rows(
            "select source_key, target_id, payload_hash from entries join migrations "
            "using (migration_id) where object_type = 'files' and entries.state = 'confirmed' "
            "and is_ours and target_id is not null and migrations.state <> 'undone' "
            "order by migrations.rowid",
            (),
        )
        return {key: Upload(*found) for key, *found in rows}

    def standing_files(self, except_migration: str) -> set[str]:
        """Return target ids of the files that other migrations uploaded and no undo deleted."""
        rows = self._rows(
            "select target_id from entries where object_type = 'files' and is_ours "
            "and target_id is not null and state <> 'undone' and migration_id <> ?",
            (except_migration,),
        )
        return {row[0] for row in rows}

    def counts(self, migration_id: str) -> dict[str, dict[str, int]]:
        """Return how many objects of each kind are in each state."""
        counts: dict[str, dict[str, int]] = {}
        rows = self._rows(
            "select object_type, state, count(*) from entries where migration_id = ? "
            "group by 1, 2 order by 1, 2",
            (migration_id,),
        )
        for object_type, state, count in rows:
            counts.setdefault(object_type, {})[state] = count
        return counts

    def reasons(self, migration_id: str) -> list[tuple[str, str, int]]:
        """Return why objects failed: kind, reason, how many; the 50 most frequent first."""
        return self._rows(
            "select object_type, reason, count(*) from entries "
            "where migration_id = ? and state = 'failed' group by 1, 2 "
            "order by 3 desc, 1, 2 limit 50",
            (migration_id,),
        )
