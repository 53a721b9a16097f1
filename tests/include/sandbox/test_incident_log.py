"""The real incident log: every row of it comes back."""

from __future__ import annotations

import csv
import gzip
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from include.sandbox.moments import from_person
from tests.include.sandbox.portals import dataset_portal, parsed

pytestmark = pytest.mark.real_log


def test_every_property_change_and_every_link_comes_back_exactly(incident_log: Path) -> None:
    portal = dataset_portal(incident_log, "2016-04-01")
    assert len(portal.stores["tickets"].live) == 6_472
    for day in ("2016-04-02", "2016-04-15", "2017-06-01"):
        portal.advance(from_person(day))
    expected: dict[str, dict[str, list]] = defaultdict(lambda: defaultdict(list))
    with gzip.open(incident_log / "property_changes.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            expected[row["ticket_id"]][row["property"]].insert(0, (row["changed_at"], row["value"]))
    store, reader = portal.stores["tickets"], portal.readers["tickets"]
    names = sorted({name for properties in expected.values() for name in properties})
    plan, counts = reader.plan(names, names), Counter()
    assert len(store.live) == 17_535
    for ticket_id in store.live:
        body = parsed(reader.body(store.records[ticket_id], plan, portal.clock.now()))
        for name, entries in body["propertiesWithHistory"].items():
            shown = [(entry["timestamp"], entry["value"]) for entry in entries]
            assert shown == expected[str(ticket_id)][name], (ticket_id, name)
            assert not shown or body["properties"][name] == shown[0][1]
            counts[name] += len(shown)
    assert sum(counts.values()) == 293_147
    edges = portal.associations.edges
    pairs = [len(to) for t in ("contacts", "companies") for to in edges["tickets", t].values()]
    assert sum(pairs) == 35_028
