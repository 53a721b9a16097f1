"""Both portals, before anything is written: whose tokens, which scopes, enough calls, enough room.

Asked when a plan is made, so that nobody approves what cannot be written, and again before it is
written, for portals change in between.
"""

from dataclasses import dataclass
from math import ceil

import duckdb

from include.hubspot import reference, usage
from include.hubspot.account import account_details
from include.hubspot.batches import in_order
from include.hubspot.errors import InvalidAuthentication
from include.hubspot.session import HubSpotSession
from include.hubspot.writing import WritingSession
from include.migration import preflight_scopes
from include.migration.errors import PreflightRefused, WrongPortal
from include.migration.plan_file import PlanSeal

MOST_UNIQUE = 10  # properties of one object type


@dataclass(frozen=True)
class Sides:
    """What both portals say of themselves.

    Attributes:
        source_time_zone: Of the account.
        target_time_zone: Of the account.
        calls_left: Calls that the target's account has left today; None where HubSpot does not say.
    """

    source_time_zone: str
    target_time_zone: str
    calls_left: int | None


def check_portals(source: HubSpotSession, source_portal_id: str, target: WritingSession) -> Sides:
    """See that both tokens belong to the portals meant, and that these are two.

    Raises:
        PreflightRefused: It is one portal.
        WrongPortal: A token is another portal's.
        HubSpotError: As drawn in its room.
    """
    if source_portal_id == target.portal_id:
        raise PreflightRefused(
            f"portal {source_portal_id} is both source and target: nothing was read or written; "
            "name two portals."
        )
    details = [_account(source, source_portal_id), _account(target, target.portal_id)]
    zones = [str(one.get("timeZone") or "UTC") for one in details]
    today = usage.daily_calls(target)
    return Sides(zones[0], zones[1], None if today is None else today.left)


def check(
    source: HubSpotSession,
    target: WritingSession,
    plan: duckdb.DuckDBPyConnection,
    seal: PlanSeal,
    share_left: float = 1.0,
) -> None:
    """See that a plan can be written as things stand, on both sides.

    Args:
        source: The portal that is left.
        target: The portal that is written to.
        plan: Open, its tables in schema `migration`.
        seal: What the plan says of itself.
        share_left: Of the plan that is still to be written, 1 at the beginning.

    Raises:
        PreflightRefused: It cannot; nothing was written by this run.
        WrongPortal: A token is another portal's.
        HubSpotError: As drawn in its room.
    """
    sides = check_portals(source, seal.source_portal_id, target)
    check_target(target, plan, seal, sides.calls_left, share_left)
    preflight_scopes.require_files(source, seal.source_portal_id, plan)


def check_target(
    target: WritingSession,
    plan: duckdb.DuckDBPyConnection,
    seal: PlanSeal,
    calls_left: int | None,
    share_left: float = 1.0,
) -> None:
    """See that the plan can be written: scopes, calls of today, properties, pipelines.

    Args:
        target: The portal.
        plan: Open, its tables in schema `migration`.
        seal: What the plan says of itself.
        calls_left: Of the target's account today; None where HubSpot does not say.
        share_left: Of the plan that is still to be written, 1 at the beginning.

    Raises:
        PreflightRefused: It cannot; nothing was written by this run.
        HubSpotError: As drawn in its room.
    """
    _require_calls(seal, calls_left, share_left)
    preflight_scopes.require_writing(target, plan)
    _require_room(target, plan, seal)


def _account(session: HubSpotSession, portal_id: str) -> dict:
    try:
        details = account_details(session)
    except InvalidAuthentication as error:
        raise InvalidAuthentication(
            f"the connection of portal {portal_id}: {error}", route=error.route, status=error.status
        ) from error
    found = str(details.get("portalId"))
    if found != portal_id:
        raise WrongPortal(
            f"the token for portal {portal_id} belongs to portal {found}: nothing was written; "
            "correct the connection or the registry."
        )
    return details


def _require_calls(seal: PlanSeal, calls_left: int | None, share_left: float) -> None:
    needed = ceil(seal.calls * share_left)
    if calls_left is not None and calls_left < needed:
        raise PreflightRefused(
            f"plan {seal.plan_hash} takes {needed:,} more calls and portal "
            f"{seal.target_portal_id} has {calls_left:,} left today: nothing was written by this "
            "run; run again after midnight in the account's time zone, or plan fewer tickets with "
            "--limit."
        )


def _require_room(target: WritingSession, plan: duckdb.DuckDBPyConnection, seal: PlanSeal) -> None:
    """See that pipelines and properties fit; after a cut-off, those that stand are counted once."""
    pipelines = usage.pipelines(target).get("tickets")
    standing = {one["label"].lower() for one in reference.pipelines(target, "tickets")}
    new = [
        label
        for (label,) in plan.execute(
            "select label from migration.plan_pipelines where action = 'create'"
        ).fetchall()
        if label.lower() not in standing
    ]
    if pipelines is not None and len(new) > pipelines.left:
        raise _full(seal, f"{len(new)} ticket pipelines", pipelines.left)
    _require_room_for_properties(target, _new_properties(plan), seal)


def _require_room_for_properties(
    target: WritingSession, wanted: dict[str, dict[str, bool]], seal: PlanSeal
) -> None:
    room = usage.custom_properties(target)

    def read(one: list[str]) -> tuple[str, list[dict]]:
        return one[0], reference.property_definitions(target, one[0])

    for object_type, standing in in_order(target, ([one] for one in wanted), read):
        names = wanted[object_type]
        known = {one["name"] for one in standing}
        missing = names.keys() - known
        if object_type in room and len(missing) > room[object_type].left:
            left = room[object_type].left
            raise _full(seal, f"{len(missing)} properties of {object_type}", left)
        unique = sum(bool(one.get("hasUniqueValue")) for one in standing)
        more = sum(names[name] for name in missing)
        if more and unique + more > MOST_UNIQUE:
            raise _full(seal, f"{more} unique properties of {object_type}", MOST_UNIQUE - unique)


def _new_properties(plan: duckdb.DuckDBPyConnection) -> dict[str, dict[str, bool]]:
    """Properties to create and whether they are unique, by object type."""
    found: dict[str, dict[str, bool]] = {}
    for object_type, name, is_unique in plan.execute(
        "select object_type, name, coalesce((definition::json ->> '$.hasUniqueValue') = 'true', "
        "false) from migration.plan_properties where action = 'create'"
    ).fetchall():
        found.setdefault(object_type, {})[name] = is_unique
    return found


def _full(seal: PlanSeal, what: str, room: int) -> PreflightRefused:
    return PreflightRefused(
        f"the plan makes {what} and portal {seal.target_portal_id} has room for {room}: nothing "
        "was written by this run; leave some out by the maps, or make room in the portal."
    )
