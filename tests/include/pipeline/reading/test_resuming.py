"""What a run that ended was told is kept, unless being told it again would end the same way."""

import pytest

from include.hubspot.errors import DailyLimitReached, MalformedAnswer, PortalUnreachable
from include.pipeline.reading.resuming import is_worth_going_on


class TimeIsUp(BaseException):
    """As Airflow ends a task that takes longer than its time limit."""


@pytest.mark.parametrize(
    "ended", [KeyboardInterrupt(), SystemExit(), TimeIsUp(), DailyLimitReached("")]
)
def test_what_was_told_is_kept_when_the_run_was_ended_from_outside(ended):
    assert is_worth_going_on(ended)
    assert is_worth_going_on(PortalUnreachable(""))


@pytest.mark.parametrize("ended", [KeyError("an error of ours"), MalformedAnswer("")])
def test_what_was_told_is_not_kept_when_it_ended_the_run(ended):
    assert not is_worth_going_on(ended)
