"""The page behind Airflow's own authentication, on published files."""

import json
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
import yaml

PAGE = "/ticket-marts/"


@pytest.fixture
def house(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a registry with two portals, of which nothing is published."""
    registry = tmp_path / "portals.yaml"
    portal = {"connection": "hubspot_sandbox", "schedule": "0 2 * * *"}
    registry.write_text(
        yaml.safe_dump(
            {
                "portals": {
                    "sandbox": {"portal_id": 4980000, **portal},
                    "second": {"portal_id": 4980001, **portal},
                }
            }
        )
    )
    return {"DATA_DIR": str(tmp_path / "data"), "PORTALS_FILE": str(registry)}


def publish(house: dict[str, str], *, portal_id: str = "4980000", priority: str = "HIGH") -> Path:
    path = Path(house["DATA_DIR"]) / "portals" / portal_id / "published" / "tickets.duckdb"
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name("new.duckdb")
    with duckdb.connect(str(new)) as file:
        file.execute("create schema marts; create schema meta")
        file.execute(
            "create table marts.tickets as select range::varchar ticket_id from range(1234)"
        )
        file.execute("create table marts.ticket_activities as select range id from range(56789)")
        file.execute(
            "create table marts.sla_attainment_daily (day date, metric varchar, priority varchar, "
            "pipeline_id varchar, team varchar, owner_id varchar, met_count bigint, "
            "breached_count bigint, attainment_ratio double)"
        )
        file.execute(
            "insert into marts.sla_attainment_daily values "
            "('2026-11-18', 'resolution', $1, 'all', 'all', 'all', 3, 1, 0.75), "
            "('2026-11-19', 'resolution', $1, 'all', 'all', 'all', 4, 0, 1), "
            "('2026-11-19', 'resolution', $1, '0', 'all', 'all', 100, 0, 1), "
            "('2026-11-19', 'resolution', 'all', 'all', 'all', 'all', 1000, 3000, 0.25)",
            [priority],
        )
        file.execute(
            "create table meta.published as select '4980000' portal_id, 'run' run_id, "
            "$1::timestamp data_as_of, null::timestamp complete_through, "
            "$1::timestamp published_at, 41::integer as version",
            [datetime(2026, 11, 20, 2, 15)],
        )
    return new.replace(path)


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}style.css"])
@pytest.mark.parametrize(("user", "status"), [("nobody", 401), ("forged", 403)])
def test_nobody_without_a_token_sees_anything(path, user, status, airflow, house):
    publish(house)

    answer = airflow.get(path, user=user, env=house)

    assert answer["status"] == status
    assert set(json.loads(answer["body"])) == {"detail"}


@pytest.mark.parametrize("path", ["docs", "redoc", "openapi.json", "docs/oauth2-redirect"])
def test_there_is_no_documentation_route(path, airflow):
    assert airflow.get(PAGE + path)["status"] == 404


@pytest.mark.parametrize("user", ["bearer", "cookie"])
def test_a_user_sees_freshness_counts_and_attainment(user, airflow, house):
    publish(house)

    answer = airflow.get(PAGE, user=user, env=house)

    assert answer["status"] == 200
    page = " ".join(answer["body"].split())
    assert "<dt>Data as of</dt><dd>2026-11-20 02:15:00 UTC</dd>" in page
    assert "<dt>Complete through</dt><dd>not proven yet</dd>" in page
    assert "<dt>Version</dt><dd>41</dd>" in page
    assert "<dt>Tickets</dt><dd>1,234</dd>" in page
    assert "<dt>Activities</dt><dd>56,789</dd>" in page
    assert "<td>HIGH</td><td>7</td><td>1</td><td>87.5%</td>" in page
    assert "<td>all</td><td>1,000</td><td>3,000</td><td>25.0%</td>" in page
    assert "Nothing is published yet: the first run of sync_tickets__second does it." in page


def test_a_new_publication_shows_at_once(airflow, house):
    path = publish(house)
    assert "<dd>41</dd>" in airflow.get(PAGE, env=house)["body"]

    publish(house)
    with duckdb.connect(str(path)) as file:
        file.execute("update meta.published set version = 42")

    assert "<dd>42</dd>" in airflow.get(PAGE, env=house)["body"]


def test_every_value_is_escaped_and_no_script_may_run(airflow, house):
    publish(house, priority="<script>alert('1')</script>")

    answer = airflow.get(PAGE, env=house)

    assert "<script" not in answer["body"]
    assert "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;" in answer["body"]
    policy = answer["headers"]["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self';")
    assert "frame-ancestors 'self'" in policy
    assert answer["headers"]["x-content-type-options"] == "nosniff"
    assert answer["headers"]["cache-control"] == "no-store"


def test_the_page_has_relative_links_only(airflow, house):
    publish(house)

    page = airflow.get(PAGE, env=house)["body"]

    assert 'href="style.css"' in page
    assert 'href="/' not in page
    assert "http" not in page
    style = airflow.get(f"{PAGE}style.css", env=house)
    assert (style["status"], style["headers"]["content-type"]) == (200, "text/css; charset=utf-8")


def test_a_damaged_file_is_told_and_the_other_portal_still_shown(airflow, house):
    publish(house).write_bytes(b"not a database")
    publish(house, portal_id="4980001")

    answer = airflow.get(PAGE, env=house)

    assert answer["status"] == 200
    assert "`python -m include rollback --portal sandbox`" in answer["body"]
    assert "1,234" in answer["body"]


def test_an_unreadable_registry_is_told_in_a_sentence(airflow, house):
    Path(house["PORTALS_FILE"]).write_text("portals: <script>")

    answer = airflow.get(PAGE, env=house)

    assert answer["status"] == 503
    assert "lists no portal" in answer["body"]
    assert str(Path(house["PORTALS_FILE"]).name) in answer["body"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_changed(method, airflow):
    assert airflow.get(PAGE, method=method)["status"] == 405
