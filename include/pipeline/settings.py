"""The settings that come from the environment, read in one place."""

import os
from datetime import timedelta
from pathlib import Path

from include.pipeline.errors import BadRequest

PROJECT_ROOT = Path(__file__).resolve().parents[2]


def data_dir() -> Path:
    """Return the folder that holds every portal's files (`DATA_DIR`, default `./data`)."""
    return Path(os.environ.get("DATA_DIR") or PROJECT_ROOT / "data").expanduser().resolve()


def portals_file() -> Path:
    """Return the registry's path (`PORTALS_FILE`, default `include/portals.yaml`)."""
    named = os.environ.get("PORTALS_FILE")
    return Path(named).expanduser().resolve() if named else PROJECT_ROOT / "include/portals.yaml"


def hold_back() -> timedelta:
    """Return how far behind HubSpot's now the cursor stays (`HOLD_BACK_MINUTES`, default 60).

    HubSpot's search index shows changes late and out of order: minutes by report, and one
    connector re-reads after an hour. What lies within the hold-back is met again by the next run.

    Raises:
        BadRequest: the variable is not a number of minutes.
    """
    named = os.environ.get("HOLD_BACK_MINUTES", "60")
    try:
        minutes = float(named)
    except ValueError:
        minutes = -1.0
    if not 0 <= minutes <= 10_080:
        raise BadRequest(f"HOLD_BACK_MINUTES is '{named}'; give minutes between 0 and 10080.")
    return timedelta(minutes=minutes)


def generations_kept() -> int:
    """Return how many published files are kept for rollback (`GENERATIONS_KEPT`, default 5).

    Raises:
        BadRequest: the variable is not a whole number of at least 1.
    """
    named = os.environ.get("GENERATIONS_KEPT", "5")
    if not named.isdecimal() or int(named) < 1:
        raise BadRequest(f"GENERATIONS_KEPT is '{named}'; give a whole number of at least 1.")
    return int(named)


def threads_listed_nightly() -> int:
    """Return how many threads a night lists at most (`THREADS_LISTED_NIGHTLY`, default 50,000).

    One call lists 500, and one call waits for another: 50,000 take 100 calls and half a minute,
    beside what else is read.

    Raises:
        BadRequest: the variable is not a whole number.
    """
    return _whole_number("THREADS_LISTED_NIGHTLY", "50000")


def link_calls_nightly() -> int:
    """Return the calls that a night spends on links in turn (`LINK_CALLS_NIGHTLY`, default 8).

    One call reads the links of 1,000 tickets to one object type.

    Raises:
        BadRequest: the variable is not a whole number.
    """
    return _whole_number("LINK_CALLS_NIGHTLY", "8")


def _whole_number(name: str, default: str) -> int:
    named = os.environ.get(name, default)
    if not named.isdecimal():
        raise BadRequest(f"{name} is '{named}'; give a whole number, 0 for none.")
    return int(named)
