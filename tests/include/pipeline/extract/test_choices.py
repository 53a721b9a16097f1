"""What a portal syncs, what a run chooses, what a token may not read; and the cursors of it."""

from datetime import UTC

import pytest

from include.hubspot.errors import MissingScopes
from include.pipeline.requests import ASSOCIATED_TYPES, ENGAGEMENT_TYPES, RECORD_TYPES
from include.warehouse.rebuild import rebuild
from include.warehouse.status import status
from tests.conftest import start_sandbox
from tests.include.pipeline.portals import Synced
from tests.include.warehouse.rows import raw_tables

# What a night may cost with three associations and nothing changed.
IDLE = 30


@pytest.fixture(scope="module")
def sandbox():
    running = start_sandbox(generate=30, seed=9, limits="off")
    yield running
    running.stop()


def refuse(sandbox, *routes):
    """Let the token lack the scope of some routes."""
    faults = [{"route": r, "kind": "403", "method": "*", "count": 100_000} for r in routes]
    sandbox.control("POST", "faults", {"faults": faults})


def cursors(synced):
    return synced.ids("select stream from raw.cursors")


def test_a_kind_that_the_token_may_not_read_is_left_out_and_said_and_caught_up_with(
    sandbox, tmp_path
):
    synced = Synced(sandbox, tmp_path)
    refuse(
        sandbox,
        "/crm/v3/properties/notes",
        "/crm/v3/objects/calls/batch/read",
        "/conversations/v3/conversations/threads",
    )
    done = synced.sync()
    missed = {"notes", "calls", "conversations"}
    assert set(done["skipped"]) == missed
    assert all("scope" in reason for reason in done["skipped"].values())
    assert set(status(synced.files)["loads"][0]["choices"]["skipped"]) == missed
    for stream in missed:
        assert [line for line in synced.said if line.startswith(f"skipped {stream}:")]
    assert cursors(synced) == {"tickets", *ASSOCIATED_TYPES} - missed
    assert synced.standing("emails") == synced.ids("select id from raw.emails") != set()
    sandbox.control("DELETE", "faults")
    done = synced.sync()
    assert "skipped" not in done
    assert cursors(synced) == {"tickets", *ASSOCIATED_TYPES}
    for kind in ENGAGEMENT_TYPES:
        assert synced.standing(kind) == synced.ids(f"select id from raw.{kind}") != set()
    assert synced.ask("select count(*) > 0 from raw.messages") == [(True,)]


def test_tickets_and_contacts_are_not_optional(sandbox, tmp_path):
    synced = Synced(sandbox, tmp_path)
    refuse(sandbox, "/crm/v3/properties/contacts")
    try:
        with pytest.raises(MissingScopes):
            synced.sync()
    finally:
        sandbox.control("DELETE", "faults")


def test_what_is_synced_since_lately_is_read_of_all_tickets(sandbox, tmp_path):
    few = Synced(sandbox, tmp_path, associations=RECORD_TYPES)
    few.sync()
    assert cursors(few) == {"tickets", *RECORD_TYPES}
    assert few.ask("select count(*) from raw.notes") == [(0,)]
    idle = few.sync()
    assert sum(idle["calls"].values()) <= IDLE
    whole = Synced(sandbox, tmp_path)
    done = whole.sync()
    assert not done["rows"].get("tickets")
    for kind in ENGAGEMENT_TYPES:
        assert whole.standing(kind) == whole.ids(f"select id from raw.{kind}") != set()
    assert whole.ask("select count(*) > 0 from raw.threads") == [(True,)]
    assert not any(whole.sync()["rows"].get(kind) for kind in (*ENGAGEMENT_TYPES, "messages"))


@pytest.mark.slow
def test_a_run_may_choose_and_moves_no_cursor(sandbox, tmp_path):
    synced = Synced(sandbox, tmp_path)
    done = synced.sync(associations=("contacts", "notes"))
    assert done["rows"]["notes"] > 0
    assert not {"emails", "threads", "companies"} & set(done["rows"])
    assert cursors(synced) == set()
    synced.sync()
    assert synced.standing("emails") == synced.ids("select id from raw.emails") != set()


@pytest.mark.slow
def test_a_window_reads_the_engagements_and_the_messages_of_its_days_again(sandbox, tmp_path):
    synced = Synced(sandbox, tmp_path)
    synced.sync()
    [(since, until)] = synced.ask(
        "select quantile_disc(updated_at, 0.4), quantile_disc(updated_at, 0.6) from raw.emails"
    )
    within = f"where updated_at between '{since}' and '{until}'"
    [(emails,)] = synced.ask(f"select count(*) from raw.emails {within}")
    [(threads,)] = synced.ask(f"select count(*) from raw.threads {within}")
    before = synced.ask("select stream, cursor_at from raw.cursors order by all")
    read = synced.sync(
        "window", window_from=since.replace(tzinfo=UTC), window_to=until.replace(tzinfo=UTC)
    )
    assert read["rows"]["emails"] == emails > 3
    told = "GET /conversations/v3/conversations/threads/{id}/messages 200"
    assert read["calls"].get(told, 0) == threads
    assert synced.ask("select stream, cursor_at from raw.cursors order by all") == before


@pytest.mark.slow
def test_a_full_read_reads_everything_again_and_changes_nothing(sandbox, tmp_path):
    synced = Synced(sandbox, tmp_path)
    first = synced.sync()["rows"]
    kept = "select * exclude (_run_id, _extracted_at, _loaded_at, _source_file) from raw.{}"
    tables = (*ENGAGEMENT_TYPES, "threads", "messages", "engagement_associations")
    before = [sorted(synced.ask(kept.format(table)), key=repr) for table in tables]
    again = synced.sync("full")["rows"]
    assert [again[kind] for kind in ENGAGEMENT_TYPES] == [first[kind] for kind in ENGAGEMENT_TYPES]
    assert [sorted(synced.ask(kept.format(table)), key=repr) for table in tables] == before


@pytest.mark.slow
def test_the_warehouse_is_rebuilt_from_landing_files_with_all_of_it(sandbox, tmp_path):
    synced = Synced(sandbox, tmp_path)
    synced.sync()
    note = next(iter(synced.standing("notes")))
    sandbox.call("PATCH", f"/crm/v3/objects/notes/{note}", {"properties": {"hs_note_body": "x"}})
    sandbox.call("DELETE", f"/crm/v3/objects/emails/{min(synced.standing('emails'))}")
    synced.sync()
    synced.sync("sweep")
    loaded = raw_tables(synced.files)
    assert all(loaded[table] for table in (*ENGAGEMENT_TYPES, "threads", "messages", "actors"))
    rebuild(synced.files)
    assert raw_tables(synced.files) == loaded
