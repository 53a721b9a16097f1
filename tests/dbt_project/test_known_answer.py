"""The real incident log, loaded straight from its files: what the SLA mart must say is known."""

import csv
import gzip
import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from tests.dbt_project.dbt_run import Built, run_dbt
from tests.dbt_project.raw_portal import RawPortal, at

pytestmark = pytest.mark.real_log
END = datetime(2017, 3, 1)


def _rows(folder: Path, name: str) -> Iterator[dict[str, str]]:
    with gzip.open(folder / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


class RealLog(RawPortal):
    """The log's folder as raw tables, by DuckDB: row by row would take minutes."""

    def __init__(self, folder: Path) -> None:
        super().__init__(END)
        self.folder = folder
        stages = sorted(_rows(folder, "stages"), key=lambda row: int(row["display_order"]))
        self.pipeline(
            "incidents", [(row["stage_id"], row["label"], row["ticket_state"]) for row in stages]
        )

    def write(self, path: Path) -> None:
        """Write all raw tables."""
        super().write(path)
        # in the file's order, and an empty cell stays empty
        read = (
            "read_csv('{}/{}.csv.gz', all_varchar = true, header = true, nullstr = '\\N', "
            "parallel = false)"
        )
        changes, tickets = (
            read.format(self.folder, name) for name in ("property_changes", "tickets")
        )
        with duckdb.connect(str(path)) as connection:
            connection.execute("set TimeZone = 'UTC'")
            connection.execute(
                f"""
                create temp table changes as
                select *, cast(cast(changed_at as timestamptz) as timestamp) as moment,
                    row_number() over () as line
                from {changes}
                """
            )
            connection.execute(
                """
                insert into raw.ticket_property_history by name
                select ticket_id, property as property_name, moment as changed_at, value,
                    row_number() over (
                        partition by ticket_id, property, moment, value order by line
                    ) as occurrence,
                    row_number() over (
                        partition by ticket_id, property, moment order by line
                    ) as sequence,
                    source_type, source_id
                from changes
                """
            )
            connection.execute(
                f"""
                insert into raw.tickets by name
                select ticket_id as id,
                    cast(cast(created_at as timestamptz) as timestamp) as created_at,
                    created_at as updated_at, false as archived,
                    json_object('subject', subject, 'hs_pipeline', hs_pipeline) as properties
                from {tickets}
                """
            )


@pytest.fixture(scope="module")
def log() -> Path:
    folder = os.environ.get("INCIDENT_LOG_DIR")
    if not folder:
        pytest.skip("INCIDENT_LOG_DIR is not set: the real incident log is not at hand")
    return Path(folder).resolve()


@pytest.fixture(scope="module")
def built(log: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    policies = {path.stem: path.read_text("utf-8") for path in (log / "policies").glob("*.csv")}
    result = run_dbt(tmp_path_factory.mktemp("log"), RealLog(log), policies=policies)
    assert result.code == 0, result.output
    return result


def test_the_sla_mart_disagrees_with_made_sla_for_exactly_13_incidents(
    built: Built, log: Path
) -> None:
    made = {row["ticket_id"]: row["made_sla"] == "true" for row in _rows(log, "truth")}
    found = dict(built.rows("select ticket_id, status = 'met' from marts.ticket_slas "
                            "where metric = 'resolution'"))  # fmt: skip
    assert len(made) == len(found) == 17_535
    assert sum(found[ticket_id] != made[ticket_id] for ticket_id in made) == 13


def test_all_history_is_there_and_its_last_values_equal_the_truth(built: Built, log: Path) -> None:
    rows = json.loads((log / "manifest.json").read_text("utf-8"))["rows"]
    assert built.one("select count(*) from marts.ticket_property_history") == (
        rows["property_changes"],
    )
    for name in ("reassignment_count", "reopen_count"):
        last = built.rows(
            "select ticket_id, arg_max(new_value, (changed_at, sequence)) "
            f"from marts.ticket_property_history where property_name = '{name}' group by ticket_id"
        )
        assert dict(last) == {row["ticket_id"]: row[name] for row in _rows(log, "truth")}


def test_a_touch_after_closing_is_no_stop(built: Built, log: Path) -> None:
    closed = dict(built.rows("select ticket_id, closed_at from marts.tickets"))
    touched = [
        row["ticket_id"]
        for row in _rows(log, "truth")
        if at(row["closed_at"]) != closed[row["ticket_id"]]
    ]
    assert len(touched) == 33
    assert built.one("select sum(reopen_count), max(reopen_count) from marts.tickets") == (226, 8)
