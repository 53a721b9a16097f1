"""Generated engagements: of tickets, around what happened to them."""

from __future__ import annotations

from collections import Counter

import pytest

from include.sandbox.contents import Contents
from include.sandbox.engagements import KINDS
from include.sandbox.generate import generate
from include.sandbox.moments import from_person
from tests.include.sandbox.portals import portal_of, record

REFERENCE = "2026-10-01T00:00:00Z"


def contents(engagements: int, tickets: int = 300) -> Contents:
    return generate(tickets, 7, from_person(REFERENCE), portal_id=1, engagements=engagements)


@pytest.fixture(scope="module")
def engaged() -> Contents:
    return contents(5)


def test_tickets_are_the_same_with_and_without_engagements(engaged: Contents) -> None:
    plain = contents(0)
    assert sum(len(plain.records[kind]) for kind in KINDS) == 0
    for object_type in ("tickets", "contacts"):
        one, other = plain.records[object_type], engaged.records[object_type]
        assert list(one) == list(other)
        assert all(one[i].created == other[i].created for i in one)
    assert [len(r.log) for r in plain.records["tickets"].values()] == [
        len(r.log) for r in engaged.records["tickets"].values()
    ]


def test_about_five_of_all_kinds_around_a_tickets_life(engaged: Contents) -> None:
    counts = Counter({kind: len(engaged.records[kind]) for kind in KINDS})
    tickets = len(engaged.records["tickets"])
    assert 4 < counts.total() / tickets < 6
    assert all(counts[kind] > tickets / 10 for kind in KINDS)
    portal = portal_of(engaged, REFERENCE)
    for kind in KINDS:
        for engagement_id in portal.stores[kind].live[::20]:
            body = record(portal, engagement_id, object_type=kind)
            assert body["properties"]["hs_timestamp"] == body["createdAt"]
            (ticket_id,) = portal.associations.of(kind, "tickets", engagement_id)
            ticket = portal.stores["tickets"].resolve(ticket_id)
            moment = from_person(body["createdAt"])
            assert ticket is not None
            assert ticket.created <= moment <= portal.horizon
    directions = Counter(
        record(portal, i, object_type="emails")["properties"]["hs_email_direction"]
        for i in portal.stores["emails"].live
    )
    assert set(directions) == {"EMAIL", "INCOMING_EMAIL", "FORWARDED_EMAIL"}
    assert portal.associations.edges[("emails", "contacts")]
