"""Runs that were cut off before their manifest, and what is written down of their beginning."""

import time
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import orjson

from include.warehouse.durable import write_durably
from include.warehouse.files import PortalFiles
from include.warehouse.manifest import NAME

ANSWERS = "answers"
BEGUN = "begun.json"
FORMAT = 1
_TIMES = ("began", "window_from", "window_to")


@dataclass(frozen=True)
class Begun:
    """How a run began.

    Attributes:
        run_id: Its folder.
        mode: `incremental`, `full`, `window` or `sweep`.
        began: HubSpot's time at its beginning: its cursors and what it says it is as of.
        asked: What it was asked to do, as the caller writes it; compared, never read.
        runs_before: Manifests that the portal had. Once another run has landed, what this one was
            told is older than what is known, and it may not be gone on with.
        window_from: Start of what was asked for.
        window_to: End of what was asked for.
        tries: How often it was gone on with without being told anything new.
        bytes_told: Size of its journal when it was last gone on with.
    """

    run_id: str
    mode: str
    began: datetime
    asked: dict
    runs_before: int
    window_from: datetime | None = None
    window_to: datetime | None = None
    tries: int = 0
    bytes_told: int = 0

    def tried_again(self) -> "Begun":
        """Give what to write down when it is gone on with."""
        return replace(self, tries=self.tries + 1)


@dataclass(frozen=True)
class Unfinished:
    """A run that was cut off.

    Attributes:
        begun: How it began.
        idle_seconds: Since it was last told something, by this machine's clock.
        bytes_told: Size of what it was told.
    """

    begun: Begun
    idle_seconds: float
    bytes_told: int


def unfinished_runs(files: PortalFiles) -> list[Unfinished]:
    """Give the runs that can be gone on with, oldest first.

    Those whose beginning was not written down, or by a newer version, are left out.
    """
    found = (_read(path) for path in sorted(files.landing.glob(f"*/{BEGUN}")))
    return [run for run in found if run]


def note_beginning(folder: Path, begun: Begun) -> None:
    """Write down how a run began, durably."""
    write_durably(folder / BEGUN, orjson.dumps({"format": FORMAT, **asdict(begun)}))


def forget_beginning(folder: Path) -> None:
    """Remove what only an unfinished run needs; the beginning last, so that none is half there."""
    (folder / ANSWERS).unlink(missing_ok=True)
    (folder / BEGUN).unlink(missing_ok=True)


def _read(path: Path) -> Unfinished | None:
    answers = path.with_name(ANSWERS)
    if path.with_name(NAME).exists() or not answers.exists():
        return None
    try:
        content = orjson.loads(path.read_bytes())
        if content.pop("format") != FORMAT:
            return None
        times = {name: content[name] and _moment(content[name]) for name in _TIMES}
        begun = Begun(**content | times)
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return None
    told = answers.stat()
    if told.st_size > begun.bytes_told:
        begun = replace(begun, tries=0, bytes_told=told.st_size)
    return Unfinished(begun, max(0.0, time.time() - told.st_mtime), told.st_size)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
