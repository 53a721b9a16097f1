"""The portal's policy files: used where they lie, left as they are, and guarded."""

from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pytest

from tests.dbt_project.dbt_run import PROJECT, policy_text, run_dbt
from tests.dbt_project.raw_portal import RawPortal

AS_OF = datetime(2026, 6, 10, 12)
SLA = (
    "portal_id,pipeline_id,priority,ticket_type,metric,target_minutes,calendar,pause_categories,"
    "stop_category,reopen,due_soon_minutes,valid_from,valid_to"
)
HOURS = "calendar,weekday,opens_at,closes_at,time_zone"


def _portal() -> RawPortal:
    portal = RawPortal(AS_OF)
    portal.pipeline("0", [("1", "New", "OPEN"), ("4", "Closed", "CLOSED")])
    return portal


def _sums(folder: Path) -> dict[str, str]:
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.csv")}


def test_an_empty_portal_builds_and_leaves_the_policy_files_as_they_are(tmp_path: Path) -> None:
    defaults = _sums(PROJECT / "seeds")
    # a header alone is a file without rows, and a portal of its own has one more row
    # The whole build, dbt's unit tests with it.
    built = run_dbt(
        tmp_path,
        _portal(),
        "build",
        policies={"priorities": policy_text("portal_id,value,priority", [["*", "p1", "URGENT"]])},
    )
    assert built.code == 0, built.output
    assert built.one("select count(*) from marts.tickets") == (0,)
    assert built.one("select count(*) from marts.stages") == (2,)
    sums = _sums(built.seeds)
    assert {name for name in sums if sums[name] != defaults[name]} == {"priorities.csv"}
    assert (built.seeds / "priorities.csv").read_text("utf-8").splitlines()[1] == "*,p1,URGENT"
    assert _sums(PROJECT / "seeds") == defaults


WRONG_SLAS = [
    [*"****", "resolution", 60, "nowhere", "", "closed", "resume", 5, "", ""],
    [*"***x", "resolution", 60, "always", "asleep", "closed", "resume", 5, "", ""],
]
OVERLAPPING_SLAS = [
    [*"****", "resolution", 60, "always", "", "closed", "resume", 5, "", "2026-02-01"],
    [*"****", "resolution", 90, "always", "", "closed", "resume", 5, "2026-01-31", ""],
]
OVERLAPPING_HOURS = [
    ["business_hours", "sunday", "22:00", "06:00", "UTC"],
    ["business_hours", "monday", "05:00", "09:00", "UTC"],
]


@pytest.mark.parametrize(
    ("files", "guards"),
    [
        (
            {
                "sla_policies": policy_text(SLA, WRONG_SLAS),
                "stage_categories": policy_text(
                    "portal_id,pipeline_id,stage_id,category", [["*", "0", "1", "nowhere"]]
                ),
            },
            {
                "assert_every_policy_names_a_calendar": 1,
                "assert_policies_say_what_is_known": 2,
            },
        ),
        (
            {
                "sla_policies": policy_text(SLA, OVERLAPPING_SLAS),
                "business_hours": policy_text(HOURS, OVERLAPPING_HOURS),
            },
            {
                "assert_policies_of_the_same_values_do_not_overlap": 1,
                "assert_windows_of_a_calendar_do_not_overlap": 1,
            },
        ),
    ],
    ids=["unknown names", "overlaps"],
)
def test_a_wrong_policy_fails_its_guard(
    tmp_path: Path, files: dict[str, str], guards: dict[str, int]
) -> None:
    built = run_dbt(
        tmp_path, _portal(), "build", "--select", "+path:tests/policies", policies=files
    )
    assert built.code == 1
    for guard, count in guards.items():
        assert f"FAIL {count} {guard}" in built.output, built.output
