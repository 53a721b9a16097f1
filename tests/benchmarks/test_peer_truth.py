"""A destination is held against the portal: what is wrong in it is counted, whatever is right."""

from benchmarks.peer_portal import ADDED, COMPARED, MERGED, VERSION, Day, Truth, compared
from benchmarks.peer_truth import Destination, judge


def ticket(**values):
    return {VERSION: "2026-11-20T10:00:00Z", "subject": "a", **values}


def truth():
    live = {ticket_id: compared(ticket()) for ticket_id in ("1", "2", "9")}
    return Truth(live, {"2": frozenset({"70"})})


def destination(**changed):
    held = Destination()
    rows = {"1": (ticket(**{f"{ADDED}_3": "high"}), set()), "2": (ticket(), {"70"})}
    for ticket_id, (properties, contacts) in (rows | changed).items():
        held.put(ticket_id, properties, contacts, archived=False)
    held.put("3", ticket(), set(), archived=True)
    held.put("9", ticket(**{MERGED: "4;5"}), set(), archived=False)
    return held


DAY = Day(archived={"3"}, merged={"4", "5"}, linked={"2"}, added={"1": "high"})


def test_a_destination_that_holds_what_the_portal_holds_is_right():
    assert judge(destination(), DAY, truth()).is_right


def test_a_ticket_that_is_not_there_is_missing():
    held = destination()
    del held.tickets["1"]
    verdict = judge(held, DAY, truth())
    assert (verdict.missing, verdict.stale, verdict.added) == (1, 0, (0, 1))


def test_another_value_and_an_older_version_are_stale():
    for wrong in ({"subject": "b"}, {VERSION: "2026-11-20T09:59:59.999Z"}):
        assert judge(destination(**{"1": (ticket(**wrong), set())}), DAY, truth()).stale == 1


def test_a_living_ticket_held_as_archived_is_stale():
    held = destination()
    held.put("1", ticket(), set(), archived=True)
    assert judge(held, DAY, truth()).stale == 1


def test_what_it_was_not_told_is_counted():
    held = destination(**{"2": (ticket(), {"70", "71"})})
    held.tickets["3"] = held.tickets["1"]
    held.merged.discard("5")
    verdict = judge(held, DAY, truth())
    assert (verdict.archived, verdict.merged, verdict.links) == ((0, 1), (1, 2), (0, 1))
    assert not verdict.is_right


def test_a_moment_is_the_same_however_it_is_written():
    written = {"2026-11-20T10:00:00Z", "2026-11-20T10:00:00.000000Z", "2026-11-20T11:00:00+01:00"}
    assert len({compared({VERSION: moment}) for moment in written}) == 1
    assert compared({}) == ("",) * len(COMPARED)
