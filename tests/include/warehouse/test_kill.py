import os
import subprocess
import sys

import pytest

# A seed that failed, again: WAREHOUSE_KILLS_SEED=<seed> pytest tests/include/warehouse/test_kill.py


def test_nights_killed_at_any_moment_go_on_and_end_equal(tmp_path):
    check_kills(tmp_path, kills=7)


@pytest.mark.slow
def test_nights_killed_hundreds_of_times_go_on_and_end_equal(tmp_path):
    check_kills(tmp_path, kills=300)


def check_kills(folder, kills):
    seed = os.environ.get("WAREHOUSE_KILLS_SEED", str(os.getpid()))
    module = "tests.include.warehouse.killed_nights"
    done = subprocess.run(
        [sys.executable, "-m", module, str(folder), str(kills), seed],
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, f"WAREHOUSE_KILLS_SEED={seed}\n{done.stderr}"
    done_kills = done.stdout.split()[0]
    assert int(done_kills) >= kills / 2, done.stdout
