"""A migration's steps, each a plain function of two portals: plan, write, undo.

Reading the target again and comparing both sides is `reconcile.py`.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import Any

import orjson

from include.hubspot.limits import ThreadLimiter
from include.hubspot.session import HubSpotSession
from include.hubspot.shared_windows import SharedWindows
from include.hubspot.writing import WritingSession
from include.migration import choice_checks, plan_checks, preflight, preflight_scopes, uploads
from include.migration.choices import PlanChoices
from include.migration.files import MigrationFiles
from include.migration.lookups import look_up
from include.migration.plan_file import open_plan, seal
from include.migration.undo import undo as take_back
from include.migration.write import write as write_plan
from include.pipeline.connections import Connection
from include.pipeline.errors import BadRequest
from include.pipeline.migration import source_checks
from include.pipeline.migration.failed import failed_objects
from include.pipeline.migration.models import build_plan
from include.pipeline.reading.reading import open_session
from include.pipeline.registry import Portal, find_portal
from include.warehouse.lock import portal_lock

logger = logging.getLogger(__name__)
Report = Callable[[str], None]
CALLS_IN_FLIGHT = 16  # 19 calls a second at half a second each, and some to spare
SAMPLE = 5


@dataclass(frozen=True)
class Move:
    """Two portals, and where they answer.

    Attributes:
        source: Where tickets come from; never written to.
        target: Where they go.
        from_: The source's connection.
        to: The target's connection.
    """

    source: Portal
    target: Portal
    from_: Connection
    to: Connection

    def __post_init__(self) -> None:
        """Refuse a portal into itself."""
        if self.source.portal_id == self.target.portal_id:
            raise BadRequest(
                f"'{self.source.name}' is both source and target: nothing was read or written; "
                "name two portals."
            )

    @property
    def files(self) -> MigrationFiles:
        """Where the migration's files lie."""
        return MigrationFiles(self.target.files, self.source.portal_id)

    @contextmanager
    def alone(self, command: str, *, wait: bool, both: bool = False) -> Iterator[None]:
        """Hold the target, and the source too where its warehouse is read."""
        portals = (self.source, self.target) if both else (self.target,)
        with ExitStack() as stack:
            # always in the same order, or two migrations in opposite directions wait for ever
            for portal in sorted(portals, key=lambda one: one.portal_id):
                portal.files.ensure()
                stack.enter_context(portal_lock(portal.files, command, wait=wait))
            yield

    @contextmanager
    def sessions(self) -> Iterator[tuple[HubSpotSession, WritingSession]]:
        """Open both portals; the target's session shares its limits with other processes."""
        with (
            open_session(self.source, self.from_) as source,
            closing(SharedWindows(self.target.files.limits)) as windows,
            WritingSession(
                self.to.host,
                self.to.token,
                self.target.portal_id,
                limiter=ThreadLimiter(windows),
                max_in_flight=CALLS_IN_FLIGHT,
            ) as target,
        ):
            yield source, target


def move_between(source: str, target: str, connection_of: Callable[[Portal], Connection]) -> Move:
    """Find two portals of the registry.

    Args:
        source: Name of the portal that is left.
        target: Name of the portal that is moved to.
        connection_of: Gives a portal's connection.

    Raises:
        PipelineError: One is not in the registry, has no connection, or both are one.
    """
    left, joined = find_portal(source), find_portal(target)
    return Move(left, joined, connection_of(left), connection_of(joined))


def plan(
    move: Move, choices: PlanChoices, report: Report = logger.info, *, wait: bool = False
) -> dict[str, Any]:
    """Ask the target what it has, and make the plan of what is still to be written.

    Returns:
        plan_hash, counts, calls, minutes, exceptions, sample, portals.

    Raises:
        MigrationError: The portals cannot be migrated from or to, or the plan contradicts itself.
        PipelineError, HubSpotError, WarehouseError: As drawn in their rooms.
    """
    files = move.files.ensure()
    with move.alone("migrate plan", wait=wait, both=True):
        source_checks.require_whole(move.source)
        with move.sessions() as (source, target):
            preflight.check_portals(source, move.source.portal_id, target)
            preflight_scopes.require_reading(target)
            choice_checks.require_known(choices, move.source.files.warehouse, target)
            report(f"asking portal '{move.target.name}' what it has")
            look_up(files, move.source.files.warehouse, target)
        build_plan(move.source, move.target, choices, report)
        seal_writable(move, choices)
        return shown(move)


def seal_writable(move: Move, choices: PlanChoices) -> None:
    """Seal the plan that was built, and see that it can be written as things stand.

    Raises:
        MigrationError: It cannot; nothing was written, and its hash is told to nobody.
        HubSpotError, WarehouseError: As drawn in their rooms.
    """
    with move.sessions() as (source, target):
        uploads.use_again(move.files, target)
        source_id, target_id = move.source.portal_id, move.target.portal_id
        seal(move.files.plan, source_id, target_id, choices.as_options())
        with open_plan(move.files.plan) as (connection, found):
            plan_checks.require_sound(connection)
            source_checks.require_files(move.source, connection)
            preflight.check(source, target, connection, found)


def shown(move: Move, plan_hash: str | None = None) -> dict[str, Any]:
    """What the plan that lies here says; without any text of a ticket.

    Args:
        move: Both portals.
        plan_hash: The plan it must be, or None.

    Raises:
        MigrationError: There is none, or it contradicts itself.
    """
    with open_plan(move.files.plan, plan_hash) as (connection, found):
        plan_checks.require_sound(connection)
        exceptions = connection.execute(
            "select kind, object_type, source_id, field, reason from migration.plan_exceptions "
            "order by all"
        ).fetchall()
        changed = connection.execute(
            "select source_id, target_id, properties from migration.plan_tickets "
            "where action = 'update' order by source_id limit ?",
            [SAMPLE],
        ).fetchall()
    names = ("kind", "object_type", "source_id", "field", "reason")
    return {
        "plan_hash": found.plan_hash,
        "source_portal_id": found.source_portal_id,
        "target_portal_id": found.target_portal_id,
        "counts": {table.removeprefix("plan_"): dict(n) for table, n in found.counts.items()},
        "calls": found.calls,
        "minutes": found.minutes,
        "options": dict(found.options),
        "exceptions": [dict(zip(names, row, strict=True)) for row in exceptions],
        "sample": [
            {"source_id": a, "target_id": b, "changes": sorted(orjson.loads(text))}
            for a, b, text in changed
        ],
    }


def write(
    move: Move, plan_hash: str, report: Report = logger.info, *, wait: bool = False
) -> dict[str, Any]:
    """Write an approved plan, or go on with one that was cut off.

    Returns:
        plan_hash, state, counts by object and state, failed, failures, examples of failed objects,
        calls, writes.

    Raises:
        MigrationError: The plan is not the approved one, or cannot be written.
        PipelineError, HubSpotError, WarehouseError: As drawn in their rooms.
    """
    files = move.files.ensure()
    with move.alone("migrate write", wait=wait), move.sessions() as (source, target):
        written = write_plan(files, plan_hash, target, source, report)
        return written.as_json() | {"examples": failed_objects(files.outcome, plan_hash)}


def undo(
    move: Move, plan_hash: str, report: Report = logger.info, *, wait: bool = False
) -> dict[str, Any]:
    """Take a migration back.

    Returns:
        plan_hash, state (undone, or undoing while something is left), counts by object and state,
        failed, failures, examples of what is left, calls.

    Raises:
        MigrationError: There is no such migration, or a later one stands on it.
        PipelineError, HubSpotError, WarehouseError: As drawn in their rooms.
    """
    with move.alone("migrate undo", wait=wait), move.sessions() as (_, target):
        undone = take_back(move.files, plan_hash, target, report)
        return undone.as_json() | {"examples": failed_objects(move.files.outcome, plan_hash)}
