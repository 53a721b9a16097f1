"""A portal that is changed while it is read: what a night misses, the next one brings."""

import requests

SYNC = ("sync", "--portal", "test")
LOAD = (*SYNC, "--until-step", "load")
SWEEP = (*SYNC, "--mode", "sweep", "--until-step", "load")
STRIKE = {"seed": 17, "every_requests": 2, "changes": 4, "archives": 1, "links": 3, "creates": 2}
STAGE = "hs_pipeline_stage"


def listed(sandbox, *, archived=False):
    """Ask the portal itself: id -> (modified, stage) of the live or the archived tickets."""
    rows, after = {}, None
    while True:
        query = {"limit": 100, "archived": str(archived).lower(), "properties": STAGE}
        page = requests.get(
            f"{sandbox.url}/crm/v3/objects/tickets",
            params=query | ({"after": after} if after else {}),
            headers={"Authorization": f"Bearer {sandbox.token}"},
            timeout=30,
        ).json()
        for record in page["results"]:
            rows[record["id"]] = (record["updatedAt"], record["properties"][STAGE])
        after = page.get("paging", {}).get("next", {}).get("after")
        if not after:
            return rows


def loaded(project, *, archived=False):
    """Ask the warehouse the same."""
    modified = "strftime(updated_at, '%Y-%m-%dT%H:%M:%S.%gZ')"
    query = (
        f"select id, {modified}, properties ->> '{STAGE}' from raw.tickets "
        f"where archived = {archived} order by id"
    )
    rows = project.ask(query, project.root / "warehouse.duckdb")
    return {ticket_id: (at, stage) for ticket_id, at, stage in rows}


def moved(truth):
    """What the mutator says it did: kind -> ids."""
    kinds = ("change", "archive", "link", "create")
    return {kind: {row["id"] for row in truth["done"] if row["kind"] == kind} for kind in kinds}


def portal_links(sandbox, ticket_ids):
    """Ask the portal which contacts these tickets are linked to."""
    pairs, ids = set(), sorted(ticket_ids)
    for start in range(0, len(ids), 100):
        body = {"inputs": [{"id": ticket_id} for ticket_id in ids[start : start + 100]]}
        path = "/crm/v4/associations/tickets/contacts/batch/read"
        for row in sandbox.call("POST", path, body)[2]["results"]:
            assert "paging" not in row
            pairs |= {(row["from"]["id"], str(to["toObjectId"])) for to in row["to"]}
    return pairs


def loaded_links(project, ticket_ids):
    """Ask the warehouse the same."""
    query = (
        "select ticket_id, object_id from raw.ticket_associations "
        "where object_type = 'contacts' and gone_at is null"
    )
    pairs = project.ask(query, project.root / "warehouse.duckdb")
    return {(ticket_id, other) for ticket_id, other in pairs if ticket_id in ticket_ids}


def sync_while_it_moves(portal, project):
    portal.control("POST", "mutator", STRIKE)
    project.result(*LOAD)
    truth = portal.control("DELETE", "mutator")
    assert truth["strikes"] >= 10
    assert all(moved(truth).values())
    return truth


def differs(portal, project):
    here, there = loaded(project), listed(portal)
    return {i for i in here.keys() | there.keys() if here.get(i) != there.get(i)}


def proof(project):
    return project.result(*SWEEP)["extract"]["proof"]


def test_a_first_load_of_a_moving_portal_is_made_whole_by_the_next_night(sandbox, project_for):
    portal = sandbox(generate=200)
    project = project_for(portal)
    sync_while_it_moves(portal, project)
    # What it changed behind the reader is not here yet: the mutator did strike while it was read.
    assert differs(portal, project)
    project.result(*LOAD)
    assert differs(portal, project) == set()
    assert loaded(project, archived=True) == listed(portal, archived=True)
    found = proof(project)
    assert (found["missing"], found["stale"], found["extra"]) == (0, 0, 0)
    live = listed(portal)
    assert loaded_links(project, live) == portal_links(portal, live)
    again = proof(project)
    assert not any(again[what] for what in ("missing", "stale", "extra", "relinked"))


def test_an_incremental_night_of_a_moving_portal_loses_nothing(sandbox, project_for):
    portal = sandbox(generate=200)
    project = project_for(portal)
    project.result(*LOAD)
    portal.control("POST", "mutate", {"seed": 3, "changes": 30, "archives": 3})
    sync_while_it_moves(portal, project)
    project.result(*LOAD)
    assert differs(portal, project) == set()
    assert loaded(project, archived=True) == listed(portal, archived=True)
    found = proof(project)
    assert (found["missing"], found["stale"], found["extra"]) == (0, 0, 0)


def test_a_sweep_of_a_moving_portal_claims_no_more_than_it_saw(sandbox, project_for):
    portal = sandbox(generate=200)
    project = project_for(portal)
    project.result(*LOAD)
    portal.control("POST", "mutator", STRIKE)
    project.result(*SWEEP)
    portal.control("DELETE", "mutator")
    project.result(*LOAD)
    assert differs(portal, project) == set()
    assert loaded(project, archived=True) == listed(portal, archived=True)
    found = proof(project)
    assert (found["missing"], found["stale"], found["extra"]) == (0, 0, 0)
