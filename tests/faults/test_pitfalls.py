"""What users of other connectors complain of (hubspot-api.md 4), as far as no other test shows it.

`tests/README.md` has all 26 lines, each with the test that holds it.
"""

import re
from datetime import UTC, timedelta
from pathlib import Path

import duckdb
import pytest

from include.pipeline.extract.history_columns import history_columns
from include.pipeline.extract.rows import moment
from tests.conftest import start_sandbox
from tests.include.pipeline.portals import Synced, answered

ROOT = Path(__file__).resolve().parents[2]
TICKETS = "/crm/v3/objects/tickets"
STAGES = "/crm/v3/pipelines/tickets/0/stages"


@pytest.fixture(scope="module")
def running():
    """Search shows changes one to two hours late: nothing that it hides may be lost."""
    sandbox = start_sandbox(generate=40, seed=4, limits="off", index_lag_ms=7_200_000)
    yield sandbox
    sandbox.stop()


@pytest.fixture(scope="module")
def synced(running, tmp_path_factory):
    made = Synced(running, tmp_path_factory.mktemp("late"), hold_back=180)
    made.first = made.sync()
    return made


def test_every_pitfall_has_a_test_that_is_there():
    table = (ROOT / "tests/README.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\| (\d+) \|[^|]*\| (.+) \|$", table, re.M)
    assert [int(number) for number, _ in lines] == list(range(1, 27))
    for number, tests in lines:
        named = re.findall(r"`([\w/]+\.py)::(\w+)`", tests)
        assert named, f"pitfall {number} names no test"
        for path, test in named:
            source = (ROOT / "tests" / path).read_text(encoding="utf-8")
            assert f"def {test}(" in source, f"pitfall {number}: {path} has no {test}"


def test_3_what_the_index_shows_late_is_met_again_by_the_next_night(synced):
    ticket = synced.tickets()[0]
    [(before,)] = synced.ask(f"select updated_at from raw.tickets where id = '{ticket}'")
    path = f"{TICKETS}/{ticket}"
    answered(200, synced.sandbox.call("PATCH", path, {"properties": {"subject": "Late"}}))
    synced.sync()
    shown = f"select updated_at from raw.tickets where id = '{ticket}'"
    assert synced.ask(shown) == [(before,)]
    now = synced.sandbox.control("GET", "health")["now"]
    later = moment(now) + timedelta(hours=2)
    synced.sandbox.control("POST", "advance", {"until": later.isoformat()})
    synced.sync()
    assert synced.ask(shown) > [(before,)]
    assert synced.properties("tickets", ticket)["subject"] == "Late"


def test_4_the_cursor_is_the_beginning_of_the_read_held_back_and_no_row(synced):
    [(cursor, as_of, newest)] = synced.ask(
        "select cursor_at, (select max(data_as_of) from raw.loads), "
        "(select max(updated_at) from raw.tickets) from raw.cursors where stream = 'tickets'"
    )
    assert timedelta(hours=3) <= as_of - cursor <= timedelta(hours=3, minutes=2)
    assert cursor != newest


@pytest.mark.slow
def test_5_windows_that_touch_repeat_no_row(synced):
    [(middle,)] = synced.ask("select quantile_disc(updated_at, 0.5) from raw.tickets")
    middle = middle.replace(tzinfo=UTC)
    kept = "select * exclude (_run_id, _extracted_at, _loaded_at, _source_file) from raw.{}"
    tables = ("tickets", "ticket_property_history")
    before = [sorted(synced.ask(kept.format(table)), key=repr) for table in tables]
    day = timedelta(days=1)
    synced.sync("window", window_from=middle - day, window_to=middle)
    synced.sync("window", window_from=middle, window_to=middle + day)
    assert [sorted(synced.ask(kept.format(table)), key=repr) for table in tables] == before


@pytest.mark.slow
def test_8_a_ticket_of_more_than_a_thousand_contacts_keeps_them_all(synced):
    ticket, made = synced.tickets()[1], []
    for start in range(0, 1100, 100):
        inputs = [
            {"properties": {"email": f"n{start + n}@example.com"}, "associations": []}
            for n in range(100)
        ]
        path = "/crm/v3/objects/contacts/batch/create"
        created = answered(201, synced.sandbox.call("POST", path, {"inputs": inputs}))
        made += [one["id"] for one in created["results"]]
    pairs = [{"from": {"id": ticket}, "to": {"id": contact}} for contact in made]
    path = "/crm/v4/associations/tickets/contacts/batch/associate/default"
    answered(200, synced.sandbox.call("POST", path, {"inputs": pairs}))
    done = synced.sync("sweep")
    assert done["proof"]["relinked"] == 1
    linked = synced.ids(
        f"select object_id from raw.ticket_associations where ticket_id = '{ticket}' "
        "and object_type = 'contacts' and gone_at is null"
    )
    assert set(made) <= linked
    assert set(made) <= synced.ids("select id from raw.contacts")


def test_17_a_ticket_without_history_in_the_middle_of_a_page_ends_nothing():
    entry = [{"value": "1", "timestamp": "2026-01-05T10:00:00.000Z"}]
    page = [
        {"id": "1", "propertiesWithHistory": {"a": entry}},
        {"id": "2", "propertiesWithHistory": {"a": [], "b": []}},
        {"id": "3"},
        {"id": "4", "propertiesWithHistory": {"a": [], "b": entry}},
    ]
    shaped = history_columns(page)
    assert (shaped["ticket_id"], shaped["property_name"]) == (["1", "4"], ["a", "b"])


def test_19_a_deleted_stage_is_kept_and_marked(synced):
    body = {"label": "Parked", "displayOrder": 9, "metadata": {"ticketState": "OPEN"}}
    stage = answered(201, synced.sandbox.call("POST", STAGES, body))["id"]
    synced.sync()
    answered(204, synced.sandbox.call("DELETE", f"{STAGES}/{stage}"))
    synced.sync()
    kept = f"select label, removed_at is not null from raw.stages where id = '{stage}'"
    assert synced.ask(kept) == [("Parked", True)]


def test_20_a_calculated_value_that_went_stale_is_mended_by_the_sweep(synced):
    [(ticket, name, value)] = synced.ask(
        """
        with shown as (
            select id, unnest(json_keys(properties)) as name, properties from raw.tickets
            where not archived and id in (
                select ticket_id from raw.ticket_property_history
                where property_name = 'hs_pipeline_stage' group by all having count(*) = 1)
        )
        select id, name, json_extract_string(properties, '$.' || name)
        from shown join raw.properties using (name)
        where object_type = 'tickets' and calculated and field_type <> 'calculation_read_time'
        order by all limit 1
        """
    )
    stale = f'json_merge_patch(properties, \'{{"{name}": "stale"}}\')'
    with duckdb.connect(str(synced.files.warehouse)) as warehouse:
        warehouse.execute(f"update raw.tickets set properties = {stale} where id = '{ticket}'")
    assert synced.properties("tickets", ticket)[name] == "stale"
    before = len(synced.properties("tickets", ticket))
    assert synced.sync("sweep")["proof"]["recalculated"] == 1
    assert synced.properties("tickets", ticket)[name] == value
    assert len(synced.properties("tickets", ticket)) == before


def test_24_a_night_costs_what_changed_and_not_what_there_is(running, tmp_path):
    few = Synced(running, tmp_path, hold_back=0, associations=("contacts", "companies", "deals"))
    few.sync()

    def bound(changed):
        reads = -(-changed // 200) + -(-changed // 50) + 3 * -(-changed // 1000)
        return 1.1 * (reads + 30)

    assert sum(few.sync()["calls"].values()) <= bound(0)
    now = moment(running.control("GET", "health")["now"])
    done = running.control("POST", "mutate", {"seed": 2, "changes": 25, "links": 0})
    running.control("POST", "advance", {"until": (now + timedelta(hours=2)).isoformat()})
    read = few.sync()
    assert read["rows"]["tickets"] >= len(set(done["changed"])) > 10
    assert sum(read["calls"].values()) <= bound(len(done["changed"]))
