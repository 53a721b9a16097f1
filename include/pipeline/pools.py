"""Airflow's pools, one slot a portal, printed for `airflow pools import`.

A pool per portal lets portals sync side by side while one portal's tasks never do.
"""

import json
import sys

from include.pipeline.registry import Portal, load_registry


def pool_of(portal: Portal) -> str:
    """Return the name of the pool that a portal's tasks run in."""
    return f"portal_{portal.name}"


def pools() -> dict[str, dict[str, object]]:
    """Return the pools that the registry asks for, in the form `airflow pools import` reads."""
    return {
        pool_of(portal): {
            "slots": 1,
            "description": f"One writer at a time for portal {portal.name}",
            "include_deferred": False,
        }
        for portal in load_registry().values()
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(pools(), indent=2) + "\n")
