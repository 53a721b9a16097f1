"""A merge changes no figure of a day before it: read before and after, through the API."""

import pytest

from tests.end_to_end.test_nights import SYNC, mutate

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
MERGES = 25
FIGURES = {
    "backlog": "from marts.backlog_daily where pipeline_id = 'all' and priority = 'all' "
    "and day < '{today}'",
    # not the median: that of a clock that runs grows
    "attainment": "select day, metric, met_count, breached_count from marts.sla_attainment_daily "
    "where priority = 'all' and pipeline_id = 'all' "
    "and team = 'all' and owner_id = 'all' and day < '{today}'",
    "resolution": "from marts.resolution_daily where priority = 'all' and pipeline_id = 'all' "
    "and team = 'all' and day < '{today}'",
    "weeks": "from marts.agent_performance_weekly where owner_id = 'all' "
    "and week + interval 7 day <= '{today}'",
    "escalations": "select count(*) from marts.escalations where escalated_at < '{today}'",
}


def test_a_merge_changes_no_figure_of_a_day_before_it(sandbox, project_for):
    portal = sandbox(generate=150, seed=9, limits="off")
    project = project_for(portal)
    project.result(*SYNC)
    today = portal.control("GET", "health")["now"][:10]

    def told():
        return {
            name: project.ask(f"{query.format(today=today)} order by all")
            for name, query in FIGURES.items()
        }

    before = told()
    assert all(len(rows) > 10 for name, rows in before.items() if name != "escalations")
    mutate(portal, 3, merges=MERGES)
    project.result(*SYNC)
    made = "select count(*) from marts.tickets where appeared_at > created_at"
    assert project.ask(made) == [(MERGES,)]
    assert told() == before
