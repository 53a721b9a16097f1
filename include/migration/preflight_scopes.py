"""Scopes of both tokens, found out by calls that neither read a record nor write one.

A write of nothing (a batch without inputs, a form without a file) is refused for its emptiness, or
done to nobody; where a scope is missing it is refused for that first. So everything that is missing
is named at once, before anything is written.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import orjson

from include.hubspot.batches import ordered
from include.hubspot.errors import InvalidRequest, MissingScopes, ObjectNotFound
from include.hubspot.session import HubSpotSession
from include.hubspot.write_paths import WritePaths
from include.hubspot.writing import WritingSession
from include.migration.errors import PreflightRefused

_NOTHING = orjson.dumps({"inputs": []})
_FORM = "multipart/form-data; boundary=nothing"
_EMPTY_FORM = b"--nothing--\r\n"
_RECORDS = ("tickets", "contacts", "companies", "deals")
_ENGAGEMENTS = ("notes", "emails", "calls", "meetings", "tasks")

_WRITTEN = Path(__file__).with_name("preflight_scopes.sql").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Probe:
    """A call that does nothing, and is refused where a scope is missing.

    Attributes:
        path: Where.
        body: What nothing looks like there; None for a GET.
        content_type: Of a body that is not JSON.
    """

    path: str
    body: bytes | None = _NOTHING
    content_type: str | None = None


def write_probes(session: HubSpotSession, plan: duckdb.DuckDBPyConnection) -> list[Probe]:
    """Return the probes of what a plan writes.

    Args:
        session: Knows the paths.
        plan: Open, its tables in schema `migration`.
    """
    read, write = session.paths, WritePaths(session.paths)
    probes = []
    for what, object_type, to_type in plan.execute(_WRITTEN).fetchall():
        match what:
            case "definitions":
                probes.append(Probe(f"{read.properties(object_type)}/batch/create"))
            case "records":
                probes.append(Probe(write.batch(object_type, "upsert")))
            case "pipelines":
                probes.append(Probe(read.pipelines(object_type)))
            case "labels":
                probes.append(Probe(write.labels(object_type, to_type)))
            case "links":
                probes.append(Probe(write.links(object_type, to_type, "create")))
            case "plain_links":
                probes.append(Probe(write.links(object_type, to_type, "associate/default")))
            case "files":
                probes.append(Probe(write.files(), _EMPTY_FORM, _FORM))
    return probes


def number_of_probes(plan: duckdb.DuckDBPyConnection) -> int:
    """Count the calls that `require_writing` makes for a plan, beside asking whose token it is."""
    return len(plan.execute(_WRITTEN).fetchall())


def require_writing(target: WritingSession, plan: duckdb.DuckDBPyConnection) -> None:
    """See that the target's token may write what the plan holds.

    Raises:
        PreflightRefused: Names every scope that it lacks.
        HubSpotError: As drawn in its room.
    """
    target.bind()

    def lacking(batch: list[Probe]) -> tuple[str, ...]:
        (probe,) = batch
        try:
            target.write("POST", probe.path, probe.body, content_type=probe.content_type)
        except MissingScopes as error:
            return error.scopes or (probe.path,)
        except InvalidRequest:
            return ()  # refused for its emptiness: the scope is there
        return ()

    _refuse(target, target.portal_id, write_probes(target, plan), lacking)


def require_reading(target: WritingSession) -> None:
    """See that the target's token may read what a plan is made from.

    Raises:
        PreflightRefused: Names every scope that it lacks.
        HubSpotError: As drawn in its room.
    """
    probes = [
        Probe(target.paths.owners(), None),
        Probe(target.paths.pipelines("tickets"), None),
        *(Probe(target.paths.property_groups(one), None) for one in _RECORDS),
        *(Probe(target.paths.batch_read(one)) for one in (*_RECORDS, *_ENGAGEMENTS)),
    ]

    def lacking(batch: list[Probe]) -> tuple[str, ...]:
        (probe,) = batch
        try:
            if probe.body is None:
                target.get(probe.path)
            else:
                target.post(probe.path, orjson.loads(probe.body))
        except MissingScopes as error:
            return error.scopes or (probe.path,)
        except InvalidRequest:
            return ()
        return ()

    _refuse(target, target.portal_id, probes, lacking)


def require_files(
    source: HubSpotSession, source_portal_id: str, plan: duckdb.DuckDBPyConnection
) -> None:
    """See that the source's token may download files, where the plan brings some over.

    Raises:
        PreflightRefused: It may not.
        HubSpotError: As drawn in its room.
    """
    first = plan.execute(
        "select min(source_id) from migration.plan_files where action = 'create'"
    ).fetchone()
    if first is None or first[0] is None:
        return
    try:
        source.get(f"{WritePaths(source.paths).file(first[0])}/signed-url")
    except ObjectNotFound:
        return  # gone since it was read: the scope is there
    except MissingScopes as error:
        raise _lacks(source_portal_id, error.scopes or ("files",)) from error


def _refuse(target: WritingSession, portal_id: str, probes: list[Probe], lacking) -> None:
    found: Iterator[tuple[str, ...]] = ordered(
        target.workers(), 2 * target.max_in_flight, ([one] for one in probes), lacking
    )
    missing = tuple(dict.fromkeys(scope for scopes in found for scope in scopes))
    if missing:
        raise _lacks(portal_id, missing)


def _lacks(portal_id: str, scopes: tuple[str, ...]) -> PreflightRefused:
    return PreflightRefused(
        f"the token for portal {portal_id} lacks {', '.join(scopes)}: nothing was written; add the "
        "scopes to the app in HubSpot, then run again."
    )
