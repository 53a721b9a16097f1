"""dbt's own unit tests: of each rule, on rows that stand beside it."""

import json
import re
from datetime import UTC, datetime

from tests.dbt_project.dbt_run import PROJECT, run_dbt
from tests.dbt_project.raw_portal import RawPortal

DECLARED = {
    name
    for file in PROJECT.glob("models/**/*.yml")
    for _, listed in [file.read_text("utf-8").partition("\nunit_tests:\n")[1:]]
    for name in re.findall(r"^  - name: (\w+)$", listed, re.MULTILINE)
}


def test_every_rule_of_a_model_holds_on_its_own_rows(tmp_path) -> None:
    """Models are built of an empty warehouse: a unit test of dbt asks for their columns only."""
    portal = RawPortal(datetime(2026, 6, 10, tzinfo=UTC))
    command = ("build", "--exclude-resource-type", "test")
    built = run_dbt(tmp_path, portal, *command)
    ran = json.loads((tmp_path / "target/run_results.json").read_text("utf-8"))["results"]
    units = [one for one in ran if one["unique_id"].startswith("unit_test.")]
    failed = {
        one["unique_id"].rpartition(".")[2]: one["message"]
        for one in units
        if one["status"] not in ("pass", "skipped")  # what stands on a failed one is skipped
    }
    assert failed == {}
    assert {one["unique_id"].rpartition(".")[2] for one in units} == DECLARED != set()
    assert built.code == 0, built.output
