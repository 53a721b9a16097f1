"""Taking a migration back: what it made is archived, what it changed gets its before-image.

The ledger alone says what to do; the plan is not asked, for another one may lie there by now.
Everything here may be done twice, so a cut-off undo is simply run again. What HubSpot refuses to
take back stays `failed` in the ledger and the migration `undoing`: the next run tries just that.
What is gone at the target by now is `undone`, with the reason.
"""

from collections.abc import Callable, Iterator, Sequence

from include.hubspot.batch_writing import LIMIT, archive_batch, update_batch
from include.hubspot.file_transfer import delete_file, find_file
from include.hubspot.writing import WritingSession
from include.migration import undo_definitions, undo_links
from include.migration.ending import Ended, ended, ending
from include.migration.entries import Entry, Outcome
from include.migration.errors import NothingToUndo
from include.migration.files import MigrationFiles
from include.migration.ledger import Ledger
from include.migration.ledger_file import Migration
from include.migration.run import batched
from include.migration.settling import settle_uncertain
from include.migration.undoing import Undoing
from include.migration.write_files import folder_of

RECORDS = (
    "tasks", "meetings", "calls", "emails", "notes", "tickets", "deals", "companies", "contacts",
)  # fmt: skip
_OTHERS = (
    "files", "association_labels", "stages", "pipelines", "properties", "property_groups",
)  # fmt: skip
ROUNDS = 3  # of what HubSpot neither took nor refused for good


def undo(
    files: MigrationFiles,
    plan_hash: str,
    target: WritingSession,
    report: Callable[[str], None],
) -> Ended:
    """Take a migration back.

    Args:
        files: Where the ledger lies.
        plan_hash: The migration.
        target: Bound to the portal that was written to.
        report: Told lines of progress.

    Returns:
        What is left: its state is `undone` when nothing is, and its failures say what and why.

    Raises:
        NothingToUndo: The ledger knows no such migration, or a later one stands on it.
        HubSpotError: As drawn in its room; run it again.
    """
    if not files.ledger.exists():
        raise NothingToUndo(
            "there is no ledger for these two portals: nothing was migrated, so nothing is left to "
            "take back; check --from and --to."
        )
    with Ledger(files.ledger) as ledger:
        migration = _found(ledger, plan_hash, target.portal_id)
        target.bind()
        ledger.note_state(migration.id, "undoing")
        state = "undoing"
        with ending(ledger, files.outcome):
            _take_back(Undoing(ledger, migration, target, report))
            if not ledger.is_unsettled(migration.id):
                state = "undone"
                ledger.note_state(migration.id, state)
        return ended(ledger, migration, target, state)


def _found(ledger: Ledger, plan_hash: str, portal_id: str) -> Migration:
    migration = ledger.of_plan(plan_hash)
    if migration is None or migration.target_portal_id != portal_id:
        raise NothingToUndo(
            f"the ledger of portal {portal_id} knows no migration of plan {plan_hash}: nothing was "
            "changed; name the hash of a plan that was written."
        )
    everything = ledger.migrations()
    after = everything[everything.index(migration) + 1 :]
    later = [one.plan_hash for one in after if one.state != "undone"]
    if later:
        raise NothingToUndo(
            f"migration {later[-1]} was written after {plan_hash} and stands on it: nothing was "
            f"changed; undo {later[-1]} first."
        )
    return migration


def _take_back(undoing: Undoing) -> None:
    """The order of writing, backwards."""
    for object_type in RECORDS:
        settle_uncertain(undoing, object_type, ("sent", "failed"))
    for kind in (*RECORDS, *_OTHERS):
        _forget_what_never_came(undoing, kind)
    undo_links.take_back(undoing)
    for object_type in RECORDS:
        _restore(undoing, object_type)
        _archive(undoing, object_type)
        if object_type == "notes":
            _delete_files(undoing)
    undo_definitions.take_back(undoing)


def _forget_what_never_came(undoing: Undoing, kind: str) -> None:
    """Note what was sent or refused and did nothing: there is nothing to take back."""
    # a definition or a file whose creation was sent is looked for when its turn comes
    states = {"failed", "sent"} if kind in RECORDS else {"failed"}
    undoing.settle(
        kind,
        [
            Outcome(entry.key, "undone")
            for entry in undoing.entries(kind).values()
            if entry.state in states and not entry.is_ours and entry.before is None
        ],
    )


def _archive(undoing: Undoing, object_type: str) -> None:
    """Archive what the migration made."""

    def archive(batch: Sequence[Entry]) -> None:
        archive_batch(undoing.target, object_type, [str(entry.target_id) for entry in batch])

    made = (
        entry
        for entry in undoing.entries(object_type).values()
        if entry.is_ours and entry.target_id and entry.state != "undone"
    )
    done = sum(
        undoing.side_by_side(
            batched(made, LIMIT), lambda batch: undoing.settle_each(object_type, batch, archive)
        )
    )
    if done:
        undoing.report(f"{object_type}: {done:,} archived")


def _restore(undoing: Undoing, object_type: str) -> None:
    """Give what the migration changed its values back."""

    def restore(batch: list[Entry]) -> int:
        left, done = batch, 0
        for _ in range(ROUNDS):
            restored, left = _restore_once(undoing, object_type, left)
            done += restored
            if not left:
                break
        for entry in left:
            undoing.leave(object_type, entry, "HubSpot gave no clear answer")
        return done

    changed: Iterator[Entry] = (
        entry
        for entry in undoing.entries(object_type).values()
        if entry.before and not entry.is_ours and entry.state != "undone"
    )
    done = sum(undoing.side_by_side(batched(changed, LIMIT), restore))
    if done:
        undoing.report(f"{object_type}: {done:,} given their former values")


def _restore_once(
    undoing: Undoing, object_type: str, batch: list[Entry]
) -> tuple[int, list[Entry]]:
    """Give a batch its values back; returns how many have them, and what is to be sent again."""
    rows = [(str(entry.target_id), entry.before) for entry in batch]
    written = update_batch(undoing.target, object_type, rows)
    undoing.settle(object_type, [Outcome(batch[i].key, "undone") for i in written.records])
    for position, refusal in written.refused.items():
        if not refusal.may_pass:
            undoing.refused(object_type, batch[position], refusal)
    passing = [i for i, refusal in written.refused.items() if refusal.may_pass]
    return len(written.records), [batch[i] for i in sorted([*written.unsettled, *passing])]


def _delete_files(undoing: Undoing) -> None:
    """Delete the files that the migration uploaded, for good."""
    earlier = undoing.ledger.standing_files(undoing.migration.id)

    def delete(some: Sequence[Entry]) -> None:
        folder = folder_of(undoing.migration.source_portal_id, some[0].source_id)
        file_id = some[0].target_id or find_file(undoing.target, folder, earlier)
        if file_id:
            delete_file(undoing.target, file_id)

    uploaded = (
        [entry]
        for entry in undoing.entries("files").values()
        if entry.may_be_ours and entry.state != "undone"
    )
    done = sum(
        undoing.side_by_side(uploaded, lambda some: undoing.settle_each("files", some, delete))
    )
    if done:
        undoing.report(f"files: {done:,} deleted")
