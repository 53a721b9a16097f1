"""Attachments: downloaded from the source, uploaded into a folder of their own at the target.

A file has no unique key, but its folder is named after the source's file: a file whose upload got
no answer is found there, beside what earlier migrations uploaded of it.
"""

from collections.abc import Callable
from functools import partial

from include.hubspot.errors import FileUnavailable, ObjectNotFound, WriteRefused
from include.hubspot.file_transfer import download, find_file, upload
from include.hubspot.writing import WritingSession
from include.migration.entries import Entry, Intent, Outcome, Planned, Upload, hash_of
from include.migration.making import make_once
from include.migration.run import Run

FILES = "files"
Find = Callable[[WritingSession, str], str | None]


def folder_of(source_portal_id: str, source_id: str) -> str:
    """The folder at the target that one file of the source gets, alone."""
    return f"/migration/{source_portal_id}/{source_id}"


def enter(run: Run) -> None:
    """Enter the plan's files into the ledger; one whose upload was undone since is to be made."""
    known = run.ledger.uploads()
    sql = "select source_key, source_id, action from plan.migration.plan_files order by 1"
    run.enter(FILES, (_planned(known, *row) for row in run.rows(sql)))


def _planned(known: dict[str, Upload], key: str, source_id: str, action: str) -> Planned:
    if action != "match":
        return Planned(key, source_id, None, action)
    if key not in known:
        return Planned(key, source_id, None, "create")
    reason = "uploaded by an earlier migration"
    return Planned(key, source_id, known[key].target_id, action, reason)


def write(run: Run) -> None:
    """Bring over the files that are not there yet, several at a time.

    A file that the source does not give any more is a failure of its own, not of the migration.

    Raises:
        HubSpotError: As drawn in its room.
    """
    entries = run.entries(FILES)
    rows = run.rows(
        "select source_key, source_id, access from plan.migration.plan_files "
        "where action in ('create', 'match') order by 1"
    )
    left = ([row] for row in rows if entries[row[0]].state != "confirmed")
    earlier = run.ledger.standing_files(run.migration.id)

    def bring(batch: list[tuple[str, str, str]]) -> int:
        ((key, source_id, access),) = batch
        folder = folder_of(run.seal.source_portal_id, source_id)
        return _bring(run, entries[key], folder, access, partial(find_file, besides=earlier))

    done = sum(run.side_by_side(left, bring))
    if done:
        run.report(f"files: {done:,} brought over")


def _bring(run: Run, entry: Entry, folder: str, access: str, find: Find) -> int:
    known = find(run.target, folder) if entry.state == "sent" else None
    try:
        file_id = known or _upload(run, entry, folder, access, find)
    except (FileUnavailable, ObjectNotFound) as error:
        why = f" ({error.status})" if error.status else ""
        reason = f"the source does not give this file{why}"
        run.settle(FILES, [Outcome(entry.key, "failed", reason=reason)])
        return 0
    except WriteRefused as error:
        reason = error.refusal.reason if error.refusal else "the target does not take this file"
        run.settle(FILES, [Outcome(entry.key, "failed", reason=reason)])
        return 0
    run.settle(FILES, [Outcome(entry.key, "confirmed", file_id, True)])
    return 1


def _upload(run: Run, entry: Entry, folder: str, access: str, find: Find) -> str:
    file = download(run.source, entry.source_id)
    run.intend(FILES, [Intent(entry.key, hash_of([file.name, len(file.content), access]))])
    return make_once(
        lambda: upload(run.target, folder, file, access), lambda: find(run.target, folder)
    )
