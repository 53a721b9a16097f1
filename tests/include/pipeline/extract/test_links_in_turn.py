"""Links that changed alone: a night looks at those that were not looked at for the longest time."""

from collections import Counter

import pytest

from include.pipeline.extract.links import LINKED_TYPES
from tests.include.pipeline.portals import answered

LINKS = "/crm/v4/objects/tickets/{}/associations/{}"


def unlink(synced, ticket, contact):
    path = f"{LINKS.format(ticket, 'contacts')}/{contact}"
    answered(204, synced.sandbox.call("DELETE", path))


def linked(synced, count):
    """Living tickets with one contact, and that contact."""
    pairs = synced.ask(
        "select ticket_id, min(object_id) from raw.ticket_associations "
        "where object_type = 'contacts' and gone_at is null group by 1 having count(*) = 1 "
        "order by 1 desc"
    )
    living = set(synced.listed())
    return [pair for pair in pairs if pair[0] in living][:count]


def standing(synced, ticket):
    return synced.ids(
        "select object_id from raw.ticket_associations "
        f"where ticket_id = '{ticket}' and object_type = 'contacts' and gone_at is null"
    )


def test_a_small_portals_links_that_changed_alone_are_found_by_the_night(synced):
    [(ticket, last)] = linked(synced, 1)
    gained = max(synced.ids("select id from raw.contacts where not archived") - {last})
    path = f"/crm/v4/objects/tickets/{ticket}/associations/default/contacts/{gained}"
    answered(200, synced.sandbox.call("PUT", path, {}))
    done = synced.sync()
    assert "tickets" not in done["rows"]
    assert standing(synced, ticket) == {last, gained}
    unlink(synced, ticket, gained)
    unlink(synced, ticket, last)
    synced.sync()
    assert standing(synced, ticket) == set()
    assert synced.sync("sweep")["proof"]["relinked"] == 0


@pytest.mark.slow
def test_one_call_a_night_comes_round_to_every_ticket(synced, monkeypatch):
    monkeypatch.setenv("LINK_CALLS_NIGHTLY", "1")
    monkeypatch.setattr("include.pipeline.extract.links_in_turn.LIMIT", 50)
    synced.sync()
    [(ticket, contact)] = linked(synced, 1)
    unlink(synced, ticket, contact)
    calls = Counter()
    round_of = 2 * len(LINKED_TYPES)  # more than fifty tickets
    for _ in range(round_of):
        calls += Counter(synced.sync()["calls"])
    asked = [call for call in calls.elements() if "/associations/tickets/" in call]
    assert len(asked) == round_of
    assert standing(synced, ticket) == set()
    assert synced.sync("sweep")["proof"]["relinked"] == 0


def test_tickets_that_were_archived_or_merged_keep_the_links_they_had(synced):
    # As a night begins, raw has all of them as living.
    (archived, first), (merged, second), (into, _) = linked(synced, 3)
    body = {"primaryObjectId": into, "objectIdToMerge": merged}
    answered(200, synced.sandbox.call("POST", "/crm/v3/objects/tickets/merge", body))
    answered(204, synced.sandbox.call("DELETE", f"/crm/v3/objects/tickets/{archived}"))
    for _ in range(2):
        synced.sync()
        assert standing(synced, archived) == {first}
        assert standing(synced, merged) == {second}
