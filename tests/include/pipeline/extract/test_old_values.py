"""A new property costs nothing where no ticket can have an old value of it, and loses none."""

import random
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.hubspot.moments import from_hubspot
from include.pipeline.extract import run
from include.pipeline.extract.old_values import ALLOWANCE, has_no_old_value
from include.pipeline.reading.reading import Reading
from tests.conftest import start_sandbox
from tests.faults.nights import CutOff, cut_off_after
from tests.include.pipeline.portals import Synced, answered

TICKETS, PROPERTIES = "/crm/v3/objects/tickets", "/crm/v3/properties/tickets"
BATCH_READS = f"POST {TICKETS}/batch/read 200"
LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)
NIGHT, MARGIN = timedelta(hours=24), timedelta(hours=2)
OTHER_RUNS = (
    {"mode": "window", "window_from": LONG_AGO, "window_to": LONG_AGO + NIGHT},
    {"properties": ("subject",)},
    {"mode": "sweep"},
)


class Lived(Synced):
    """A portal that grows properties between its nights."""

    def __init__(self, sandbox, folder):
        super().__init__(sandbox, folder, associations=("contacts",))
        self.sync()
        self.names = []

    def later(self, by: timedelta) -> None:
        until = from_hubspot(self.sandbox.control("GET", "health")["now"]) + by
        self.sandbox.control("POST", "advance", {"until": until.isoformat()})

    def define(self, name: str, **given) -> None:
        body = {"name": name, "label": name, "type": "string", "fieldType": "text"}
        body |= {"groupName": "ticketinformation"} | given
        answered(201, self.sandbox.call("POST", PROPERTIES, body))
        if name not in self.names:
            self.names.append(name)

    def archive(self, name: str) -> None:
        answered(204, self.sandbox.call("DELETE", f"{PROPERTIES}/{name}"))

    def put(self, ticket: str, **values: str) -> None:
        answered(200, self.sandbox.call("PATCH", f"{TICKETS}/{ticket}", {"properties": values}))

    def remove(self, ticket: str) -> None:
        answered(204, self.sandbox.call("DELETE", f"{TICKETS}/{ticket}"))

    def at_hubspot(self, name: str) -> tuple[dict, set]:
        """Values and history that the portal itself has of a property, by ticket."""
        values, history = {}, set()
        for archived in (False, True):
            ids = self.listed(archived=archived)
            for start in range(0, len(ids), 50):
                body = {
                    "inputs": [{"id": one} for one in ids[start : start + 50]],
                    "properties": [name],
                    "propertiesWithHistory": [name],
                }
                path = f"{TICKETS}/batch/read?archived={str(archived).lower()}"
                for row in answered(200, self.sandbox.call("POST", path, body))["results"]:
                    if (value := row["properties"].get(name)) is not None:
                        values[row["id"]] = value
                    for entry in row["propertiesWithHistory"].get(name) or ():
                        at = from_hubspot(entry["timestamp"]).replace(tzinfo=None)
                        history.add((row["id"], at, entry["value"]))
        return values, history

    def stored(self, name: str) -> tuple[dict, set]:
        """The same in raw, of the tickets that the portal still lists."""
        listed = {*self.listed(), *self.listed(archived=True)}
        path = f"json_extract_string(properties, '$.{name}')"
        values = self.ask(f"select id, {path} from raw.tickets where {path} is not null")
        history = self.ask(
            "select ticket_id, changed_at, coalesce(value, '') from raw.ticket_property_history "
            f"where property_name = '{name}'"
        )
        return {i: v for i, v in values if i in listed}, {e for e in history if e[0] in listed}

    def check(self) -> None:
        defined = {one["name"] for one in self.sandbox.get(PROPERTIES)["results"]}
        for name in defined.intersection(self.names):
            assert self.stored(name) == self.at_hubspot(name), name


@pytest.fixture
def lived(tmp_path):
    sandbox = start_sandbox(generate=70, seed=9, limits="off", threads_per_hundred=0)
    yield Lived(sandbox, tmp_path)
    sandbox.stop()


@pytest.fixture(scope="module")
def long_lived(tmp_path_factory):
    sandbox = start_sandbox(generate=30, seed=10, limits="off", threads_per_hundred=0)
    yield Lived(sandbox, tmp_path_factory.mktemp("lived"))
    sandbox.stop()


def test_a_property_made_since_the_last_read_is_read_of_the_tickets_that_changed_alone(lived):
    first, second, third, unarchived = lived.tickets()[:4]
    lived.remove(unarchived)
    lived.sync()
    lived.later(NIGHT)
    lived.define("region")
    lived.put(first, region="north")
    lived.put(second, region="south")
    lived.put(second, region="")
    lived.put(third, region="west")
    lived.remove(third)
    lived.sandbox.control("POST", "restore", {"object_type": "tickets", "ids": [unarchived]})
    lived.put(unarchived, region="east")
    lived.remove(unarchived)  # archived before and after: neither search nor its flag tells
    done = lived.sync()
    assert done["calls"][BATCH_READS] == 2  # the changed ones, and the archived ones
    assert {"tickets", "region"} <= {
        part for one in done["drift"] if one["change"] == "added" for part in one["key"]
    }
    lived.check()
    assert lived.at_hubspot("region")[0] == {
        first: "north",
        second: "",
        third: "west",
        unarchived: "east",
    }


def test_a_property_made_soon_after_the_last_read_is_read_of_all_tickets(lived):
    lived.later(timedelta(minutes=60))  # what the cursor is held back by, and no allowance
    lived.define("soon")
    lived.put(lived.tickets()[0], soon="yes")
    assert lived.sync()["calls"][BATCH_READS] >= 2
    lived.check()


def test_a_calculated_property_is_read_of_all_tickets(lived):
    lived.later(NIGHT)
    lived.define("doubled", fieldType="calculation_equation", calculationFormula="1 + 1")
    assert lived.sync()["calls"][BATCH_READS] >= 2
    lived.check()


@pytest.mark.parametrize("other", OTHER_RUNS, ids=("window", "partial", "sweep"))
def test_a_property_that_another_kind_of_run_met_first_is_read_of_all_tickets(lived, other):
    lived.later(NIGHT)
    lived.define("met")
    lived.put(lived.tickets()[0], met="before")
    told = lived.sync(**other)
    assert ("tickets", "met") in [one["key"] for one in told["drift"] if one["change"] == "added"]
    lived.put(lived.tickets()[1], met="after")
    done = lived.sync()
    assert ("tickets", "met") in [one["key"] for one in done["drift"] if one["change"] == "added"]
    lived.check()


def test_a_property_made_while_a_night_reads_is_read_of_all_tickets_by_the_next_one(lived):
    ticket = lived.tickets()[0]
    lived.later(NIGHT)
    lived.put(ticket, subject="Read by this night")
    definitions = run.read_definitions

    def then_made(reading: Reading):
        found = definitions(reading)
        lived.later(timedelta(minutes=90))
        lived.define("between")
        lived.put(ticket, between="unseen")
        return found

    with patch.object(run, "read_definitions", then_made):
        lived.sync()
    assert "between" not in lived.properties("tickets", ticket)
    lived.later(NIGHT)
    assert lived.sync()["calls"][BATCH_READS] >= 2
    lived.check()


def test_a_night_that_is_gone_on_with_hours_later_may_have_read_tickets_after_its_beginning(lived):
    ticket = lived.tickets()[0]
    lived.later(NIGHT)
    lived.put(ticket, subject="Found before the cut, read after it")
    definitions = run.read_definitions

    def then_cut(reading: Reading):
        definitions(reading)
        raise CutOff

    with patch.object(run, "read_definitions", then_cut), pytest.raises(CutOff):
        lived.sync()
    lived.later(timedelta(minutes=100))
    lived.define("meanwhile")
    lived.put(ticket, meanwhile="unseen")
    lived.sync()
    assert any("going on with run" in line for line in lived.said)
    assert "meanwhile" not in lived.properties("tickets", ticket)
    lived.later(NIGHT)
    lived.sync()
    lived.check()


def live(lived: Lived, seed: int) -> None:
    """Let a day pass in which anything may happen to properties, and end it with a night."""
    dice = random.Random(seed)
    tickets = lived.tickets()
    fresh = (f"made_{seed}_{n}" for n in range(99))
    binned: set[str] = set()
    for _ in range(dice.randint(3, 9)):
        alive = [name for name in lived.names if name not in binned]
        match dice.choice(
            ("define", "put", "put", "clear", "bin", "wait", "restore", "run", "cut")
        ):
            case "define":
                lived.define(next(fresh))
            case "put" if alive:
                lived.put(dice.choice(tickets), **{dice.choice(alive): str(dice.random())})
            case "clear" if alive:
                lived.put(dice.choice(tickets), **{dice.choice(alive): ""})
            case "bin" if alive:
                lived.archive(name := dice.choice(alive))
                binned.add(name)
            case "restore" if binned:
                lived.define(name := dice.choice(sorted(binned)))
                binned.discard(name)
            case "run":
                lived.sync(**dice.choice(OTHER_RUNS))
            case "cut":
                # A night that makes fewer calls than that ends before the cut.
                with cut_off_after(dice.randint(3, 15)), suppress(CutOff):
                    lived.sync()
            case _:
                lived.later(dice.choice((MARGIN, timedelta(minutes=65), timedelta(minutes=5))))
    for name in binned:
        lived.define(name)
    lived.sync()
    lived.sync()  # the first may have gone on with a night that was cut: as of its beginning


def test_whatever_happens_to_properties_a_night_loses_no_value_of_one(long_lived):
    for seed in range(2):
        live(long_lived, seed)
        long_lived.check()


@pytest.mark.slow
@pytest.mark.parametrize("week", range(1, 11))
def test_weeks_of_new_properties_lose_no_value(long_lived, week):
    for seed in range(100 * week, 100 * week + 5):
        live(long_lived, seed)
        long_lived.check()


OWN = {
    "name": "region",
    "fieldType": "text",
    "calculated": False,
    "archived": False,
    "createdAt": "2026-05-02T10:00:00.000Z",
    "modificationMetadata": {"readOnlyValue": False, "readOnlyDefinition": False},
}
MADE = datetime(2026, 5, 2, 10, tzinfo=UTC)
ALWAYS = (LONG_AGO, MADE + NIGHT)


def test_a_portals_own_property_has_no_value_from_before_it_was_made():
    assert has_no_old_value(OWN, *ALWAYS)


@pytest.mark.parametrize(
    "other",
    [
        {"calculated": True},
        {"calculated": None},
        {"calculationFormula": "a + b"},
        {"fieldType": "calculation_rollup"},
        {"fieldType": None},
        {"hubspotDefined": True},
        {"archived": True},
        {"createdAt": None},
        {"createdAt": ""},
        {"createdAt": "yesterday"},
        {"createdAt": 1_777_716_000_000},
        {"modificationMetadata": None},
        {"modificationMetadata": {}},
        {"modificationMetadata": {"readOnlyValue": True, "readOnlyDefinition": False}},
        {"modificationMetadata": {"readOnlyValue": False, "readOnlyDefinition": True}},
    ],
    ids=str,
)
def test_what_others_write_or_nobody_can_say_is_read_of_all_tickets(other):
    assert not has_no_old_value(OWN | other, *ALWAYS)


MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


@given(made=MOMENTS, read_until=MOMENTS, now=MOMENTS)
def test_only_a_property_made_after_the_last_read_and_before_now_has_no_old_value(
    made, read_until, now
):
    earliest, latest = read_until + ALLOWANCE, now + ALLOWANCE
    definition = OWN | {"createdAt": made.isoformat().replace("+00:00", "Z")}
    assert has_no_old_value(definition, earliest, latest) is (earliest < made <= latest)
