"""Nights of changes, archives, merges, links and new tickets hold what a fresh read finds.

Without a sweep: what it repairs is what nights should not have missed.
"""

import random
from contextlib import closing

import duckdb
import pytest

from tests.conftest import start_sandbox
from tests.faults.nights import night_of

# What a night knows and a fresh read cannot: what became of tickets that are gone, and their links.
COMPARED = {
    "tickets": "select id, updated_at, properties from raw.tickets where id in (from living)",
    "history": """
        select ticket_id, property_name, changed_at, value from raw.ticket_property_history
        where ticket_id in (from living)
    """,
    "links": """
        select ticket_id, object_type, object_id, types from raw.ticket_associations
        where gone_at is null and ticket_id in (from living)
    """,
    "contacts": "select id, properties from raw.contacts where id in (from linked)",
    "threads": "select id, properties from raw.threads where not archived",
    "messages": "select id, properties from raw.messages",
    "archived": "select id, archived_at from raw.tickets where archived and id in (from listed)",
}
LIVING = """
    create temp view living as select unnest(getvariable('living'));
    create temp view linked as
    select object_id from raw.ticket_associations
    where object_type = 'contacts' and gone_at is null and ticket_id in (from living);
    create temp view listed as select unnest(getvariable('archived'))
"""


class Many:
    """A portal on which nights go by, one after the other."""

    def __init__(self, portal, folders) -> None:
        self.portal, self._folders = portal, folders
        self.night = night_of(portal, folders.mktemp("nights"))
        self.read(self.night)

    def read(self, night):
        night.read()
        night.load()

    def live_on(self, seed: int) -> None:
        """Mutate the portal as a day does; now and then only one kind of thing happens."""
        dice = random.Random(seed)
        kinds = {"changes": 9, "archives": 2, "merges": 2, "links": 6, "creates": 2}
        happens = {kind: dice.randint(0, most) for kind, most in kinds.items()}
        if dice.random() < 0.3:
            only = dice.choice(list(kinds))
            happens = dict.fromkeys(kinds, 0) | {only: kinds[only]}
        self.portal.control("POST", "mutate", {"seed": seed, **happens})

    def differences(self) -> dict[str, set]:
        fresh = night_of(self.portal, self._folders.mktemp("fresh"))
        self.read(fresh)
        expected, told = self.holds(fresh), self.holds(self.night)
        assert all(expected.values()), "a comparison with nothing shows nothing"
        return {name: expected[name] ^ told[name] for name in COMPARED}

    def holds(self, night) -> dict[str, set]:
        listed = {"living": self.listed("false"), "archived": self.listed("true")}
        with closing(duckdb.connect(str(night.portal_files.warehouse), read_only=True)) as stored:
            for name, ids in listed.items():
                stored.execute(f"set variable {name} = $ids", {"ids": ids})
            stored.execute(LIVING)
            return {name: set(stored.execute(sql).fetchall()) for name, sql in COMPARED.items()}

    def listed(self, archived: str) -> list[str]:
        ids, after = [], ""
        while True:
            page = self.portal.get(f"/crm/v3/objects/tickets?limit=100&archived={archived}{after}")
            ids += [record["id"] for record in page["results"]]
            if "paging" not in page:
                return ids
            after = f"&after={page['paging']['next']['after']}"


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    portal = start_sandbox(
        generate=140, seed=8, engagements_per_ticket=1, threads_per_hundred=40, limits="off"
    )
    yield Many(portal, tmp_path_factory)
    portal.stop()


def test_a_night_in_which_everything_happens_holds_what_a_fresh_read_finds(many):
    happens = {"changes": 15, "archives": 2, "merges": 2, "links": 8, "creates": 2}
    many.portal.control("POST", "mutate", {"seed": 5, **happens})
    many.read(many.night)
    assert many.differences() == {name: set() for name in COMPARED}


@pytest.mark.slow
@pytest.mark.parametrize("week", range(12))
def test_weeks_of_nights_hold_what_a_fresh_read_finds(many, week):
    for day in range(5):
        many.live_on(100 * week + day)
        many.read(many.night)
    assert many.differences() == {name: set() for name in COMPARED}
