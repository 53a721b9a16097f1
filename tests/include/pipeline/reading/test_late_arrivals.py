"""How late search shows what changed is measured, and holds the cursor back."""

from datetime import UTC, datetime, timedelta

import pytest

from include.pipeline.reading.late_arrivals import hold_back_for, remembered
from include.pipeline.requests import RunRequest
from include.warehouse.search_lag import SearchLag, search_lags
from tests.conftest import start_sandbox
from tests.faults.nights import night_of

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LAG = timedelta(minutes=40)  # shown after 20 to 40 minutes, in any order


@pytest.fixture(scope="module")
def portal():
    running = start_sandbox(
        generate=40, seed=3, limits="off", index_lag_ms=int(LAG.total_seconds() * 1000)
    )
    yield running
    running.stop()


def after(portal, pause: timedelta) -> datetime:
    now = datetime.fromisoformat(portal.control("GET", "health")["now"])
    portal.control("POST", "advance", {"until": (now + pause).isoformat()})
    return now


def read(night, mode="incremental") -> SearchLag:
    night.read(RunRequest(mode=mode))
    night.load()
    return search_lags(night.portal_files)[-1]


def test_what_the_last_run_was_not_shown_is_measured_and_widens_the_hold_back(portal, tmp_path):
    after(portal, LAG)
    night = night_of(portal, tmp_path)
    assert read(night) == SearchLag(search_lags(night.portal_files)[0].began, searched=True)
    portal.control("POST", "mutate", {"seed": 5, "changes": 30})
    after(portal, timedelta(minutes=19))
    assert read(night).late == 0  # nothing of it is shown yet
    after(portal, LAG)
    found = read(night)
    assert found.late > 0
    assert found.seconds == pytest.approx(19 * 60, abs=5)
    assert read(night).late == 0
    assert hold_back_for(search_lags(night.portal_files), timedelta(minutes=10)) == timedelta(
        seconds=round(found.seconds * 1.5)
    )


@pytest.mark.slow
def test_a_sweep_measures_what_no_night_would_have_met_again(portal, tmp_path, monkeypatch):
    monkeypatch.setenv("HOLD_BACK_MINUTES", "0")
    after(portal, LAG)
    night = night_of(portal, tmp_path)
    read(night)
    portal.control("POST", "mutate", {"seed": 6, "changes": 10})
    after(portal, timedelta(minutes=15))
    read(night)
    swept = read(night, "sweep")
    assert swept.late > 0
    assert not swept.searched
    manifest = night.read()
    # the cursor is held back for it from now on, whatever the setting
    assert manifest.cursors["tickets"] <= swept.began - timedelta(minutes=22)


def test_the_hold_back_is_never_narrower_than_the_setting():
    assert hold_back_for([], HOUR) == HOUR
    assert hold_back_for([SearchLag(NOON, True, 3, 600.0)], HOUR) == HOUR
    assert hold_back_for([SearchLag(NOON, True, 3, 3600.0)], HOUR) == 1.5 * HOUR


def test_a_measure_is_forgotten_after_a_month():
    lags = [SearchLag(NOON, True, 1, 9.0), SearchLag(NOON + timedelta(days=31), True)]
    assert remembered(lags) == lags[1:]
    assert remembered([]) == []
