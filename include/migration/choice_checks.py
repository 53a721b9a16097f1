"""A plan's choices name what is there: asked before anything else, for a typing error costs hours.

A filter on a property that nobody has would plan no ticket, a fallback owner whom nobody knows
would leave tickets without an owner, and both would look as if it had been meant.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

import duckdb

from include.hubspot import reference
from include.hubspot.session import HubSpotSession
from include.migration.choices import PlanChoices
from include.migration.errors import PreflightRefused
from include.warehouse.connection import attached, open_memory

_NEAREST = 3
_LIKENESS = 0.4
_AGAIN = "nothing was written; correct it, then run `migrate plan` again."


def require_known(choices: PlanChoices, source_warehouse: Path, target: HubSpotSession) -> None:
    """See that filters fit tickets of the source, and that the target knows the fallback owner.

    Args:
        choices: What the plan is asked for.
        source_warehouse: The source's warehouse, loaded.
        target: The portal that is written to.

    Raises:
        PreflightRefused: Names what is unknown, and what is spelled like it.
        HubSpotError: As drawn in its room.
        WarehouseError: The source's warehouse cannot be read.
    """
    if choices.filter:
        with open_memory() as connection, attached(connection, source_warehouse, "source"):
            _require_properties(connection, choices.filter)
            _require_tickets(connection, choices.filter)
    if choices.fallback_owner:
        _require_owner(target, choices.fallback_owner)


def _require_properties(
    connection: duckdb.DuckDBPyConnection, filters: Iterable[tuple[str, str]]
) -> None:
    rows = connection.execute(
        "select name from source.raw.properties where object_type = 'tickets' "
        "and removed_at is null and not coalesce(archived, false)"
    ).fetchall()
    known = {name for (name,) in rows}
    for name, value in filters:
        if name not in known:
            raise PreflightRefused(
                f"the filter '{name}={value}' names a property that the source's tickets do not "
                f"have{_nearest(name, known)}: {_AGAIN}"
            )


def _require_tickets(
    connection: duckdb.DuckDBPyConnection, filters: Iterable[tuple[str, str]]
) -> None:
    held = "properties::json ->> ('$.\"' || ? || '\"')"
    for name, value in filters:
        sql = f"select 1 from source.raw.tickets where {held} = ? limit 1"  # noqa: S608
        if connection.execute(sql, [name, value]).fetchone() is None:
            raise PreflightRefused(
                f"the filter '{name}={value}' fits no ticket of the source"
                f"{_values(connection, name, value)}: {_AGAIN}"
            )
    sql = f"select 1 from source.raw.tickets where {' and '.join(f'{held} = ?' for _ in filters)}"  # noqa: S608
    if connection.execute(sql, [text for one in filters for text in one]).fetchone() is None:
        raise PreflightRefused(f"no ticket of the source fits all the filters together: {_AGAIN}")


def _values(connection: duckdb.DuckDBPyConnection, name: str, wrong: str) -> str:
    """What tickets hold of a list of options; other properties hold texts that are nobody's."""
    rows = connection.execute(
        "select distinct t.properties::json ->> ('$.\"' || p.name || '\"') as value "
        "from source.raw.tickets as t, source.raw.properties as p "
        "where p.object_type = 'tickets' and p.name = ? and p.type = 'enumeration' and value <> ''",
        [name],
    ).fetchall()
    return _nearest(wrong, {value for (value,) in rows})


def _require_owner(target: HubSpotSession, email: str) -> None:
    active = {str(one.get("email") or "").lower() for one in reference.owners(target)} - {""}
    if email.lower() not in active:
        raise PreflightRefused(
            f"the fallback owner '{email}' is no active owner of the target"
            f"{_nearest(email.lower(), active)}: {_AGAIN}"
        )


def _nearest(wrong: str, known: set[str]) -> str:
    lower = {one.lower(): one for one in sorted(known)}
    found = get_close_matches(wrong.lower(), lower, _NEAREST, _LIKENESS)
    return f" (near it: {', '.join(lower[one] for one in found)})" if found else ""
