"""A plan becomes what is there, once."""

from include.hubspot import association_writing
from include.hubspot.writing import WritingSession
from include.migration.write import write
from tests.include.hubspot.sessions import open_session
from tests.include.migration.end_state import end_state
from tests.include.migration.plans import TARGET, PlanRows, key, small_plan
from tests.include.migration.portal_state import links

TICKETS = "/crm/v3/objects/tickets?limit=15"


def test_every_kind_of_row_arrives(migrated):
    ticket = migrated["tickets"][f"tickets {key(11)}"]
    assert ticket["hs_pipeline_stage"] == "Parked"
    assert ticket["account_tier"] == "platinum"
    links = migrated["links contacts"]
    assert links[f"tickets {key(11)}", f"contacts {key(501)}"] == ["None", "Payer"]
    note = migrated["notes"][f"notes {key(803, 'notes')}"]
    assert note["hs_attachment_ids"][0].endswith("note.txt")
    assert [len(stages) for stages in migrated["pipelines"].values()][-1] == 3
    assert migrated["tickets"][f"tickets {key(3)}"]["content"] == "مرحبا 👋 xxx"


def test_a_second_run_writes_nothing(tmp_path, portals):
    files, seal = small_plan().save(tmp_path)
    first = portals.write(files, seal.plan_hash)
    assert first.counts["tickets"] == {"confirmed": 10}
    state = end_state(portals.target)
    assert portals.write(files, seal.plan_hash).writes == 0
    assert end_state(portals.target) == state


def test_what_is_gone_at_the_target_or_left_out_fails_alone(tmp_path, portals):
    plan = small_plan()
    plan.ticket("50", "update", "999999", subject="nobody")
    plan.ticket("51", hs_ticket_priority="UNHEARD OF")
    plan.link("51", "contacts", "501")
    plan.note("850", "51", "on a ticket that is not there")
    files, seal = plan.save(tmp_path)
    written = portals.write(files, seal.plan_hash)
    assert {(kind, reason) for kind, reason, _ in written.failures} == {
        ("tickets", "the record at the target is gone"),
        ("tickets", "VALIDATION_ERROR: INVALID_OPTION hs_ticket_priority"),
        ("ticket_associations", "one of the two records is not at the target"),
        ("notes", "its ticket is not at the target"),
        ("engagement_links", "one of the two records is not at the target"),
    }
    assert written.counts["tickets"] == {"confirmed": 10, "failed": 2}


def test_more_links_of_older_tickets_than_workers_are_written(tmp_path, portals, monkeypatch):
    """Their before-images are read on the workers that write links: nobody may wait for himself."""
    tickets = [one["id"] for one in portals.target.get(TICKETS)["results"]]
    before = links(portals.target, "contacts", tickets)
    plan = PlanRows(keyed=())
    plan.record("contacts", "501", "match", portals.contact)
    for ticket in tickets:
        plan.ticket(ticket, "skip", ticket)
        plan.link(ticket, "contacts", "501")
    files, seal = plan.save(tmp_path)
    with (
        monkeypatch.context() as patch,
        WritingSession(portals.target.url, portals.target.token, TARGET, max_in_flight=2) as to,
        open_session(portals.source) as from_,
    ):
        patch.setattr(association_writing, "LIMIT", 1)
        written = write(files, seal.plan_hash, to, from_, lambda line: None)
    assert written.counts["ticket_associations"] == {"confirmed": len(tickets)}
    linked = links(portals.target, "contacts", tickets)
    assert all(linked[ticket, portals.contact] == [16] for ticket in tickets)
    portals.undo(files, seal.plan_hash)
    assert links(portals.target, "contacts", tickets) == before
