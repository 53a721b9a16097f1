"""One read of a portal while it runs: HubSpot on one side, a landing on the other."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from include.hubspot.limits import ThreadLimiter
from include.hubspot.recall import Recall
from include.hubspot.session import HubSpotSession
from include.hubspot.shared_windows import SharedWindows
from include.pipeline.connections import Connection
from include.pipeline.reading.ids import Ids
from include.pipeline.reading.late_arrivals import LateArrivals
from include.pipeline.reading.memory import few_collections, share_arenas
from include.pipeline.reading.planning import FEW, announce, plan_read
from include.pipeline.reading.preflight import Account, naming_connection, preflight
from include.pipeline.reading.progress import Progress
from include.pipeline.reading.resuming import Beginning, begin_or_go_on, is_worth_going_on
from include.pipeline.registry import Portal
from include.pipeline.requests import RunRequest
from include.warehouse.known import KnownVersions, cursors
from include.warehouse.landing import LandingRun, Manifest
from include.warehouse.owed import owed
from include.warehouse.search_lag import search_lags

Report = Callable[[str], None]
logger = logging.getLogger(__name__)

# HubSpot tells its time in whole seconds (the Date header). What happened within the second that
# the last answer names was read, and must not lie after `data_as_of`.
REST_OF_THE_SECOND = timedelta(milliseconds=999)

# 19 calls a second, each of which takes its worker 0.8 s at the most: what HubSpot's answer takes,
# and what it takes to land it while others land theirs.
CALLS_IN_FLIGHT = 16


@dataclass
class Reading:
    """What the parts of a read share.

    Attributes:
        session: HubSpot.
        landing: where pages go.
        known: what the warehouse holds already.
        request: what the run was asked to do.
        types: object types whose links are read.
        is_partial: something of a ticket stays unread.
        cursors: where each stream's incremental read begins; empty on a first run.
        account: whose portal it is, and HubSpot's time when the read began; of a read that was cut
            off and is gone on with, when it first began.
        is_resumed: the read was cut off, and is gone on with.
        late: told what search and lists show, to measure how late search is.
        progress: told as rows land.
        linked: ids of records that this run's tickets link to, by object type.
        skipped: what the token may not read, and why; the run goes on without it.
        owed: what earlier runs skipped, and this one has to catch up with.
    """

    session: HubSpotSession
    landing: LandingRun
    known: KnownVersions
    request: RunRequest
    types: tuple[str, ...]
    is_partial: bool
    cursors: dict[str, datetime]
    account: Account
    is_resumed: bool
    late: LateArrivals
    progress: Progress
    linked: defaultdict[str, Ids] = field(default_factory=lambda: defaultdict(Ids))
    skipped: dict[str, str] = field(default_factory=dict)
    owed: frozenset[str] = frozenset()

    def of_types(self, kinds: tuple[str, ...]) -> tuple[str, ...]:
        """Return those of some object types that this run reads."""
        return tuple(kind for kind in self.types if kind in kinds and kind not in self.skipped)

    def skip(self, stream: str, reason: str) -> None:
        """Leave a stream out that a token need not reach; its cursor stays, and it is said."""
        if stream not in self.skipped:
            self.skipped[stream] = reason
            self.progress.say(f"skipped {stream}: {reason}")

    def catches_up(self, stream: str) -> bool:
        """Whether this run reads of a stream what earlier runs were not allowed to read."""
        return stream in self.owed and stream not in self.skipped and self.request.mode != "window"

    def since(self, stream: str) -> datetime | None:
        """Return where a read of what changed begins; None when the run reads everything."""
        if self.request.mode == "full":
            return None
        if self.request.mode == "window":
            return self.request.window_from
        return self.cursors.get(stream)

    def commit(
        self,
        *,
        moved: dict[str, datetime],
        complete_through: datetime | None = None,
        proof: dict[str, Any] | None = None,
    ) -> Manifest:
        """End the read: the landing becomes one that a load sees.

        Args:
            moved: cursors of the next run, by stream; empty when this run moves none.
            complete_through: up to when the run proved that nothing is missing.
            proof: what the proof found.

        Raises:
            WarehouseError: the landing cannot be written.
        """
        chosen = self.request.properties
        # What a cut-off read was told first may be days old by now: it is as of its beginning.
        read_at = self.account.now if self.is_resumed else self.session.now()
        manifest = self.landing.commit(
            data_as_of=read_at + REST_OF_THE_SECOND,
            cursors=moved,
            calls=self.session.calls_by_route(),
            choices={
                "properties": None if chosen is None else list(chosen),
                "associations": list(self.types),
                "skipped": self.skipped,
            },
            complete_through=complete_through,
            is_whole=self.request.mode != "window" and not self.is_partial,
            proof=proof or {},
            search_lag=self.late.measure(searched=_searches_all(self)).as_json(),
        )
        self.progress.finish()
        return manifest


@contextmanager
def open_reading(
    portal: Portal, connection: Connection, request: RunRequest, report: Report = logger.info
) -> Iterator[Reading]:
    """Begin a read, or go on with the one that was cut off; the token is checked first.

    A read that ends with an error leaves nothing that a load would see. What HubSpot answered so
    far is kept for the next run, where that may end better.

    Raises:
        PipelineError: the token belongs to another portal.
        HubSpotError: HubSpot refuses the token or cannot be reached.
        WarehouseError: no landing can be begun.
    """
    portal.files.ensure()
    share_arenas()
    with (
        few_collections(),
        open_session(portal, connection) as session,
        KnownVersions(portal.files) as known,
    ):
        account = preflight(session, portal)
        beginning = begin_or_go_on(portal, request, account.now, report)
        with (
            _kept_for_the_next_run(beginning, session, report),
            Progress(report, session) as progress,
        ):
            since = cursors(portal.files)
            if _is_of_everything(beginning.request, since):
                _plan(session, portal, account, beginning, progress, report)
            session.keep_answers(Recall(beginning.journal), beginning.began)
            yield _reading(portal, session, known, account, beginning, since, progress)


def _reading(  # noqa: PLR0913, PLR0917 - what a read begins with
    portal: Portal,
    session: HubSpotSession,
    known: KnownVersions,
    account: Account,
    beginning: Beginning,
    since: dict[str, datetime],
    progress: Progress,
) -> Reading:
    return Reading(
        session=session,
        landing=beginning.landing,
        known=known,
        request=beginning.request,
        types=types_of(portal, beginning.request),
        is_partial=beginning.request.is_partial(portal.associations),
        cursors=since,
        account=replace(account, now=beginning.began),
        is_resumed=beginning.answers > 0,
        late=LateArrivals(known, beginning.began, search_lags(portal.files)),
        progress=progress,
        owed=owed(portal.files),
    )


@contextmanager
def open_session(portal: Portal, connection: Connection) -> Iterator[HubSpotSession]:
    """Open a session that shares its limits with all processes that read the portal."""
    with closing(SharedWindows(portal.files.limits)) as windows:
        with naming_connection(portal):
            opened = HubSpotSession(
                connection.host,
                connection.token,
                max_in_flight=CALLS_IN_FLIGHT,
                limiter=ThreadLimiter(windows),
            )
        with opened as session:
            yield session


def types_of(portal: Portal, request: RunRequest) -> tuple[str, ...]:
    """Return what a run reads that belongs to tickets."""
    return portal.associations if request.associations is None else request.associations


@contextmanager
def _kept_for_the_next_run(
    beginning: Beginning, session: HubSpotSession, report: Report
) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        session.close()  # its workers write into the journal
        if is_worth_going_on(error):
            beginning.landing.leave()
            report("what HubSpot answered so far is kept: the next run goes on from there")
        else:
            beginning.landing.abandon()
        raise
    finally:
        session.close()
        beginning.journal.close()


def _searches_all(reading: Reading) -> bool:
    """Whether the run asked search for all that had changed up to its beginning."""
    return reading.request.mode in {"incremental", "full"} and not reading.is_partial


def _is_of_everything(request: RunRequest, since: dict[str, datetime]) -> bool:
    return request.mode == "full" or (request.mode == "incremental" and "tickets" not in since)


def _plan(  # noqa: PLR0913, PLR0917 - a read before it begins
    session: HubSpotSession,
    portal: Portal,
    account: Account,
    beginning: Beginning,
    progress: Progress,
    report: Report,
) -> None:
    """Say what a read of everything costs, and refuse one that today's calls are not enough for.

    One that was begun is gone on with in any case: whoever began it knew.
    """
    request, kept = beginning.request, beginning.answers
    found = plan_read(session, types_of(portal, request), kept=kept)
    progress.foresee("tickets", found.amounts.tickets)
    if found.amounts.tickets >= FEW or not found.fits_today:
        announce(found, account, may_spread=request.spread or kept > 0, report=report)
