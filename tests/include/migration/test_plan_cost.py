"""The calls that a plan says are the calls that writing it makes."""

import pytest

from tests.include.migration.plans import PlanRows, key, text

WITHIN = 0.1


def calls_of(portal):
    return sum(one["count"] for one in portal.control("GET", "requests")["requests"])


def second_plan(portals):
    """Every kind of change to what stands: tickets, their links, a note; nothing is defined."""
    target = portals.target
    other = target.get("/crm/v3/objects/contacts?limit=2")["results"][1]["id"]
    plan = PlanRows(keyed=()).record("contacts", "501", "match", portals.contact)
    plan.record("contacts", "502", "match", other)
    for one in target.get("/crm/v3/objects/tickets?limit=15")["results"]:
        plan.ticket(one["id"], "update", one["id"], subject="Changed again")
        plan.link(one["id"], "contacts", "501")
        plan.link(one["id"], "contacts", "502", action="archive")
    note = target.get("/crm/v3/objects/notes?limit=1")["results"][0]["id"]
    values = {"hs_note_body": "edited", "hs_timestamp": "2025-01-02T03:04:05.678Z"}
    ends = [{"object_type": "tickets", "source_id": one["id"]}]
    return plan.add(
        "plan_engagements", "notes", "engagement", "1", one["id"], key("1", "notes"), note,
        "update", text(values), text(ends), "[]", None,
    )  # fmt: skip


def many_rows(portals):
    """More of everything than a call takes, and texts of which 100 are too much for one."""
    plan = portals.full_plan()
    for number in range(1000, 1250):
        plan.ticket(str(number), content="x" * (60_000 if number < 1080 else 60))
        plan.record("contacts", str(number), email=f"{number}@example.com")
        plan.record("companies", str(number), name=f"Company {number}")
        plan.record("deals", str(number), dealname=f"Deal {number}")
        for other in range(1000, 1009):
            plan.link(str(number), "contacts", str(other))
        plan.link(str(number), "deals", str(number))
        plan.link(str(number), "companies", str(number))
        ends = [{"object_type": "contacts", "source_id": str(1000 + n)} for n in range(5)]
        plan.note(str(number), str(number), "a note", *ends)
    return plan


@pytest.mark.parametrize("make", [lambda one: one.full_plan(), second_plan, many_rows])
def test_a_plan_says_the_calls_that_writing_it_makes(tmp_path, portals, make):
    files, seal = make(portals).save(tmp_path)
    portals.target.control("DELETE", "requests")
    written = portals.write(files, seal.plan_hash)
    assert written.failed == 0, written.failures
    made = calls_of(portals.target)
    assert written.calls == made
    assert made == pytest.approx(seal.calls, rel=WITHIN)


def test_files_count_by_their_uploads_and_not_where_they_are_used_again(tmp_path, portals):
    plan = PlanRows()
    for number in range(30):
        plan.add("plan_files", str(number), key(number, "files"), "a", "PRIVATE", 5, "create")
    _, uploaded = plan.save(tmp_path)
    plan.rows["plan_files"] = [(*row[:-1], "match") for row in plan.rows["plan_files"]]
    _, again = plan.save(tmp_path)
    assert uploaded.calls == again.calls + 30 + 1  # and the probe of their scope
