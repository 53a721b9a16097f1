"""A wrong policy is one sentence with file and row; the portal's files replace the defaults."""

import csv

import pytest

from include.pipeline.errors import PolicyError
from include.pipeline.policies import assemble
from include.pipeline.policy_rules import COLUMNS

HOURS = """calendar,weekday,opens_at,closes_at,time_zone
desk,monday,09:00,12:00,Europe/Berlin
desk,monday,13:00,17:00,Europe/Berlin
night,sunday,22:00,06:00,UTC
"""
SLAS = (
    ",".join(COLUMNS["sla_policies.csv"])
    + """
*,*,URGENT,*,resolution,480,desk,waiting;on_hold,closed,resume,60,,
*,*,*,*,resolution,960,always,,closed,continue,60,2026-01-01,2026-07-01
*,*,*,*,resolution,480,always,,closed,continue,60,2026-07-01,
"""
)
GOOD = {
    "business_hours.csv": HOURS,
    "sla_policies.csv": SLAS,
    "holidays.csv": "calendar,date,name\ndesk,2026-12-25,Christmas\n",
    "stage_categories.csv": "portal_id,pipeline_id,stage_id,category\n*,0,1,new\n",
    "priorities.csv": "portal_id,value,priority\n*,P1,URGENT\n",
    "property_map.csv": "portal_id,column,property\n*,ticket_type,kind_of_case\n",
    "response_engagements.csv": "portal_id,engagement_type\n*,calls\n",
}


def folder(tmp_path, **changed):
    place = tmp_path / "own"
    place.mkdir()
    for name, text in (GOOD | {k.replace("__", "."): v for k, v in changed.items()}).items():
        (place / name).write_text(text, encoding="utf-8")
    return place


def test_own_files_replace_the_defaults_of_their_name(tmp_path):
    into = assemble(folder(tmp_path), tmp_path / "seeds")
    with (into / "business_hours.csv").open(newline="") as stream:
        assert [row["calendar"] for row in csv.DictReader(stream)] == ["desk", "desk", "night"]
    assert {path.name for path in into.glob("*.csv")} == set(COLUMNS)


def test_the_defaults_hold_their_own_rules(tmp_path):
    into = assemble(None, tmp_path / "seeds")
    assert {path.name for path in into.glob("*.csv")} == set(COLUMNS)


def test_a_byte_order_mark_and_spaces_do_no_harm(tmp_path):
    own = folder(tmp_path, priorities__csv="\ufeffportal_id,value,priority\n*, P1 ,HIGH\n")
    into = assemble(own, tmp_path / "seeds")
    assert (into / "priorities.csv").read_text().splitlines()[1] == "*,P1,HIGH"


@pytest.mark.parametrize(
    ("file", "old", "new", "row", "said"),
    [
        ("sla_policies", "480,desk", "480,bureau", 2, "calendar 'bureau' is not in"),
        ("sla_policies", "URGENT", "ASAP", 2, "priority 'ASAP'"),
        ("sla_policies", "resolution,480,desk", "fixing,480,desk", 2, "metric 'fixing'"),
        ("sla_policies", "480,desk", "0,desk", 2, "target_minutes '0'"),
        ("sla_policies", "waiting;on_hold", "waiting;asleep", 2, "category 'asleep'"),
        ("sla_policies", "closed,resume", "gone,resume", 2, "stop_category 'gone'"),
        ("sla_policies", "closed,resume", "closed,again", 2, "reopen 'again'"),
        ("sla_policies", "2026-07-01,\n", "2026-06-30,\n", 4, "overlapping validity"),
        ("sla_policies", "2026-01-01,2026-07-01", "2026-07-02,2026-07-01", 3, "valid_to"),
        ("sla_policies", "2026-01-01,", "spring,", 3, "valid_from 'spring'"),
        ("sla_policies", "2026-01-01,", "20260101,", 3, "valid_from '20260101'"),
        ("sla_policies", "2026-01-01,", "2026-01-01T09,", 3, "valid_from '2026-01-01T09'"),
        ("sla_policies", "2026-01-01,", "2026-02-30,", 3, "valid_from '2026-02-30'"),
        # the first of July begins earlier in Berlin than the policy above ends
        ("sla_policies", "2026-07-01,\n", "2026-07-01T00:00+02:00,\n", 4, "overlapping validity"),
        ("sla_policies", "480,always", "144000001,always", 4, "longer than 100000 days"),
        # seven hours a week are 420 of 10,080 minutes
        ("sla_policies", "480,desk", "6000001,desk", 2, "of calendar 'desk', which are 6000000"),
        ("sla_policies", "480,desk", "٤٨٠,desk", 2, "target_minutes '٤٨٠' is not a whole"),
        ("business_hours", "13:00", "1300", 3, "opens_at '1300' is no time"),
        ("business_hours", "13:00", "13", 3, "opens_at '13' is no time"),
        ("business_hours", "17:00", "17:00:30", 3, "closes_at '17:00:30' is no time"),
        ("business_hours", "17:00", "17:00+02:00", 3, "closes_at '17:00+02:00' is no time"),
        ("business_hours", "17:00", "25:00", 3, "closes_at '25:00' is no time"),
        ("business_hours", "13:00", "11:00", 3, "overlap"),
        ("business_hours", "13:00", "1 pm", 3, "'1 pm' is no time"),
        ("business_hours", "UTC", "Atlantis", 4, "time zone 'Atlantis'"),
        ("business_hours", "sunday", "someday", 4, "weekday 'someday'"),
        ("business_hours", "night", "always", 4, "24x7"),
        ("holidays", "desk", "bureau", 2, "calendar 'bureau'"),
        ("holidays", "2026-12-25", "25.12.2026", 2, "is no date"),
        ("holidays", "2026-12-25", "20261225", 2, "'20261225' is no date"),
        ("holidays", "2026-12-25", "2026-W52-5", 2, "'2026-W52-5' is no date"),
        ("stage_categories", "new", "fresh", 2, "category 'fresh'"),
        ("stage_categories", "*,0,1,new\n", "*,0,1,new\n*,0,1,open\n", 3, "stands twice"),
        ("priorities", "URGENT", "TOP", 2, "priority 'TOP'"),
        ("property_map", "ticket_type", "ticket_kind", 2, "column 'ticket_kind'"),
        ("property_map", "kind_of_case", "it's", 2, "is no property name"),
        (
            "property_map",
            "kind_of_case\n",
            "kind_of_case\n*,ticket_type,other\n",
            3,
            "*, ticket_type stands twice",
        ),
        ("response_engagements", "calls", "notes", 2, "'notes' is not one of calls, meetings"),
        ("priorities", "value,priority", "value,rank", 1, "no column priority"),
        ("priorities", "*,P1,URGENT", "*,P1", 2, "cells"),
        # each would match nothing, or what has no value
        ("sla_policies", "*,*,URGENT,*", ",*,URGENT,*", 2, "portal_id is empty"),
        ("sla_policies", "*,*,URGENT,*", "*,*,URGENT,", 2, "ticket_type is empty"),
        ("sla_policies", "480,desk", "480,", 2, "calendar is empty"),
        ("business_hours", "night,", ",", 4, "calendar is empty"),
        ("stage_categories", "*,0,1", "*,0,", 2, "stage_id is empty"),
        ("priorities", "P1", "", 2, "value is empty"),
        ("property_map", "*,ticket_type", ",ticket_type", 2, "portal_id is empty"),
        ("response_engagements", "*,", ",", 2, "portal_id is empty"),
    ],
)
def test_a_broken_rule_names_file_and_row(tmp_path, file, old, new, row, said):
    name = f"{file}.csv"
    assert old in GOOD[name]
    own = folder(tmp_path, **{f"{file}__csv": GOOD[name].replace(old, new, 1)})
    with pytest.raises(PolicyError) as error:
        assemble(own, tmp_path / "seeds")
    assert f"{name}, row {row}: " in str(error.value)
    assert said in str(error.value)


def test_moments_that_both_python_and_duckdb_read_are_taken(tmp_path):
    for number, moment in enumerate(
        ("2026-01-01T09:00", "2026-01-01 09:00:30", "2026-01-01T09:00Z", "2026-01-01T09:00+02:00")
    ):
        (place := tmp_path / str(number)).mkdir()
        own = folder(place, sla_policies__csv=SLAS.replace("2026-01-01", moment))
        into = assemble(own, place / "seeds")
        assert f",{moment}," in (into / "sla_policies.csv").read_text()


def test_a_file_that_is_no_text_says_what_to_do(tmp_path):
    own = folder(tmp_path)
    (own / "priorities.csv").write_bytes(b"\xff\xfe")
    with pytest.raises(PolicyError, match=r"priorities\.csv cannot be read.*run again"):
        assemble(own, tmp_path / "seeds")


def test_a_window_that_runs_past_sunday_meets_monday(tmp_path):
    hours = HOURS + "night,monday,05:00,07:00,UTC\n"
    with pytest.raises(PolicyError, match="overlap"):
        assemble(folder(tmp_path, business_hours__csv=hours), tmp_path / "seeds")


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(PolicyError, match="nowhere does not exist"):
        assemble(tmp_path / "nowhere", tmp_path / "seeds")


def test_a_misspelt_file_is_not_passed_over(tmp_path):
    own = folder(tmp_path)
    (own / "sla_policies.csv").rename(own / "sla_policy.csv")
    with pytest.raises(PolicyError, match=r"sla_policy\.csv, which no policy file is called"):
        assemble(own, tmp_path / "seeds")


def test_nothing_is_assembled_when_a_rule_is_broken(tmp_path):
    own = folder(tmp_path, priorities__csv="portal_id,value,priority\n*,P1,TOP\n")
    with pytest.raises(PolicyError):
        assemble(own, tmp_path / "seeds")
    assert not (tmp_path / "seeds").exists()
