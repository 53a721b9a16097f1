"""Random nights, each built from the former one: at the end every mart equals a full refresh."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks.equality import compare
from tests.dbt_project.dbt_run import Built, run_dbt_again, write_policies
from tests.dbt_project.nightly_warehouse import Warehouse
from tests.dbt_project.random_nights import portal_by
from tests.dbt_project.random_tickets import AS_OF, policy_files

BUILD = ("build", "--exclude-resource-type", "unit_test", "--exclude-resource-type", "test")
# A night long before, then nights of days and of hours; the third did not read everything.
NIGHTS = [AS_OF - timedelta(days=3), *(AS_OF - timedelta(hours=h) for h in (42, 30, 15, 0))]
SEEDS = range(1, 7)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", SEEDS)
def test_nights_leave_what_a_full_refresh_makes(tmp_path: Path, seed: int) -> None:
    write_policies(tmp_path / "seeds", policy_files())
    warehouse = Warehouse(tmp_path / "warehouse.duckdb")
    for number, night in enumerate(NIGHTS):
        warehouse.load(portal_by(seed, night, count=120), is_whole=number != 2)
        built = _build(tmp_path)
    assert 0 < built.raw("select count(*) from staging.stg_hubspot__changed_tickets")[0][0] < 120
    gone_on = shutil.copy(built.marts, tmp_path / "gone_on.duckdb")
    tables = compare(Path(gone_on), _build(tmp_path, "--full-refresh").marts)
    assert len(tables) > 25
    assert [table for table in tables if table.only_left or table.only_right] == []


def _build(folder: Path, *arguments: str) -> Built:
    built = run_dbt_again(folder, *BUILD, *arguments)
    assert built.code == 0, built.output
    return built
