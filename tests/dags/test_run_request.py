"""Scheduled heals, backfill repeats, manual obeys the form."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pendulum
import pytest

from dags.run_request import form_of, request_of
from include.pipeline.errors import BadRequest
from include.pipeline.registry import Portal
from include.pipeline.requests import RunRequest

PORTAL = Portal("north", "1", "hubspot_north", "0 2 * * *", associations=("contacts",))
ALL = ("contacts",)
START, END = datetime(2026, 3, 1, 2, tzinfo=UTC), datetime(2026, 3, 2, 2, tzinfo=UTC)


def context(run_type, **form):
    defaults = {name: param.value for name, param in form_of(PORTAL).items()}
    return {
        "dag_run": SimpleNamespace(run_type=run_type),
        "params": defaults | form,
        # Airflow hands over Pendulum's moments.
        "data_interval_start": pendulum.instance(START),
        "data_interval_end": pendulum.instance(END),
    }


def test_a_scheduled_run_reads_from_the_cursor_whatever_its_interval():
    assert request_of(context("scheduled")) == RunRequest(associations=ALL)


def test_a_backfill_repeats_its_interval():
    wanted = RunRequest(mode="window", window_from=START, window_to=END, associations=ALL)
    found = request_of(context("backfill"))
    assert found == wanted
    assert type(found.window_from) is type(found.window_to) is datetime


def test_a_manual_run_obeys_the_form():
    form = {
        "mode": "window",
        "window_from": "2026-03-01T02:00:00+00:00",
        "window_to": "2026-03-02T03:00:00+01:00",
        "associations": ["contacts"],
        "properties": ["subject"],
        "spread": True,
    }
    assert request_of(context("manual", **form)) == RunRequest(
        mode="window",
        window_from=START,
        window_to=END,
        properties=("subject",),
        associations=("contacts",),
        spread=True,
    )


def test_a_form_that_makes_no_sense_is_refused():
    with pytest.raises(BadRequest, match="needs both"):
        request_of(context("manual", mode="window"))
