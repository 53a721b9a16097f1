"""Reference data: complete lists, read on every run, for no modified time tells of their change."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from include.hubspot.reference import owners, pipelines, property_definitions, property_groups
from include.pipeline.errors import BadRequest
from include.pipeline.extract import rows
from include.pipeline.extract.old_values import with_old_values
from include.pipeline.reading.in_flight import read_each
from include.pipeline.reading.reading import Reading
from include.pipeline.requests import ENGAGEMENT_TYPES, RECORD_TYPES

List = Callable[[], list[dict[str, Any]]]

# Computed when read: no history, and two reads of one ticket differ. What they say (time in a
# stage so far) the marts compute from history, as of one moment.
COMPUTED_WHEN_READ = "calculation_read_time"

# What the marts cannot do without, read even when a run names its properties.
ALWAYS_READ = (
    "createdate",
    "hs_lastmodifieddate",
    "hs_merged_object_ids",
    "hs_object_id",
    "hs_pipeline",
    "hs_pipeline_stage",
    "hs_ticket_priority",
    "hubspot_owner_id",
    "subject",
)


@dataclass(frozen=True)
class Definitions:
    """Which properties there are.

    Attributes:
        names: properties to read, by object type.
        file_properties: ticket properties whose values are ids of files.
        calculated: ticket properties that HubSpot computes; their changes move no modified time.
        added: ticket properties that were not defined at the last load, and of which tickets may
            have values that no modified time tells of (`old_values`).
    """

    names: dict[str, list[str]]
    file_properties: tuple[str, ...]
    calculated: tuple[str, ...]
    added: tuple[str, ...]


def read_definitions(reading: Reading) -> Definitions:
    """Land account, owners, pipelines, stages, properties and groups.

    Raises:
        BadRequest: the run names a ticket property that the portal does not define.
        HubSpotError: HubSpot refused.
    """
    session, landing = reading.session, reading.landing
    landing.write("account", [rows.account_row(reading.account.details)], session.now())
    found = _read_lists(reading)
    everyone = [*found.pop("owners"), *found.pop("archived owners")]
    landing.write("owners", [rows.owner_row(owner) for owner in everyone], session.now())
    flows = found.pop("pipelines")
    landing.write("pipelines", [rows.pipeline_row(pipeline) for pipeline in flows], session.now())
    stages = [row for pipeline in flows for row in rows.stage_rows(pipeline)]
    landing.write("stages", stages, session.now())
    tickets = found.pop("tickets")
    return _definitions_of(
        reading,
        tickets,
        {"tickets": _choose(_names(tickets), reading.request.properties)}
        | {kind: _names(definitions) for kind, definitions in found.items()},
        {row["id"] for row in stages},
    )


def _read_lists(reading: Reading) -> dict[str, list[dict[str, Any]]]:
    """Read all lists at a time: owners, pipelines, and the definitions of what the portal syncs.

    A portal's token need not reach other types than tickets, nor all kinds of engagements. Of
    engagements the living properties alone: their archived ones and their groups would cost ten
    calls a night that nobody asks anything of.
    """
    session = reading.session
    kinds = ("tickets", *reading.of_types((*RECORD_TYPES, *ENGAGEMENT_TYPES)))
    jobs: list[tuple[str, tuple[str, List]]] = [
        ("tickets", ("owners", lambda: owners(session))),
        ("tickets", ("archived owners", lambda: owners(session, archived=True))),
        ("tickets", ("pipelines", lambda: pipelines(session))),
    ]
    for kind in kinds:
        known = _makes_known(reading, kind)
        jobs.append((kind, (kind, partial(_properties, reading, kind, known=known))))
        if kind not in ENGAGEMENT_TYPES:
            archived = partial(_properties, reading, kind, archived=True, known=known)
            jobs += [(kind, ("", archived)), (kind, ("", partial(_groups, reading, kind)))]

    def read(_: str, what: tuple[str, List]) -> tuple[str, list[dict[str, Any]]]:
        name, ask = what
        return name, ask()

    return {name: found for _, (name, found) in read_each(reading, jobs, read) if name}


def _definitions_of(
    reading: Reading,
    tickets: list[Mapping[str, Any]],
    names: dict[str, list[str]],
    stage_ids: set[str],
) -> Definitions:
    chosen = set(names["tickets"])
    mine = [definition for definition in tickets if definition["name"] in chosen]
    before = reading.known.property_names("tickets")
    added = [one for one in mine if one["name"] not in before] if before else []
    return Definitions(
        names=names,
        file_properties=tuple(d["name"] for d in mine if d.get("fieldType") == "file"),
        calculated=tuple(d["name"] for d in mine if d.get("calculated")),
        added=with_old_values(reading, added, stage_ids - reading.known.stage_ids()),
    )


def _names(definitions: Iterable[Mapping[str, Any]]) -> list[str]:
    return [d["name"] for d in definitions if d.get("fieldType") != COMPUTED_WHEN_READ]


def _makes_known(reading: Reading, object_type: str) -> bool:
    """Whether the properties that this run finds defined count as known from now on.

    A window, a sweep and a partial run read an added property of few tickets or of none: the next
    night must still find it new. Without any definition stored, nothing is new.
    """
    is_night = reading.request.mode in {"incremental", "full"} and not reading.is_partial
    return is_night or not reading.known.property_names(object_type)


def _properties(
    reading: Reading, object_type: str, *, known: bool, archived: bool = False
) -> list[dict[str, Any]]:
    """Read and land an object type's living or archived definitions, known from then on or not."""
    session = reading.session
    found = property_definitions(session, object_type, archived=archived)
    shaped = [rows.property_row(object_type, definition) for definition in found]
    reading.landing.write("properties" if known else "properties_shown", shaped, session.now())
    return found


def _groups(reading: Reading, object_type: str) -> list[dict[str, Any]]:
    """Land an object type's property groups; returns them."""
    found = property_groups(reading.session, object_type)
    shaped = [rows.property_group_row(object_type, group) for group in found]
    reading.landing.write("property_groups", shaped, reading.session.now())
    return found


def _choose(defined: list[str], chosen: tuple[str, ...] | None) -> list[str]:
    if chosen is None:
        return defined
    unknown = sorted(set(chosen) - set(defined))
    if unknown:
        raise BadRequest(
            f"the portal defines no ticket property {', '.join(unknown)}; nothing was read; "
            "correct the names and run again."
        )
    return [name for name in defined if name in chosen or name in ALWAYS_READ]
