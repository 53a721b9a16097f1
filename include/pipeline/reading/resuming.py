"""Whether a run that was cut off is gone on with, or begun anew."""

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from include.hubspot.errors import (
    HubSpotError,
    InvalidRequest,
    MalformedAnswer,
    ObjectNotFound,
)
from include.pipeline.registry import Portal
from include.pipeline.requests import RunRequest
from include.warehouse.journal import Journal
from include.warehouse.landing import (
    LandingRun,
    discard_unfinished,
    new_run_id,
    read_manifests,
)
from include.warehouse.unfinished import Begun, Unfinished, unfinished_runs

logger = logging.getLogger(__name__)

# Stopped at the daily limit, a read waits for the account's midnight and the next night: a day and
# a half. Longer, and nobody is going on with it.
LONGEST_IDLE = timedelta(hours=36)
# What it lands is as of its beginning; older than this, the marts would rather be read anew.
LONGEST_READ = timedelta(days=14)
# A short read that was cut off long ago costs little to do again, and is newer then.
SHORT_BYTES, SHORT_IDLE = 20 << 20, timedelta(hours=2)
# Told the same, it fails the same way: something in the answers kills the run itself.
MOST_TRIES = 4


@dataclass(frozen=True)
class Beginning:
    """Where a read begins.

    Attributes:
        landing: Where it lands.
        journal: What it was told before, and is told from now on.
        request: What it was asked to do; of a run that is gone on with, its own.
        began: HubSpot's time at the beginning of it all.
        answers: How many answers it was given before it was cut off.
    """

    landing: LandingRun
    journal: Journal
    request: RunRequest
    began: datetime
    answers: int


def begin_or_go_on(
    portal: Portal, request: RunRequest, now: datetime, report: Callable[[str], None]
) -> Beginning:
    """Go on with the run that was cut off, if it is what is asked for; else begin one.

    Whatever else was cut off is discarded, once another run has landed at the latest.

    Args:
        portal: Whose read; its lock is held.
        request: What is asked for.
        now: HubSpot's time.
        report: Told in a line what becomes of what was cut off.

    Raises:
        WarehouseError: No landing can be begun.
    """
    earlier = _to_go_on_with(portal, request, now)
    for run_id in discard_unfinished(portal.files, but=earlier and earlier.begun.run_id):
        report(f"discarded the landing {run_id} of a run that was cut off; reading it again")
    if earlier is None:
        return _begin(portal, request, now)
    begun = earlier.begun
    landing = LandingRun.go_on(portal.files, begun)
    journal = landing.journal(begun)
    answers = len(journal)
    report(
        f"going on with run {begun.run_id}, which was cut off after {answers:,} answers: they are "
        f"not asked for again, and it is as of its beginning, {begun.began:%Y-%m-%d %H:%M} UTC"
    )
    return Beginning(landing, journal, _request_of(begun, request), begun.began, answers)


def is_worth_going_on(error: BaseException) -> bool:
    """Whether the next run may go on from a run that ended so.

    Not after an answer that makes no sense, or after an error of our own: told the same again, it
    would end the same way.
    """
    if isinstance(error, HubSpotError):
        return not isinstance(error, InvalidRequest | ObjectNotFound | MalformedAnswer)
    # Ctrl+C, an exit, Airflow's time limit of a task: each a BaseException, and no error of ours.
    # Airflow's SIGTERM raises nothing; the SIGKILL behind it leaves what any kill leaves.
    return not isinstance(error, Exception)


def _begin(portal: Portal, request: RunRequest, now: datetime) -> Beginning:
    landing = LandingRun.begin(
        portal.files,
        new_run_id(now),
        mode=request.mode,
        window_from=request.window_from,
        window_to=request.window_to,
        portal_id=portal.portal_id,
    )
    begun = Begun(
        run_id=landing.run_id,
        mode=request.mode,
        began=now,
        asked=_as_asked(portal, request),
        runs_before=len(read_manifests(portal.files)),
        window_from=request.window_from,
        window_to=request.window_to,
    )
    return Beginning(landing, landing.journal(begun), request, now, 0)


def _to_go_on_with(portal: Portal, request: RunRequest, now: datetime) -> Unfinished | None:
    landed = len(read_manifests(portal.files))
    fitting = [
        run
        for run in unfinished_runs(portal.files)
        if _is_what_is_asked_for(portal, run.begun, request)
        and run.begun.runs_before == landed
        and run.begun.tries < MOST_TRIES
        and _is_young(run, now)
    ]
    return max(fitting, key=lambda run: run.bytes_told, default=None)


def _is_young(run: Unfinished, now: datetime) -> bool:
    idle = timedelta(seconds=run.idle_seconds)
    if run.bytes_told < SHORT_BYTES and idle > SHORT_IDLE:
        return False
    return idle <= LONGEST_IDLE and now - run.begun.began <= LONGEST_READ


def _is_what_is_asked_for(portal: Portal, begun: Begun, request: RunRequest) -> bool:
    if begun.asked == _as_asked(portal, request):
        return True
    # A full read holds all that an incremental one would: the night goes on with it.
    full = RunRequest(mode="full")
    is_night = _as_asked(portal, request) == _as_asked(portal, RunRequest())
    return is_night and begun.asked == _as_asked(portal, full)


def _request_of(begun: Begun, request: RunRequest) -> RunRequest:
    return request if begun.mode == request.mode else RunRequest(mode="full")


def _as_asked(portal: Portal, request: RunRequest) -> dict[str, Any]:
    """A request as JSON gives it back, with what the portal's entry adds to it."""
    asked = asdict(request) | {"synced": sorted(portal.associations)}
    if request.associations is None:  # a DAG's form names what a command leaves out
        asked["associations"] = portal.associations
    asked["associations"] = sorted(asked["associations"])
    del asked["spread"]  # how, not what
    return orjson.loads(orjson.dumps(asked))
