"""A task that takes longer than its time limit leaves what it was told to the next try."""

from airflow.sdk.exceptions import AirflowTaskTimeout

from include.pipeline.reading.resuming import is_worth_going_on


def test_a_read_that_the_time_limit_ended_is_gone_on_with():
    assert is_worth_going_on(AirflowTaskTimeout("Timeout"))
