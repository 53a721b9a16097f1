"""Portals in this process, with a clock that stands still, and what they show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from include.sandbox.clock import Clock
from include.sandbox.contents import Contents
from include.sandbox.dataset import load_dataset
from include.sandbox.generate import generate
from include.sandbox.moments import from_person
from include.sandbox.portal import Portal
from include.sandbox.settings import Settings

MACHINE = from_person("2026-11-20T12:00:00Z")


def still_clock(until: int | None) -> Clock:
    return Clock(until, machine_ms=lambda: MACHINE)


def portal_of(contents: Contents, until: int | str | None = None, **settings: Any) -> Portal:
    moment = from_person(until) if isinstance(until, str) else until
    return Portal(contents, Settings(until=moment, **settings), still_clock(moment))


def dataset_portal(folder: Path, until: int | str | None = None, **settings: Any) -> Portal:
    return portal_of(load_dataset(folder), until, **settings)


def generated_portal(tickets: int, seed: int, until: str, **settings: Any) -> Portal:
    contents = generate(tickets, seed, from_person(until), portal_id=4_980_000)
    return portal_of(contents, until, **settings)


def shown(portal: Portal) -> dict[str, Any]:
    """Everything that a portal shows: records with history, lists, links, search's index."""
    now = portal.clock.now()
    picture: dict[str, Any] = {"now": now}
    for object_type, store in portal.stores.items():
        names = [p.name for archived in (False, True) for p in store.definitions.listed(archived)]
        reader = portal.readers[object_type]
        plan = reader.plan(names, names)
        index = portal.indexes[object_type]
        index.drain(now)
        picture[object_type] = {
            "live": list(store.live),
            "archived": list(store.archived),
            "aliases": {r.id: r.merged_into for r in store.records.values() if r.merged_into},
            "records": {
                i: parsed(reader.body(store.records[i], plan, now))
                for i in store.live + store.archived
            },
            "index": (list(index.by_modified), list(index.by_created), list(index.by_id)),
        }
    picture["links"] = {
        direction: {start: dict(ends) for start, ends in edges.items() if ends}
        for direction, edges in portal.associations.edges.items()
    }
    return picture


def record(portal: Portal, ticket_id: int, *, object_type: str = "tickets") -> dict[str, Any]:
    """One record with all its properties and all their history."""
    store, reader = portal.stores[object_type], portal.readers[object_type]
    names = [p.name for p in store.definitions.listed(archived=False)]
    found = store.resolve(ticket_id)
    assert found is not None
    return parsed(reader.body(found, reader.plan(names, names), portal.clock.now()))


def parsed(body: dict[str, Any]) -> dict[str, Any]:
    """A record's body as a client sees it: parts of it are JSON from the start."""
    return orjson.loads(orjson.dumps(body))


def at(day: int, time: str = "00:00:00") -> str:
    """A moment of January 2020 as a dataset writes it."""
    return f"2020-01-{day:02}T{time}.000Z"
