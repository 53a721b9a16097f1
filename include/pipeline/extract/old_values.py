"""Added properties that tickets may have values of which no changed ticket tells.

Reading a property of all tickets costs a call for 50 of them. It is not needed where no ticket can
have a value from before the last read: whoever sets, clears or imports a value moves the ticket's
modified time (hubspot-api.md 3.5: "most recent timestamp of any property update for this ticket"),
and a ticket that was modified since is read whole by the night, with the property and its history.
That holds for a property that

- is a portal's own, and anybody's to write: not calculated, read only or defined by HubSpot, whose
  values come from elsewhere and move no modified time (3.5);
- never stood in a list of this portal before, the archived ones included: one that is restored has
  the values that it had (2.2);
- was created (`createdAt`) after the last moment at which a ticket that raw holds was read, by
  whatever kind of run: read later, a ticket may have had the value already and landed without it,
  and its modified time would say that it is known. To that moment comes what the cursor is held
  back by, and `ALLOWANCE`.

A value that is set on the property's first day comes by search, which may lag: what lags beyond the
hold-back is found by the sweep, through its modified time.

What says nothing of itself, or a moment that cannot be, is read of all tickets. So are those that a
window, a sweep or a run in part met first: such a run reads tickets after the property was created.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from include.pipeline.extract.rows import moment
from include.pipeline.reading.reading import Reading
from include.pipeline.settings import hold_back

# Between HubSpot's clocks, and for an answer that came whole only after some attempts.
ALLOWANCE = timedelta(minutes=10)

_OF_A_STAGE = re.compile(
    r"hs_(?:v2_)?(?:date_entered|date_exited|latest_time_in|cumulative_time_in|time_in)_(.+)"
)


def with_old_values(
    reading: Reading, added: Iterable[Mapping[str, Any]], new_stages: set[str]
) -> tuple[str, ...]:
    """Choose the properties that have to be read of all tickets.

    Args:
        reading: the run.
        added: definitions of ticket properties that were not defined at the last load.
        new_stages: ids of stages that were not there at the last load.

    Returns:
        Their names.
    """
    left = [one for one in added if _stage_of(one["name"]) not in new_stages]
    if not left:
        return ()
    seen = reading.known.property_names_ever("tickets")
    read_until = reading.known.tickets_read_until()
    if read_until is None:
        return tuple(one["name"] for one in left)
    earliest = read_until + reading.late.hold_back(hold_back()) + ALLOWANCE
    latest = reading.session.now() + ALLOWANCE
    return tuple(
        one["name"]
        for one in left
        if one["name"] in seen or not has_no_old_value(one, earliest, latest)
    )


def has_no_old_value(definition: Mapping[str, Any], earliest: datetime, latest: datetime) -> bool:
    """Whether a property says that it is a portal's own, and created between two moments.

    Args:
        definition: as HubSpot sent it.
        earliest: no ticket that is stored was read later.
        latest: one that was created later has a moment that cannot be.
    """
    try:
        created = moment(definition.get("createdAt"))
    except (ValueError, TypeError, AttributeError):
        return False  # no moment at all
    return created is not None and earliest < created <= latest and _is_written_only(definition)


def _is_written_only(definition: Mapping[str, Any]) -> bool:
    """Whether its values come from nobody but who writes them; not, where it does not say so."""
    can = definition.get("modificationMetadata") or {}
    return not (
        definition.get("calculated") is not False
        or definition.get("calculationFormula")
        or str(definition.get("fieldType") or "calculation").startswith("calculation")
        or definition.get("hubspotDefined")
        or definition.get("archived")
        or can.get("readOnlyValue") is not False
        or can.get("readOnlyDefinition") is not False
    )


def _stage_of(name: str) -> str | None:
    """Return the stage that a property was made for: seven come with each (3.5).

    Only tickets that entered the new stage have a value, and entering it moved their modified time.
    """
    made = _OF_A_STAGE.fullmatch(name)
    return made and made[1]
