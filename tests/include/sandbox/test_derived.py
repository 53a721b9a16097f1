from __future__ import annotations

from itertools import groupby, pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from include.sandbox.derived import closing_values, names_of_stage, stage_histories, stays
from include.sandbox.moments import DAY, HOUR, to_iso
from tests.datasets import write_dataset
from tests.include.sandbox.portals import at, dataset_portal, record


def stage(day: int, value: str) -> tuple:
    return (1, at(day), "hs_pipeline_stage", value, "CRM_UI", "")


def test_a_ticket_that_is_closed_reopened_and_closed_again(tmp_path: Path) -> None:
    changes = [stage(2, "1"), stage(3, "4"), stage(5, "1"), stage(9, "4"), stage(9, "4")]
    folder = write_dataset(tmp_path, tickets=[(1, at(1))], property_changes=changes)
    body = record(dataset_portal(folder, at(11)), 1)
    shown, history = body["properties"], body["propertiesWithHistory"]
    assert shown["closed_date"] == shown["hs_last_closed_date"] == at(9)
    assert shown["time_to_close"] == str(8 * DAY)
    assert shown["hs_is_closed"] == "true"
    assert shown["hs_ticket_reopened_at"] == at(5)
    assert shown["hs_v2_date_entered_1"] == at(5)
    assert shown["hs_v2_date_exited_1"] == at(9)
    assert shown["hs_v2_latest_time_in_1"] == str(4 * DAY)
    assert shown["hs_v2_cumulative_time_in_1"] == str(5 * DAY)
    assert shown["hs_v2_date_entered_4"] == at(9)  # setting it again is no new visit
    assert shown["hs_v2_date_exited_4"] == at(5)
    assert [e["value"] for e in history["closed_date"]] == [at(9), "", at(3)]
    assert {e["sourceType"] for e in history["closed_date"]} == {"CALCULATED"}
    assert [e["value"] for e in history["hs_pipeline_stage"]] == ["4", "4", "1", "4", "1"]


def test_legacy_stage_properties_are_computed_at_reading_and_have_no_history(
    tmp_path: Path,
) -> None:
    folder = write_dataset(tmp_path, tickets=[(1, at(1))], property_changes=[stage(2, "1")])
    portal = dataset_portal(folder, at(3))
    first = record(portal, 1)
    assert first["properties"]["hs_date_entered_1"] == at(2)
    assert first["properties"]["hs_time_in_1"] == str(DAY)
    assert first["propertiesWithHistory"]["hs_time_in_1"] == []
    portal.clock.offset += HOUR
    later = record(portal, 1)
    assert later["properties"]["hs_time_in_1"] == str(DAY + HOUR)
    assert later["updatedAt"] == first["updatedAt"]


def test_owner_assigned_date_follows_the_owner(tmp_path: Path) -> None:
    changes = [
        (1, at(2), "hubspot_owner_id", "5", "", ""),
        (1, at(3), "hubspot_owner_id", "5", "", ""),
        (1, at(4), "hubspot_owner_id", "6", "", ""),
    ]
    folder = write_dataset(tmp_path, tickets=[(1, at(1))], property_changes=changes)
    assert record(dataset_portal(folder), 1)["properties"]["hubspot_owner_assigneddate"] == at(4)


visits = st.lists(
    st.tuples(st.integers(0, 50), st.sampled_from(["1", "2", "4", ""])), max_size=12
).map(lambda rows: sorted(rows, key=lambda row: row[0]))


@given(visits)
def test_the_time_spent_in_all_stages_is_the_time_between_first_and_last(
    rows: list[tuple[int, str]],
) -> None:
    found = stage_histories(rows, 0, {"4"})
    spent = sum(
        int(history[-1][0])
        for name, history in found.items()
        if name.startswith("hs_v2_cumulative_time_in_")
    )
    runs = [next(run) for _, run in groupby(rows, key=lambda row: row[1])]
    between = sum(later - earlier for (earlier, value), (later, _) in pairwise(runs) if value)
    assert spent == between
    assert (found.get("hs_is_closed", [("false", "")])[-1][0] == "true") == bool(
        rows and rows[-1][1] == "4"
    )
    for history in found.values():
        moments = [moment for _, moment in history]
        assert moments == sorted(moments)
        assert all(moment in {to_iso(when) for when, _ in rows} for moment in moments)


@given(visits, st.integers(50, 90))
def test_current_values_are_the_last_ones_of_the_histories(
    rows: list[tuple[int, str]], now: int
) -> None:
    histories = stage_histories(rows, 0, {"4"})
    values: dict[str, str | None] = {**closing_values(rows, 0, {"4"})}
    found, here = stays(rows)
    for stage, stay in found.items():
        shown = dict(
            zip(names_of_stage(stage), stay.values(now, running=stage == here), strict=True)
        )
        time = shown.pop(f"hs_time_in_{stage}")
        spent = int(shown[f"hs_v2_cumulative_time_in_{stage}"] or 0)
        running = now - stay.entered if stage == here else 0
        assert int(time or 0) == spent + running
        for point in ("entered", "exited"):
            assert shown.pop(f"hs_date_{point}_{stage}") == shown[f"hs_v2_date_{point}_{stage}"]
        values |= {name: value for name, value in shown.items() if value is not None}
    assert values == {name: history[-1][0] for name, history in histories.items()}
