"""What HubSpot derives from a ticket's stage changes, owner changes and creation.

Nothing derived is stored, so loading until a moment and advancing to it cannot disagree.
`stage_histories` makes the whole history of each derived property; `Stays` and `closing_values`
make the current values alone, which most reads want: they are always the histories' last ones.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from include.sandbox.moments import to_iso

Visits = Sequence[tuple[int, str]]  # (ms, stage id) of every entry of `hs_pipeline_stage`
Entry = tuple[str, str]  # a value, and when it was taken
Histories = dict[str, list[Entry]]  # of each derived property, oldest first


@lru_cache(maxsize=4096)  # a portal has at most some thousand stages
def names_of_stage(stage: str) -> tuple[str, str, str, str, str, str, str]:
    """Return a stage's properties: four with history, then the three that older clients read."""
    return (
        f"hs_v2_date_entered_{stage}",
        f"hs_v2_date_exited_{stage}",
        f"hs_v2_latest_time_in_{stage}",
        f"hs_v2_cumulative_time_in_{stage}",
        f"hs_date_entered_{stage}",
        f"hs_date_exited_{stage}",
        f"hs_time_in_{stage}",
    )


def stage_histories(visits: Visits, created: int, closed_stages: set[str]) -> Histories:
    """Derive `hs_v2_*`, close and reopen properties from the values a ticket's stage took.

    Args:
        visits: oldest first; an empty stage id is a clearing.
        created: the ticket's creation.
        closed_stages: ids of the stages that count as closed.
    """
    found: Histories = defaultdict(list)
    spent: dict[str, int] = defaultdict(int)
    here, since, was_closed = "", 0, False
    for when, stage in visits:
        if stage == here:
            continue
        at = to_iso(when)
        if here:
            spent[here] += when - since
            _, exited, latest, cumulative, *_ = names_of_stage(here)
            found[exited].append((at, at))
            found[latest].append((str(when - since), at))
            found[cumulative].append((str(spent[here]), at))
        if stage:
            found[names_of_stage(stage)[0]].append((at, at))
        is_closed = stage in closed_stages
        if is_closed != was_closed:
            _open_or_close(found, at, max(0, when - created), is_closed=is_closed)
        elif "hs_is_closed" not in found:
            found["hs_is_closed"].append(("false", at))
        here, since, was_closed = stage, when, is_closed
    return found


def _open_or_close(found: Histories, at: str, age: int, *, is_closed: bool) -> None:
    """Closing sets the close properties; reopening clears all but `hs_last_closed_date`."""
    found["hs_is_closed"].append(("true" if is_closed else "false", at))
    found["closed_date"].append((at if is_closed else "", at))
    found["time_to_close"].append((str(age) if is_closed else "", at))
    found["hs_last_closed_date" if is_closed else "hs_ticket_reopened_at"].append((at, at))


@dataclass(slots=True)
class Stay:
    """A ticket's stays in one stage: the moments of the last one, and milliseconds."""

    entered: int
    exited: int | None = None
    latest: int = 0
    spent: int = 0

    def values(self, now: int, *, running: bool) -> tuple[str | None, ...]:
        """Return the values of the stage's seven properties.

        The legacy three are computed when they are read: `hs_time_in_*` counts the running stay
        too, so it differs between two reads.
        """
        entered = to_iso(self.entered)
        if self.exited is None:
            time = str(max(0, now - self.entered)) if running else None
            return entered, None, None, None, entered, None, time
        exited, spent = to_iso(self.exited), str(self.spent)
        time = str(self.spent + max(0, now - self.entered)) if running else spent
        return entered, exited, str(self.latest), spent, entered, exited, time


def stays(visits: Visits) -> tuple[dict[str, Stay], str]:
    """Return a ticket's stays by stage, and the stage in which it is ("": in none)."""
    found: dict[str, Stay] = {}
    here = ""
    for when, stage in visits:
        if stage == here:
            continue
        if here:
            left = found[here]
            left.exited, left.latest = when, when - left.entered
            left.spent += left.latest
        if stage in found:
            found[stage].entered = when
        elif stage:
            found[stage] = Stay(when)
        here = stage
    return found, here


def closing_values(visits: Visits, created: int, closed_stages: set[str]) -> dict[str, str]:
    """Return the current values of the close and reopen properties."""
    values: dict[str, str] = {}
    was_closed = False
    for when, stage in visits:
        is_closed = stage in closed_stages
        if is_closed == was_closed:
            if stage and "hs_is_closed" not in values:
                values["hs_is_closed"] = "false"
            continue
        at = to_iso(when)
        values["hs_is_closed"] = "true" if is_closed else "false"
        values["closed_date"] = at if is_closed else ""
        values["time_to_close"] = str(max(0, when - created)) if is_closed else ""
        values["hs_last_closed_date" if is_closed else "hs_ticket_reopened_at"] = at
        was_closed = is_closed
    return values


def owner_assigned(owners: Iterable[tuple[int, str]]) -> list[Entry]:
    """Derive the history of `hubspot_owner_assigneddate` from the values the owner took."""
    found: list[Entry] = []
    before = ""
    for when, owner in owners:
        if owner != before:
            at = to_iso(when)
            found.append((at if owner else "", at))
        before = owner
    return found
