"""The reports of migrations on the page: counts for all, values for those who may see the DAG."""

import json
from pathlib import Path

import pytest
import yaml

from include.expectations.fidelity_page import render_fidelity

PAGE = "/ticket-marts/"
REPORT = f"{PAGE}migrations/new/1111"
HOSTILE = "<script>alert(1)</script>"
LEVEL = {"checked": 1234, "equal": 1200, "mapped": 20, "expected": 10, "unexplained": 4}


@pytest.fixture
def house(tmp_path: Path) -> dict[str, str]:
    """Return the environment of two portals; into `new`, portal 1111 was migrated unfaithfully."""
    registry = tmp_path / "portals.yaml"
    entries = {
        name: {"portal_id": number, "connection": "hubspot", "schedule": "0 2 * * *"}
        for name, number in (("new", 2222), ("other", 3333))
    }
    registry.write_text(yaml.safe_dump({"portals": entries}))
    reports = tmp_path / "data/portals/2222/migrations/1111/reports"
    reports.mkdir(parents=True)
    content = {
        "faithful": False, "summary": "not faithful", "judged_at": "2026-11-20T10:00:00+00:00",
        "source_portal_id": "1111", "target_portal_id": "2222", "kinds": {"link_missing": 4},
        "levels": [{"level": "links", "fidelity": 99.6759, **LEVEL}], "expected": [],
        "population": [], "expectations": [],
        "unexplained": [{
            "level": "links", "kind": "link_missing", "object_type": "tickets", "source_id": "1",
            "target_id": "2", "field": "contacts", "source_value": HOSTILE, "target_value": None,
            "reason": None,
        }],
    }  # fmt: skip
    (reports / "reconciliation.json").write_text(json.dumps(content))
    (reports / "reconciliation.html").write_text(render_fidelity(content))
    (reports / "differences.csv").write_text("level,kind\nlinks,link_missing\n")
    return {"DATA_DIR": str(tmp_path / "data"), "PORTALS_FILE": str(registry)}


def test_a_verdict_stands_below_its_target_portal_with_links_to_the_report(airflow, house):
    page = " ".join(airflow.get(PAGE, env=house)["body"].split())
    assert "Migration from portal 1111" in page.partition('id="portal-2"')[0]
    assert "fail, judged at 2026-11-20T10:00:00+00:00. 4 link_missing." in page
    assert "<td>links</td><td>1,234</td><td>4</td><td>99.68%</td>" in page
    assert 'href="migrations/new/1111"' in page


def test_the_report_is_served_as_written_and_runs_nothing(airflow, house):
    answer = airflow.get(REPORT, env=house)
    assert answer["status"] == 200
    assert HOSTILE not in answer["body"]
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer["body"]
    policy = answer["headers"]["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline';")
    assert answer["headers"]["cache-control"] == "no-store"


def test_every_difference_is_a_file_to_save(airflow, house):
    answer = airflow.get(f"{REPORT}/differences.csv", env=house)
    assert answer["body"].splitlines() == ["level,kind", "links,link_missing"]
    assert answer["headers"]["content-disposition"].startswith("attachment")


@pytest.mark.parametrize("path", [REPORT, f"{REPORT}/differences.csv"])
@pytest.mark.parametrize(("user", "status"), [("nobody", 401), ("without a role", 403)])
def test_who_may_not_see_the_dag_sees_no_value_of_a_ticket(path, user, status, airflow, house):
    assert airflow.get(path, user=user, env=house)["status"] == status


@pytest.mark.parametrize(
    "path", ["new/9999", "other/1111", "nobody/1111", "new/..", "new/%2e%2e", "2222/1111"]
)
def test_what_is_no_report_is_not_found(path, airflow, house):
    assert airflow.get(f"{PAGE}migrations/{path}", env=house)["status"] == 404


def test_a_report_that_cannot_be_read_is_told_and_what_to_do(airflow, house):
    reports = Path(house["DATA_DIR"]) / "portals/2222/migrations/1111/reports"
    (reports / "reconciliation.json").write_text('{"levels": 5}')
    (reports / "reconciliation.html").unlink()
    assert "`python -m include migrate reconcile`" in airflow.get(PAGE, env=house)["body"]
    assert airflow.get(REPORT, env=house)["status"] == 404
