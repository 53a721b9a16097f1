"""Nights through the command line: real sandbox, real DuckDB, real dbt, real expectations."""

from pathlib import Path

import pytest
import requests

from benchmarks.equality import compare
from local.demo import ATTAINMENT
from tests.datasets import write_dataset

SYNC = ("sync", "--portal", "test")


def listed(sandbox, archived="false"):
    """Ask the portal itself which tickets there are, page by page."""
    ids, after = [], None
    while True:
        page = requests.get(
            f"{sandbox.url}/crm/v3/objects/tickets",
            params={"limit": 100, "archived": archived} | ({"after": after} if after else {}),
            headers={"Authorization": f"Bearer {sandbox.token}"},
            timeout=30,
        ).json()
        ids += [record["id"] for record in page["results"]]
        after = page.get("paging", {}).get("next", {}).get("after")
        if not after:
            return set(ids)


def readable_by_others(folder):
    """Name the files that another user of this machine could open, by their paths in a folder."""
    found = set()
    for path in filter(Path.is_file, folder.rglob("*")):
        above = [one for one in path.parents if one.is_relative_to(folder)]
        if path.stat().st_mode & 0o004 and all(one.stat().st_mode & 0o001 for one in above):
            found.add(path.relative_to(folder).as_posix())
    return found


def calls(sandbox):
    counted = sandbox.control("GET", "requests")["requests"]
    sandbox.control("DELETE", "requests")
    assert not [row for row in counted if row["status"] == 429]
    return sum(row["count"] for row in counted)


def test_a_first_night_publishes_every_ticket_of_the_portal(sandbox, project_for):
    portal = sandbox(generate=300)
    project = project_for(portal)
    result = project.result(*SYNC)
    assert result["publish"]["version"] == 1
    marts = {row[0] for row in project.ask("select ticket_id from marts.tickets")}
    assert marts == listed(portal) | listed(portal, archived="true")
    archived = project.ask("select ticket_id from marts.tickets where archived_at is not null")
    assert {row[0] for row in archived} == listed(portal, archived="true")
    [(portal_id, proven)] = project.ask("select portal_id, complete_through from meta.published")
    assert (portal_id, proven) == (project.portal_id, None)
    others = {"published/tickets.duckdb", "published/generations/tickets.1.duckdb", "lock"}
    assert {name for name in readable_by_others(project.root) if name != "limits"} == others
    # What `make demo` prints is what an analyst finds.
    shown = {priority: breached for priority, _, breached in project.ask(ATTAINMENT)}
    breaches = project.ask(
        "select coalesce(priority, 'none'), count(*) from marts.ticket_slas "
        "where metric = 'resolution' and breached_at is not null and status <> 'cancelled' "
        "group by all"
    )
    assert {priority: count for priority, count in shown.items() if count} == dict(breaches)


def mutate(portal, seed, **counts):
    nothing = {"changes": 0, "archives": 0, "merges": 0, "links": 0}
    return portal.control("POST", "mutate", {"seed": seed, **nothing, **counts})


def differences_from_a_full_refresh(project, read_by):
    """Compare the published marts with those that one full refresh makes of what another read."""
    [(as_of,)] = project.ask("select data_as_of from meta.published")
    built = read_by.result("build", "--portal", "test", "--as-of", f"{as_of.isoformat()}Z")
    tables = compare(project.published, built["marts"])
    assert len(tables) >= 13
    return [d for d in tables if d.only_left or d.only_right]


def test_nights_of_change_equal_one_full_refresh(sandbox, project_for):
    portal = sandbox(generate=300)
    project = project_for(portal)
    assert project.result(*SYNC, "--until-step", "build")["build"]["is_full"]
    first = calls(portal)
    for night in (1, 2):
        mutate(portal, night, changes=20)
        project.result(*SYNC, "--until-step", "load")
    assert calls(portal) / 2 < first
    # Threads that their tickets closed or reopened have no new message: a night finds them too.
    idle = project.result(*SYNC)
    assert idle["extract"]["rows"].get("tickets", 0) == 0
    assert not idle["build"]["is_full"]
    anew = project_for(portal, folder="anew")
    anew.result(*SYNC, "--mode", "full", "--until-step", "load")
    assert differences_from_a_full_refresh(project, anew) == []


def test_archived_and_merged_tickets_stay_and_say_what_became_of_them(sandbox, project_for):
    portal = sandbox(generate=120)
    project = project_for(portal)
    project.result(*SYNC, "--until-step", "load")
    before = listed(portal)
    mutate(portal, 7, archives=3, merges=2)
    after, archived = listed(portal), listed(portal, archived="true")
    project.result(*SYNC)
    marts = project.ask("select ticket_id, archived_at, merged_into_ticket_id from marts.tickets")
    assert len(marts) == len({row[0] for row in marts})
    assert {row[0] for row in marts} == before | after | archived
    assert {row[0] for row in marts if row[1]} == archived
    merged = {row[0]: row[2] for row in marts if row[2] and row[0] in before}
    assert set(merged) == before - after - archived
    assert set(merged.values()) == after - before
    ends = project.ask("select count(*) from marts.ticket_slas where status = 'cancelled'")
    assert ends[0][0] > 0


def test_a_warehouse_that_is_lost_is_rebuilt_from_landing_files(sandbox, project_for):
    portal = sandbox(generate=150)
    project = project_for(portal)
    project.result(*SYNC, "--until-step", "load")
    mutate(portal, 1, changes=10, archives=1, merges=1, links=2)
    project.result(*SYNC, "--until-step", "load")
    warehouse = project.root / "warehouse.duckdb"
    query = "select * exclude (_loaded_at) from raw.{} order by all"
    tables = ("tickets", "ticket_property_history", "ticket_associations", "contacts", "cursors")
    before = {name: project.ask(query.format(name), warehouse) for name in tables}
    warehouse.unlink()
    assert len(project.result("rebuild", "--portal", "test")["loaded"]) == 2
    assert before == {name: project.ask(query.format(name), warehouse) for name in tables}


def test_rollback_serves_the_generation_before_and_the_next_night_goes_on(sandbox, project_for):
    portal = sandbox(generate=100)
    project = project_for(portal)
    project.first_night(portal)
    project.result("publish", "--portal", "test")
    assert project.result("rollback", "--portal", "test")["version"] == 1
    assert project.ask("select version from meta.published") == [(1,)]
    assert project.result("publish", "--portal", "test")["publish"]["version"] == 3
    nothing = project.refusal("rollback", "--portal", "test", DATA_DIR=str(project.folder))
    assert "no version earlier" in nothing


def test_a_partial_run_adds_what_it_read_and_leaves_the_cursor(sandbox, project_for):
    portal = sandbox(generate=100)
    project = project_for(portal)
    project.result(*SYNC, "--until-step", "load")
    warehouse = project.root / "warehouse.duckdb"
    query = "select stream, cursor_at from raw.cursors order by all"
    cursors = project.ask(query, warehouse)
    before = project.ask("select id, json_keys(properties) from raw.tickets", warehouse)
    mutate(portal, 3, changes=15)
    partial = ("--properties", "subject", "--associations", "contacts")
    read = project.result(*SYNC, *partial, "--until-step", "load")["extract"]["rows"]
    assert read["tickets"] == 15
    assert cursors == project.ask(query, warehouse)
    kept = dict(project.ask("select id, json_keys(properties) from raw.tickets", warehouse))
    assert all(set(keys) <= set(kept[i]) for i, keys in before)
    # The next night reads all fifteen again, for a partial run does not count as having read them.
    assert project.result(*SYNC, "--until-step", "load")["extract"]["rows"]["tickets"] == 15


@pytest.mark.slow
def test_a_build_of_a_past_moment_lies_beside_and_is_never_published(sandbox, project_for):
    portal = sandbox(generate=100)
    project = project_for(portal)
    project.first_night(portal)
    [(middle,)] = project.ask("select quantile_disc(created_at, 0.5) from marts.tickets")
    built = project.result("build", "--portal", "test", "--as-of", f"{middle.isoformat()}Z")
    past = project.ask("select count(*), max(created_at) from marts.tickets", built["marts"])
    [(count, newest)] = past
    assert 0 < count < 100
    assert newest <= middle
    assert project.ask("select version from meta.published") == [(1,)]


def test_status_tells_cursors_loads_and_what_is_served(sandbox, project_for):
    portal = sandbox(generate=100)
    project = project_for(portal)
    assert project.result("status", "--portal", "test")["published"] is None
    project.first_night(portal)
    status = project.result("status", "--portal", "test")
    assert status["published"]["version"] == 1
    assert {"tickets", "contacts", "companies", "deals", "notes"} <= set(status["cursors"])
    assert status["loads"][0]["mode"] == "incremental"
    shown = project.run("status", "--portal", "test").stdout
    assert "published: version 1, data as of " in shown
    assert "{" not in shown


def test_words_that_make_no_sense_are_a_usage_error(project_for, sandbox):
    project = project_for(sandbox(generate=10))
    assert project.run(*SYNC, "--mode", "window").returncode == 2
    assert project.run(*SYNC, "--until-step", "nowhere").returncode == 2
    assert project.run(*SYNC, "--from", "soon").returncode == 2
    assert project.run("fly").returncode == 2


def test_a_sweep_finds_and_repairs_what_no_search_shows(sandbox, project_for):
    # Changes are found by search an hour late, and the cursor is not held back at all: the
    # worst portal that a careless setting can meet.
    portal = sandbox(generate=120, index_lag_ms=7_200_000)
    project = project_for(portal)
    project.variables |= {"HOLD_BACK_MINUTES": "0", "LINK_CALLS_NIGHTLY": "0"}
    project.result(*SYNC, "--until-step", "load")
    done = mutate(portal, 11, changes=12, archives=2, merges=1, links=6)
    read = project.result(*SYNC, "--until-step", "load")["extract"]["rows"]
    assert read.get("tickets", 0) < len(done["changed"])
    proof = project.result("sweep", "--portal", "test")["extract"]["proof"]
    assert proof["stale"] >= 1
    assert proof["relinked"] >= 1
    [(through, as_of)] = project.ask("select complete_through, data_as_of from meta.published")
    assert through <= as_of
    marts = project.ask(
        "select ticket_id from marts.tickets "
        "where archived_at is null and merged_into_ticket_id is null"
    )
    assert {row[0] for row in marts} == listed(portal)
    once_more = project.result(*SYNC, "--mode", "sweep", "--until-step", "load")
    again = once_more["extract"]["proof"]
    assert not any(again[what] for what in ("missing", "stale", "extra", "relinked"))


def test_a_window_never_says_that_its_marts_are_as_of_now(sandbox, project_for):
    portal = sandbox(generate=100)
    project = project_for(portal)
    project.first_night(portal)
    [(before,)] = project.ask("select data_as_of from meta.published")
    mutate(portal, 21, changes=10)
    window = ("--mode", "window", "--from", "2020-01-01", "--to", "2020-01-02")
    project.result(*SYNC, *window)
    assert project.ask("select data_as_of, version from meta.published") == [(before, 2)]
    assert project.result(*SYNC, "--until-step", "load")["extract"]["rows"]["tickets"] == 10
    # What was loaded since is not in the candidate: nobody may publish that as the newest.
    assert "run `build`" in project.refusal("publish", "--portal", "test")
    assert project.ask("select data_as_of, version from meta.published") == [(before, 2)]


@pytest.mark.slow
def test_marts_of_a_window_alone_are_refused(sandbox, project_for):
    project = project_for(sandbox(generate=20))
    window = ("--mode", "window", "--from", "2020-01-01", "--to", "2030-01-02")
    assert "run `sync`" in project.refusal(*SYNC, *window)
    assert not project.published.exists()


@pytest.mark.slow
def test_portals_of_no_ticket_and_of_one_are_published(sandbox, project_for, tmp_path):
    nothing = project_for(sandbox(dataset=write_dataset(tmp_path / "none", portal_id=11)))
    nothing.result(*SYNC)
    assert nothing.ask("select count(*) from marts.tickets") == [(0,)]
    ticket = [("7", "2026-01-05T10:00:00.000Z")]
    alone = sandbox(dataset=write_dataset(tmp_path / "one", portal_id=12, tickets=ticket))
    one = project_for(alone, folder="one_ticket")
    one.result(*SYNC)
    assert one.ask("select ticket_id, has_contact from marts.tickets") == [("7", False)]


def test_a_token_that_may_not_read_deals_syncs_the_rest(sandbox, project_for):
    scopes = (
        "tickets,crm.objects.contacts.read,crm.objects.companies.read,crm.objects.owners.read,"
        "crm.schemas.contacts.read,crm.schemas.companies.read"
    )
    portal = sandbox(generate=40, scopes=scopes)
    assert "scope" in project_for(portal).refusal(*SYNC)
    project = project_for(portal, folder="less", associations=["contacts", "companies"])
    result = project.result(*SYNC, "--until-step", "load")
    assert result["extract"]["rows"]["contacts"] > 0
    warehouse = project.root / "warehouse.duckdb"
    streams = project.ask("select stream from raw.cursors order by 1", warehouse)
    assert streams == [("companies",), ("contacts",), ("tickets",)]


def test_a_person_deleted_at_hubspot_is_found_by_the_sweep(sandbox, project_for):
    portal = sandbox(generate=40)
    project = project_for(portal)
    project.result(*SYNC, "--until-step", "load")
    warehouse = project.root / "warehouse.duckdb"
    [(contact,)] = project.ask("select min(id) from raw.contacts where not archived", warehouse)
    assert portal.call("DELETE", f"/crm/v3/objects/contacts/{contact}")[0] == 204
    sweep = (*SYNC, "--mode", "sweep", "--until-step", "load")
    assert project.result(*sweep)["extract"]["proof"]["related_gone"] == 1
    gone = f"select archived, archived_at is not null from raw.contacts where id = '{contact}'"
    assert project.ask(gone, warehouse) == [(True, True)]
    assert project.result(*sweep)["extract"]["proof"]["related_gone"] == 0
