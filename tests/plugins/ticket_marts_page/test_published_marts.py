"""The connection that reads published files can do nothing else."""

from pathlib import Path

import duckdb
import pytest

from plugins.ticket_marts_page.published_marts import SANDBOX, Attainment, read_published


@pytest.fixture
def published(tmp_path: Path) -> Path:
    path = tmp_path / "tickets.duckdb"
    with duckdb.connect(str(path)) as file:
        file.execute("create table t as select 1 as id")
    return path


@pytest.mark.parametrize(
    "statement",
    [
        "insert into t values (2)",
        "attach 'other.duckdb'",
        "from read_csv('/etc/passwd')",
        "copy t to 'out.csv'",
        "install httpfs",
        "set threads = 4",
        "set enable_external_access = true",
    ],
)
def test_the_connection_refuses_everything_but_reading(statement, published):
    with duckdb.connect(str(published), read_only=True, config=SANDBOX) as file:
        assert file.execute("select id from t").fetchall() == [(1,)]
        with pytest.raises(duckdb.Error):
            file.execute(statement)


def test_a_file_without_the_promised_tables_is_told_by_its_error(published):
    marts = read_published("sandbox", published)

    assert marts.problem.startswith("The published file cannot be read (CatalogException)")
    assert marts.version is None


def test_a_file_that_does_not_say_what_it_is_is_told(published):
    with duckdb.connect(str(published)) as file:
        file.execute(
            "create schema meta; create table meta.published (version integer, data_as_of "
            "timestamp, complete_through timestamp, published_at timestamp)"
        )

    assert read_published("sandbox", published).problem == (
        "The published file does not say what it is."
    )


@pytest.mark.parametrize(("met", "breached", "ratio"), [(3, 1, 0.75), (0, 2, 0.0), (0, 0, None)])
def test_attainment_is_met_of_all_that_ended(met, breached, ratio):
    assert Attainment("resolution", "HIGH", met, breached).ratio == ratio
