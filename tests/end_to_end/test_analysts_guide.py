"""The analyst's guide prints what its queries give on the real log, read through the API."""

import pytest

from benchmarks.analysts_guide import GUIDE, answered_guide

pytestmark = [pytest.mark.slow, pytest.mark.real_log, pytest.mark.timeout(1800)]


def test_the_guide_prints_what_its_queries_give(sandbox, project_for, incident_log):
    portal = sandbox(dataset=incident_log, limits="off")
    project = project_for(portal, policies=str(incident_log / "policies"))
    project.result("sync", "--portal", "test")
    assert answered_guide(project.published) == GUIDE.read_text("utf-8")
