"""A state file brings the portal back as it was, on whatever later day it is started."""

from pathlib import Path

import orjson
import pytest

from include.sandbox import clock
from include.sandbox.journal import Journal
from include.sandbox.moments import DAY
from include.sandbox.routes import ENDPOINTS
from include.sandbox.serving.call import Call
from include.sandbox.serving.router import Router
from include.sandbox.serving.writing import Repeater, perform
from include.sandbox.settings import Settings
from include.sandbox.source import Life, Source
from tests.include.sandbox.portals import MACHINE

ROUTER = Router(ENDPOINTS)


@pytest.fixture
def today(monkeypatch):
    """Days since the first start, which a test moves."""
    days = [0.0]

    def time_ns() -> int:
        return int((MACHINE + days[0] * DAY) * 1_000_000)

    monkeypatch.setattr(clock.time, "time_ns", time_ns)
    return days


def started(state: Path, tickets: int, **settings) -> Life:
    source = Source(tickets=tickets, seed=3)
    life = Life(source, Settings(limits="off", **settings), Journal(state), Repeater(ROUTER))
    life.start()
    return life


def ask(life: Life, method: str, path: str, body=None) -> None:
    found = ROUTER.find(method, path)
    content = b"" if body is None else orjson.dumps(body)
    call = Call(found.family, found.parameters, "", content)
    perform(life.portal, found, call, life.journal, f"{method} {path}")


@pytest.mark.parametrize("days", [0.1, 4, 20])
def test_the_same_tickets_are_archived_and_merged_after_a_restart(tmp_path, today, days):
    life = started(tmp_path / "state.jsonl", 300)
    wanted = {"seed": 5, "changes": 8, "archives": 3, "merges": 2, "links": 0, "creates": 1}
    life.do("mutate", wanted)
    before = life.portal.stores["tickets"]
    today[0] = days
    after = started(tmp_path / "state.jsonl", 300).portal.stores["tickets"]
    assert sorted(after.live) == sorted(before.live)
    assert sorted(after.archived) == sorted(before.archived)
    merged = {i: r.merged_into for i, r in before.records.items() if r.merged_into}
    assert {i: r.merged_into for i, r in after.records.items() if r.merged_into} == merged


def test_what_was_restored_is_not_purged_by_a_restart_after_90_days(tmp_path, today):
    state = tmp_path / "state.jsonl"
    life = started(state, 40, until=MACHINE - 100 * DAY)
    ticket = life.portal.stores["tickets"].live[3]
    ask(life, "DELETE", f"/crm/v3/objects/tickets/{ticket}")
    life.advance(life.portal.clock.now() + DAY)
    life.do("restore", {"ids": [str(ticket)]})
    renamed = {"properties": {"subject": "back"}}
    ask(life, "PATCH", f"/crm/v3/objects/tickets/{ticket}", renamed)
    today[0] = 100
    again = started(state, 40, until=MACHINE - 100 * DAY)
    assert ticket in again.portal.stores["tickets"].live
