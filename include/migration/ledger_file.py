"""The ledger's file, and which migrations it knows."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

_SQL = Path(__file__).with_name("ledger_tables.sql")


@dataclass(frozen=True)
class Migration:
    """One migration: one approved plan.

    Attributes:
        id: Its name in the ledger.
        plan_hash: What was approved.
        source_portal_id: Where it comes from.
        target_portal_id: The portal that it writes to.
        state: writing, written, undoing or undone.
        began_at: HubSpot's time when it first began, UTC.
    """

    id: str
    plan_hash: str
    source_portal_id: str
    target_portal_id: str
    state: str
    began_at: datetime


class LedgerFile:
    """The file and the migrations in it; for many threads of one process.

    SQLite and not DuckDB: a commit is one append to a log (WAL) that is synced, thousands a minute,
    and a process killed between two of them leaves a file that opens with the first one in it.
    """

    def __init__(self, path: Path, clock: Callable[[], datetime] | None = None):
        """Open the ledger, made where there is none.

        Args:
            path: The file; its folder exists.
            clock: What the times in it are; this machine's clock if None.
        """
        self._clock = clock or (lambda: datetime.now(UTC))
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=30)
        path.chmod(0o600)
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = full")
        self._db.executescript(_SQL.read_text(encoding="utf-8"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception) -> None:
        self._db.close()

    def begin(self, plan_hash: str, source: str, target: str, now: datetime) -> Migration:
        """Begin a migration, or go on with it; its first beginning stays its beginning.

        A plan that was undone can be approved again: that is another migration.

        Args:
            plan_hash: What was approved.
            source: Portal id.
            target: Portal id.
            now: HubSpot's time.
        """
        known = self.of_plan(plan_hash)
        if known is not None and known.state != "undone":
            return known
        count = sum(one.plan_hash == plan_hash for one in self.migrations())
        name = f"{plan_hash}-{count + 1}" if count else plan_hash
        with self._transaction() as db:
            db.execute(
                "insert into migrations values (?, ?, ?, ?, 'writing', ?, null)",
                (name, plan_hash, source, target, now.isoformat()),
            )
        return Migration(name, plan_hash, source, target, "writing", now)

    def of_plan(self, plan_hash: str) -> Migration | None:
        """Return the newest migration of a plan, or None."""
        found = [one for one in self.migrations() if one.plan_hash == plan_hash]
        return found[-1] if found else None

    def migrations(self) -> list[Migration]:
        """Return every migration, the oldest first."""
        rows = self._rows(
            "select migration_id, plan_hash, source_portal_id, target_portal_id, state, began_at "
            "from migrations order by rowid",
            (),
        )
        return [Migration(*row[:5], datetime.fromisoformat(row[5])) for row in rows]

    def note_state(self, migration_id: str, state: str) -> None:
        """Set a migration's state."""
        ended = self._now() if state in ("written", "undone") else None
        with self._transaction() as db:
            db.execute(
                "update migrations set state = ?, ended_at = ? where migration_id = ?",
                (state, ended, migration_id),
            )

    def _rows(self, sql: str, values: tuple) -> list[tuple]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("begin immediate")
            try:
                yield self._db
            except BaseException:
                self._db.execute("rollback")
                raise
            self._db.execute("commit")

    def _now(self) -> str:
        return self._clock().isoformat()
