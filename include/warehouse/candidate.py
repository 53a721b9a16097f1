"""The candidate's word of what it was built from: without it, nothing of it is published."""

import uuid
from datetime import UTC, datetime

from include.warehouse.connection import attached, open_memory
from include.warehouse.errors import NothingToPublish, WarehouseUnreadable
from include.warehouse.files import PortalFiles
from include.warehouse.standing import Standing

_WRITABLE = "read_write"


def forget_build(files: PortalFiles) -> None:
    """Take the word of both files back before they are built again.

    A build that is killed or fails leaves files of two nights: they must not be published, and no
    later build may go on from them.
    """
    for path in (files.warehouse, files.candidate):
        if not path.exists():
            continue
        try:
            with open_memory() as memory, attached(memory, path, "built", _WRITABLE):
                memory.execute("drop table if exists built.meta.build")
                memory.execute("checkpoint built")
        except WarehouseUnreadable:
            if path == files.warehouse:
                raise
            # Made anew by every build: a damaged one is no loss.
            files.candidate.unlink()
            files.candidate.with_name(files.candidate.name + ".wal").unlink(missing_ok=True)


def record_build(files: PortalFiles, built_from: Standing, rules: str = "") -> None:
    """Write what was built, once build and tests have ended well: the candidate's word last.

    Args:
        files: The portal's files.
        built_from: What the warehouse spoke of when the build began.
        rules: By which it was built; a build by equal ones may go on from it.
    """
    build_id = uuid.uuid4().hex
    moments = (built_from.data_as_of, built_from.complete_through, datetime.now(UTC))
    row = [
        built_from.run_id,
        *(at and at.astimezone(UTC).replace(tzinfo=None) for at in moments),
        *(build_id, rules),
    ]
    for path in (files.warehouse, files.candidate):
        with open_memory() as memory, attached(memory, path, "built", _WRITABLE):
            memory.execute("create schema if not exists built.meta")
            memory.execute(
                "create or replace table built.meta.build (run_id varchar, as_of timestamp, "
                "complete_through timestamp, built_at timestamp, build_id varchar, rules varchar)"
            )
            memory.execute("insert into built.meta.build values (?, ?, ?, ?, ?, ?)", row)
            memory.execute("checkpoint built")


def require_build(files: PortalFiles, of: Standing) -> None:
    """Refuse a candidate that was not built from what is loaded now.

    Raises:
        NothingToPublish: No candidate, an unfinished build, or one from before the newest load.
    """
    found = _build(files)
    if found != of.run_id:
        why = "was not built to its end" if found is None else f"was built from run {found}"
        raise NothingToPublish(
            f"The candidate {files.candidate} {why}, and run {of.run_id} is what is loaded: "
            "nothing was published; run `build`, then `publish` again."
        )


def _build(files: PortalFiles) -> str | None:
    if not files.candidate.exists():
        return None
    with open_memory() as memory, attached(memory, files.candidate, "candidate"):
        tables = memory.execute(
            "select 1 from duckdb_tables() where database_name = 'candidate' "
            "and schema_name = 'meta' and table_name = 'build'"
        ).fetchall()
        if not tables:
            return None
        return memory.execute("select run_id from candidate.meta.build").fetchone()[0]
