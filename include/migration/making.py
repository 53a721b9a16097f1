"""Making once what HubSpot makes again when it is asked again: definitions, files.

What stands is read first, and an intent is only noted for what does not stand: so what stands
after an intent is ours.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from include.hubspot.errors import WriteRefused, WriteUncertain
from include.migration.entries import Entry, Intent, Outcome, hash_of
from include.migration.errors import WriteFailed
from include.migration.run import Run

Made = TypeVar("Made")
ATTEMPTS = 4


def make_once(create: Callable[[], Made], find: Callable[[], Made | None]) -> Made:
    """Create something; where the answer is lost, look whether it is there before trying again.

    Args:
        create: Asks for it; must not repeat itself.
        find: Looks for it at the target, anew each time.

    Raises:
        WriteRefused: HubSpot refused it, and it is not there either.
        WriteUncertain: No answer came, several times, and it is not there.
        HubSpotError: As drawn in its room.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return create()
        except (WriteUncertain, WriteRefused) as error:
            found = find()
            if found is not None:
                return found
            if isinstance(error, WriteRefused) or attempt == ATTEMPTS:
                raise
    raise AssertionError("unreachable: the last attempt returns or raises")


def make_definition(  # noqa: PLR0913 - keyword-only: the two ends of one kind
    run: Run,
    kind: str,
    entry: Entry,
    given: dict[str, Any],
    *,
    find: Callable[..., dict[str, Any] | None],
    create: Callable[[], Any],
) -> Any:
    """Make a definition unless it stands; returns what HubSpot has then.

    Args:
        run: The migration.
        kind: property_groups, properties or association_labels.
        entry: In the ledger.
        given: What is asked for.
        find: Looks for it, with `anew` at the target itself.
        create: Asks for it, once.

    Raises:
        WriteFailed: HubSpot refused it.
        HubSpotError: As drawn in its room.
    """
    found = find()
    if found is not None:
        ours = entry.is_ours or entry.state == "sent"
        run.settle(kind, [Outcome(entry.key, "confirmed", is_ours=ours)])
        return found
    run.intend(kind, [Intent(entry.key, hash_of(given))])
    try:
        made = make_once(create, lambda: find(anew=True))
    except WriteRefused as error:
        reason = error.refusal.reason if error.refusal else "refused"
        run.settle(kind, [Outcome(entry.key, "failed", reason=reason)])
        raise WriteFailed(
            f"the target refused {kind} {entry.key} ({reason}): no ticket was written by this run; "
            "correct the plan or the target, then run again."
        ) from error
    run.settle(kind, [Outcome(entry.key, "confirmed", is_ours=True)])
    return made


class Standing:
    """What the target has of a kind, by object type and name.

    Args:
        run: The migration.
        read: Reads an object type's definitions.
        object_types: Read at once, side by side; others when they are asked for.
    """

    def __init__(
        self,
        run: Run,
        read: Callable[[Run, str], dict[str, dict[str, Any]]],
        object_types: Iterable[str] = (),
    ):
        self._run = run
        self._read = read
        self._found: dict[str, dict[str, dict[str, Any]]] = {}
        wanted = ([one] for one in sorted(object_types))
        for object_type, found in run.side_by_side(wanted, lambda one: (one[0], read(run, one[0]))):
            self._found[object_type] = found

    def find(self, object_type: str, name: str, *, anew: bool = False) -> dict[str, Any] | None:
        """Return a definition, or None when the target has none of that name."""
        if anew or object_type not in self._found:
            self._found[object_type] = self._read(self._run, object_type)
        return self._found[object_type].get(name)
