"""Whatever happens on the way, the end is the same, and nothing is there twice."""

import pytest

from include.hubspot.errors import HubSpotError
from include.migration.errors import MigrationError
from tests.include.migration.end_state import end_state
from tests.include.migration.plans import small_plan

WRITES = ("POST", "PATCH", "DELETE")
FAULTS = {
    "lost answers": {"kind": "lost_answer", "probability": 0.4, "seed": 1},
    "429 storm": {"kind": "429", "count": 25, "policy": "SECONDLY"},
    "resets after the write": {"kind": "reset", "at": "after", "probability": 0.3, "seed": 2},
    "cut off answers": {"kind": "truncated", "probability": 0.3, "seed": 3},
    "overload": {"kind": "504", "probability": 0.3, "seed": 4},
    "the day's calls used up": {"kind": "429", "count": 3, "policy": "DAILY"},
    "errors": {"kind": "500", "probability": 0.3, "seed": 5},
}


def finish(portals, files, plan_hash):
    """Run the writer until it ends well; every failure on the way is a known one."""
    for _ in range(12):
        try:
            written = portals.write(files, plan_hash)
        except (HubSpotError, MigrationError):
            continue
        if not written.failed:
            return written
    pytest.fail("the migration never ended")


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(fault, marks=() if name == "lost answers" else pytest.mark.slow, id=name)
        for name, fault in FAULTS.items()
    ],
)
def test_a_disturbed_migration_ends_as_an_undisturbed_one(tmp_path, portals, migrated, fault):
    files, seal = portals.full_plan().save(tmp_path)
    faults = [{"route": "*", "method": method, **fault} for method in WRITES]
    portals.target.control("POST", "faults", {"faults": faults})
    finish(portals, files, seal.plan_hash)
    portals.target.control("DELETE", "faults")
    assert end_state(portals.target) == migrated


def test_a_file_whose_link_is_refused_fails_alone_and_is_brought_over_later(tmp_path, portals):
    files, seal = portals.full_plan().save(tmp_path)
    refused = {"route": "/signed-files/*", "kind": "403", "count": 1}
    portals.source.control("POST", "faults", {"faults": [refused]})
    written = portals.write(files, seal.plan_hash)
    assert written.counts["files"] == {"failed": 1}
    assert [one["reason"] for one in written.as_json()["failures"]] == [
        "the source does not give this file (403)"
    ]
    assert written.counts["notes"].keys() == {"confirmed"}
    assert portals.write(files, seal.plan_hash).counts["files"] == {"confirmed": 1}


def test_what_a_207_refused_is_written_when_its_reason_is_dealt_with(tmp_path, portals):
    target, tier = portals.target, "/crm/v3/properties/tickets/account_tier"
    files, seal = small_plan().ticket("51", account_tier="platinum").save(tmp_path)
    first = portals.write(files, seal.plan_hash)
    assert first.counts["tickets"] == {"confirmed": 10, "failed": 1}
    answers = target.control("GET", "requests")["requests"]
    assert [one for one in answers if one["status"] == 207 and "upsert" in one["route"]]
    options = [*target.get(tier)["options"], {"label": "Platinum", "value": "platinum"}]
    assert target.call("PATCH", tier, {"options": options})[0] == 200
    written = portals.write(files, seal.plan_hash)
    assert written.counts["tickets"] == {"confirmed": 11}
    keyed = [one for one in end_state(target)["tickets"] if one.startswith("tickets 4990001:")]
    assert len(keyed) == 11


def test_a_pipeline_that_vanishes_midway_is_brought_back(tmp_path, portals, migrated):
    files, seal = portals.full_plan().save(tmp_path)
    target = portals.target
    fault = {"route": "*/tickets/batch/upsert", "kind": "401", "count": 1, "skip": 1}
    target.control("POST", "faults", {"faults": [fault]})
    with pytest.raises(HubSpotError):
        portals.write(files, seal.plan_hash)
    pipelines = target.get("/crm/v3/pipelines/tickets")["results"]
    moved = next(one["id"] for one in pipelines if one["label"] == "Moved support")
    assert target.call("DELETE", f"/crm/v3/pipelines/tickets/{moved}")[0] == 204
    written = portals.write(files, seal.plan_hash)
    assert written.failed == 0, written.failures
    assert end_state(target) == migrated
