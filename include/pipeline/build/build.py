"""Build: which marts, anew or going on from the former build; dbt runs in a process of its own."""

import logging
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from include.pipeline.build.dbt_process import Build, Place, run_dbt, work_folder
from include.pipeline.build.rules import build_rules
from include.pipeline.errors import BadRequest
from include.pipeline.policies import assemble
from include.pipeline.registry import Portal
from include.warehouse.candidate import forget_build, record_build
from include.warehouse.copying import copy_warehouse
from include.warehouse.space import disk_space_for
from include.warehouse.standing import Standing, standing
from include.warehouse.trust import may_go_on

logger = logging.getLogger(__name__)


def build(
    portal: Portal,
    *,
    as_of: datetime | None = None,
    full_refresh: bool = False,
    report: Callable[[str], None] = logger.info,
) -> Build:
    """Run `dbt build`: models and their tests, into the candidate file.

    Args:
        portal: whose marts.
        as_of: build what a build of that moment would have made, beside the candidate, from a
            copy of the warehouse; such a file is never published.
        full_refresh: build every ticket anew, also when only what changed would do.
        report: told lines of progress.

    Raises:
        PolicyError: a policy file is broken.
        BadRequest: `as_of` lies after what was read.
        BuildFailed: a model or a test failed; names up to five of them.
        NothingToPublish: nothing whole was loaded yet.
        OutOfSpace: the disk is full; what is served is untouched.
    """
    now = standing(portal.files)
    with disk_space_for(f"building the marts of portal '{portal.name}'"):
        seeds = assemble(portal.policies, work_folder(portal.files) / "seeds")
        if as_of is None:
            result = _build_candidate(portal, seeds, now, full_refresh)
        elif as_of > now.data_as_of:
            raise BadRequest(
                f"the marts of {as_of.isoformat()} cannot be built: portal '{portal.name}' was "
                f"read until {now.data_as_of.isoformat()}; sync first, or name an earlier moment."
            )
        else:
            result = _build_beside(portal, seeds, as_of)
    what = "every ticket" if result.is_full else "what changed"
    report(f"built {result.marts.name} ({what}) in {result.seconds:.1f} s: {_count(result.nodes)}")
    return result


def _build_candidate(portal: Portal, seeds: Path, now: Standing, full_refresh: bool) -> Build:
    files = portal.files
    rules = build_rules(files, seeds)
    is_full = full_refresh or not may_go_on(files, rules, now.data_as_of)
    forget_build(files)
    moment = now.data_as_of.isoformat()
    result = run_dbt(portal, Place(files.warehouse, files.candidate, seeds, moment, is_full))
    record_build(files, now, rules)
    return result


def _build_beside(portal: Portal, seeds: Path, as_of: datetime) -> Build:
    """Build on a copy, so that the nightly models' state is not that of another moment."""
    folder = portal.files.root / "as_of" / as_of.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    warehouse = folder / "warehouse.duckdb"
    copy_warehouse(portal.files, warehouse)
    moment = as_of.astimezone(UTC).isoformat()
    try:
        place = Place(warehouse, folder / "tickets.duckdb", seeds, moment, full_refresh=True)
        return run_dbt(portal, place)
    finally:
        warehouse.unlink()


def _count(nodes: dict[str, int]) -> str:
    return ", ".join(f"{count} {status}" for status, count in sorted(nodes.items()))
