"""What runs in the build's own process: dbt, without the description of itself that it writes.

`target/manifest.json` is several megabytes, written twice a run: a second of every night, and
nothing here reads it. dbt's only switch for it withholds `run_results.json` too, so that one is
written here, with what the parent reads of it.
"""

import json
import sys
from pathlib import Path

from dbt.cli.main import dbtRunner, dbtRunnerResult

BROKEN = 2


def main() -> int:
    """Run dbt with the words that follow the path of the results; return dbt's exit code."""
    results, *words = sys.argv[1:]
    ended = dbtRunner().invoke(["--no-write-json", *words])
    if ended.exception is not None:
        return BROKEN
    Path(results).write_text(json.dumps(_outcome(ended)), encoding="utf-8")
    return 0 if ended.success else 1


def _outcome(ended: dbtRunnerResult) -> dict:
    """Give the fields of dbt's own `run_results.json` that are read: seconds, and a row a node."""
    return {
        "elapsed_time": ended.result.elapsed_time,
        "results": [
            {
                "unique_id": result.node.unique_id,
                "status": str(result.status),
                "failures": result.failures,
                "execution_time": result.execution_time,
            }
            for result in ended.result.results
        ],
    }


if __name__ == "__main__":
    sys.exit(main())
