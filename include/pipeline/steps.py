"""The steps of a night, each a plain function of a portal that holds the portal's lock.

extract → load → build → audit → publish. A step works on what lies in the portal's folder, never
on what another step returned: a night that was cut off goes on where it stopped, and a command
and a DAG can take turns.
"""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from include.pipeline.build import build as dbt
from include.pipeline.connections import Connection
from include.pipeline.errors import AuditFailed, BadRequest
from include.pipeline.extract.run import extract
from include.pipeline.policies import require_policies
from include.pipeline.reading.planning import Before, midnight_of, plan_read
from include.pipeline.reading.preflight import preflight
from include.pipeline.reading.reading import open_session, types_of
from include.pipeline.registry import Portal
from include.pipeline.requests import RunRequest
from include.pipeline.settings import (
    generations_kept,
    hold_back,
    link_calls_nightly,
    threads_listed_nightly,
)
from include.pipeline.sweep.run import sweep
from include.warehouse.candidate import require_build
from include.warehouse.drift import schema_drift, write_drift
from include.warehouse.errors import NothingToPublish
from include.warehouse.known import KnownVersions, cursors
from include.warehouse.landing import Manifest
from include.warehouse.load import load_pending
from include.warehouse.lock import portal_lock
from include.warehouse.publish import approve, discard_staged, publish, published, stage
from include.warehouse.standing import standing

logger = logging.getLogger(__name__)

STEPS = ("extract", "load", "build", "audit", "publish")
Report = Callable[[str], None]


def extract_step(
    portal: Portal, connection: Connection, request: RunRequest, report: Report = logger.info
) -> dict[str, Any]:
    """Read the portal into a new landing; returns the run's id, rows, calls, drift and proof.

    What an earlier run landed is loaded before a sweep.
    """
    if request.mode == "sweep":
        load_step(portal, report)  # what landed and waits would count as missing
        manifest = sweep(portal, connection, report)
    else:
        manifest = extract(portal, connection, request, report)
    outcome = {"run_id": manifest.run_id, "rows": manifest.rows, "calls": manifest.calls}
    outcome["drift"] = _drift(portal, manifest, report)
    if skipped := manifest.choices.get("skipped"):
        outcome["skipped"] = skipped
    return outcome | ({"proof": manifest.proof} if manifest.proof else {})


def _drift(portal: Portal, manifest: Manifest, report: Report) -> list[dict[str, Any]]:
    """Write down and say what changed in the portal's definitions since the last load."""
    changes = schema_drift(portal.files, manifest)
    write_drift(portal.files, manifest, changes)
    if changes:
        kinds = Counter((change.what, change.change) for change in changes)
        counted = ", ".join(f"{n} {what} {change}" for (what, change), n in kinds.items())
        report(f"definitions changed: {counted}; see reports/drift-{manifest.run_id}.json")
    return [asdict(change) for change in changes]


def plan_step(portal: Portal, connection: Connection, request: RunRequest) -> dict[str, Any]:
    """Say what a read would cost, without reading: a plan (`planner.Plan`) and when the day ends.

    Raises:
        BadRequest: a sweep or a window, whose cost is not known before.
    """
    require_plannable(request)
    portal.files.ensure()
    since = None if request.mode == "full" else cursors(portal.files).get("tickets")
    with KnownVersions(portal.files, may_copy=False) as known:
        before = since and Before(since, known.count("tickets"), known.count("tickets", since))
    with open_session(portal, connection) as session:
        account = preflight(session, portal)
        found = plan_read(session, types_of(portal, request), before=before, however_few=True)
    return found.as_json() | {"since": since, "calls_counted_anew_at": midnight_of(account)}


def require_plannable(request: RunRequest) -> None:
    """Refuse to plan a read whose cost is not known before.

    Raises:
        BadRequest: a sweep or a window.
    """
    if request.mode not in {"full", "incremental"}:
        raise BadRequest(f"a read of mode '{request.mode}' has no plan; use full or incremental.")


def load_step(portal: Portal, report: Report = logger.info) -> dict[str, Any]:
    """Load every landing that waits, oldest first, each in one transaction with its cursors."""
    loaded = load_pending(portal.files)
    for result in loaded:
        report(f"loaded {result.run_id} in {result.seconds:.1f} s")
    return {"loaded": [result.run_id for result in loaded]}


def build_step(portal: Portal, report: Report = logger.info) -> dict[str, Any]:
    """Build and test the marts in the candidate file."""
    built = dbt.build(portal, report=report)
    return {"seconds": built.seconds, "nodes": built.nodes, "is_full": built.is_full}


def audit_step(portal: Portal, report: Report = logger.info) -> dict[str, Any]:
    """Copy the candidate and let the expectations judge the copy.

    Raises:
        AuditFailed: an expectation that guards publishing failed; the copy is thrown away.
    """
    # Imported here: Great Expectations takes seconds to import, and most commands do not need it.
    from include.expectations.audit import audit  # noqa: PLC0415

    now = standing(portal.files)
    require_build(portal.files, now)
    try:
        staged = stage(
            portal.files,
            now.run_id,
            data_as_of=now.data_as_of,
            complete_through=now.complete_through,
        )
        verdict = audit(
            portal.files.warehouse,
            staged,
            portal_id=portal.portal_id,
            run_id=now.run_id,
            reports=portal.files.reports,
        )
        if not verdict.success:
            raise AuditFailed(
                f"{verdict.summary()} Nothing was published: the marts served are still the "
                "former ones, and running again is safe."
            )
        approve(portal.files)
    except BaseException:
        discard_staged(portal.files)
        raise
    report(verdict.summary())
    return {"run_id": now.run_id, "expectations": len(verdict.results)}


def publish_step(portal: Portal, report: Report = logger.info) -> dict[str, Any]:
    """Move the audited copy into place; readers see the old file or the new one, never half.

    Publishing what is served already is no failure: two runs that end together publish once.

    Raises:
        NothingToPublish: nothing passed an audit, and what is served is older than the load.
    """
    try:
        served = publish(portal.files, keep=generations_kept())
        report(f"published version {served.version} of portal '{portal.name}'")
    except NothingToPublish:
        served = published(portal.files)
        if served is None or served.run_id != standing(portal.files).run_id:
            raise
        report(f"version {served.version} of portal '{portal.name}' is served already")
    return {"version": served.version, "path": str(served.path)}


@dataclass(frozen=True)
class Night:
    """One run of some steps.

    Attributes:
        portal: whose night.
        connection: where the portal answers; needed by `extract` alone.
        request: what `extract` is asked to do.
        report: told lines of progress.
    """

    portal: Portal
    connection: Connection | None = None
    request: RunRequest = field(default_factory=RunRequest)
    report: Report = logger.info

    def run(self, steps: Sequence[str], *, command: str, wait: bool = False) -> dict[str, Any]:
        """Run steps one after another under the portal's lock.

        Args:
            steps: some of `STEPS`, in order.
            command: what the lock says of its holder.
            wait: wait for a lock that another command holds, instead of refusing.

        Returns:
            What each step returned, by its name.

        Raises:
            PortalLocked: another command holds the portal; names it.
            PipelineError, HubSpotError, WarehouseError: as the steps.
        """
        self._check_settings()
        self.portal.files.ensure()
        with portal_lock(self.portal.files, command, wait=wait):
            return {step: self._run_one(step) for step in steps}

    def _check_settings(self) -> None:
        """Refuse now what a later step would refuse after hours of reading."""
        hold_back()
        generations_kept()
        threads_listed_nightly()
        link_calls_nightly()
        require_policies(self.portal.policies)

    def _run_one(self, step: str) -> dict[str, Any]:
        if step == "extract":
            return extract_step(self.portal, _required(self.connection), self.request, self.report)
        return AFTER_EXTRACT[step](self.portal, self.report)


AFTER_EXTRACT: dict[str, Callable[[Portal, Report], dict[str, Any]]] = {
    "load": load_step,
    "build": build_step,
    "audit": audit_step,
    "publish": publish_step,
}


def _required(connection: Connection | None) -> Connection:
    if connection is None:
        raise BadRequest("extract needs a connection.")
    return connection
