"""A run's landing: pages while it reads, beside it one Parquet file per stream, then a manifest."""

import re
import secrets
import shutil
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict, Unpack

from include.warehouse.compaction import Compactions, check_reads
from include.warehouse.durable import sync
from include.warehouse.errors import LandingMisused
from include.warehouse.files import PortalFiles
from include.warehouse.journal import Journal
from include.warehouse.manifest import NAME, Manifest, read_manifests, write_manifest
from include.warehouse.pages import Pages
from include.warehouse.space import disk_space_for
from include.warehouse.streams import STREAMS
from include.warehouse.unfinished import ANSWERS, Begun, forget_beginning, note_beginning

__all__ = ["LandingRun", "Manifest", "discard_unfinished", "new_run_id", "read_manifests"]

RUN_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")
PAGES = "pages"


class Said(TypedDict, total=False):
    """What a manifest may say besides; what it means stands at `Manifest`."""

    is_whole: bool
    complete_through: datetime | None
    proof: dict
    calls: dict
    choices: dict
    search_lag: dict


def new_run_id(now: datetime) -> str:
    """Make the id of a run, e.g. `20261120T021500Z-3fa9c1`.

    Args:
        now: An aware moment.
    """
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


@dataclass
class LandingRun:
    """One run that lands. `write` may be called from several threads, the rest from one.

    Until `commit` returns the run does not exist for anybody: killed before that, it is gone on
    with (`unfinished`), or discarded and read again.

    Attributes:
        files: The portal's files.
        run_id: Its id and the name of its folder.
        mode: `incremental`, `full`, `window` or `sweep`.
        window_from: Start of what was asked for.
        window_to: End of what was asked for.
    """

    files: PortalFiles
    run_id: str
    mode: str
    window_from: datetime | None = None
    window_to: datetime | None = None
    _pages: dict[str, Pages] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _compactions: Compactions = field(init=False)

    def __post_init__(self) -> None:
        """Have somebody write the Parquet files."""
        self._compactions = Compactions(self.folder)

    @classmethod
    def begin(  # noqa: PLR0913 - the header of a run
        cls,
        files: PortalFiles,
        run_id: str,
        *,
        mode: str,
        portal_id: str,
        window_from: datetime | None = None,
        window_to: datetime | None = None,
    ) -> "LandingRun":
        """Start a run.

        Args:
            files: The portal's files.
            run_id: From `new_run_id`; not used before.
            mode: `incremental`, `full`, `window` or `sweep`.
            portal_id: Of the token that reads; must be that of the files.
            window_from: Start of what is asked for.
            window_to: End of what is asked for.

        Raises:
            LandingMisused: The portal is another one, or the run id is malformed or taken.
            OutOfSpace: The disk is full.
        """
        if portal_id != files.portal_id:
            raise LandingMisused(
                f"Data of portal {portal_id} may not land with that of portal {files.portal_id}: "
                "nothing was written; check the portal registry and the connection."
            )
        if not RUN_ID.fullmatch(run_id):
            raise LandingMisused(f"{run_id!r} is not a run id such as 20261120T021500Z-3fa9c1.")
        run = cls(files, run_id, mode, window_from, window_to)
        if run.folder.exists():
            raise LandingMisused(f"Run {run_id} has landed already: start one with a new id.")
        with disk_space_for(f"starting run {run_id}"):
            (run.folder / PAGES).mkdir(parents=True)
            sync(run.folder)
            sync(files.landing)
        return run

    @classmethod
    def go_on(cls, files: PortalFiles, begun: Begun) -> "LandingRun":
        """Start a run again that was cut off: its pages go, what it was told stays.

        Args:
            files: The portal's files.
            begun: From `unfinished_runs`.

        Raises:
            OutOfSpace: The disk is full.
        """
        run = cls(files, begun.run_id, begun.mode, begun.window_from, begun.window_to)
        with disk_space_for(f"going on with run {begun.run_id}"):
            for left in run.folder.iterdir():
                if left.is_dir():
                    shutil.rmtree(left)
                elif left.suffix in {".parquet", ".tmp"}:
                    left.unlink()
            (run.folder / PAGES).mkdir()
            note_beginning(run.folder, begun.tried_again())
        return run

    def journal(self, begun: Begun) -> Journal:
        """Open the journal of what the run is told, so that it can be gone on with.

        Args:
            begun: What is written down of its beginning.

        Raises:
            OutOfSpace: The disk is full.
        """
        if not (self.folder / ANSWERS).exists():
            note_beginning(self.folder, begun)
        return Journal(self.folder / ANSWERS)

    @property
    def folder(self) -> Path:
        """The run's folder."""
        return self.files.landing / self.run_id

    def write(self, stream: str, rows: list[dict], extracted_at: datetime) -> None:
        """Land one page, whole when this returns; `commit` makes it durable.

        A snapshot stream that turned out empty is said by a page of no rows; a stream never written
        was not read. The complete set of one (ticket, object type) has one `extracted_at`, and its
        row in the reads stream the same.

        Args:
            stream: A name in `STREAMS`.
            rows: Landing rows, without `extracted_at`.
            extracted_at: HubSpot's time of the answer, aware.

        Raises:
            LandingMisused: A row is not what the stream's spec says.
            OutOfSpace: The disk is full; the run cannot be committed any more.
        """
        pages = self._pages_of(stream)
        with disk_space_for(f"landing {stream} of run {self.run_id}"):
            pages.write(rows, extracted_at)
            self._compactions.note(pages)

    def write_columns(self, stream: str, columns: dict[str, list], extracted_at: datetime) -> None:
        """As `write`, for streams of so many rows that a dict for each is too much.

        Args:
            stream: A name in `STREAMS`.
            columns: A list of each column's values, all of one length; columns left out are null.
                Moments may be texts (ISO 8601, with a zone).
            extracted_at: HubSpot's time of the answer, aware.

        Raises:
            LandingMisused, OutOfSpace: As `write`.
        """
        pages = self._pages_of(stream)
        with disk_space_for(f"landing {stream} of run {self.run_id}"):
            pages.write_columns(columns, extracted_at)
            self._compactions.note(pages)

    def _pages_of(self, stream: str) -> Pages:
        if stream not in STREAMS:
            raise LandingMisused(
                f"There is no stream {stream!r}; it has to be added to streams.py."
            )
        with self._guard:
            if stream not in self._pages:
                self._pages[stream] = Pages(self.folder / PAGES, STREAMS[stream])
            return self._pages[stream]

    def commit(
        self, *, data_as_of: datetime, cursors: dict[str, datetime], **said: Unpack[Said]
    ) -> Manifest:
        """Make the run real: Parquet files, then the manifest, then the pages go.

        Args:
            data_as_of: End of the read, HubSpot's time.
            cursors: Stream to the moment from which the next run reads; empty for a backfill.
            **said: What else the manifest says.

        Returns:
            The manifest as it lies on the disk.

        Raises:
            LandingMisused: Association rows without their read (they would close links that stand).
            OutOfSpace: The disk is full; there is no manifest, so the run does not exist.
        """
        with disk_space_for(f"committing run {self.run_id}"):
            landed = self._compactions.end(self._pages)
            check_reads(self.folder, landed)
            sync(self.folder)
            manifest = Manifest(
                run_id=self.run_id,
                sequence=1 + max((m.sequence for m in read_manifests(self.files)), default=0),
                portal_id=self.files.portal_id,
                mode=self.mode,
                data_as_of=data_as_of,
                window_from=self.window_from,
                window_to=self.window_to,
                cursors=cursors,
                files=landed,
                **said,
            )
            manifest = write_manifest(self.folder, manifest)
        forget_beginning(self.folder)
        shutil.rmtree(self.folder / PAGES)
        return manifest

    def leave(self) -> None:
        """Write nothing more: the run was cut off, and another one goes on with it."""
        self._compactions.drop()

    def abandon(self) -> None:
        """Forget the run. Nothing of it is loaded; the next run reads from the same cursor."""
        self.leave()
        # first: a folder half removed, with its manifest, would stop every later load
        (self.folder / NAME).unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)


def discard_unfinished(files: PortalFiles, but: str | None = None) -> list[str]:
    """Remove what runs left that were killed before their manifest.

    Only while the portal's lock is held: a run that is still going on looks the same.

    Args:
        files: The portal's files.
        but: A run to keep, that is to be gone on with.

    Returns:
        The ids of the runs that were discarded.
    """
    discarded = []
    for folder in sorted(path for path in files.landing.glob("*") if path.is_dir()):
        if (folder / NAME).exists():
            # killed between the manifest and the removal of what it replaces
            forget_beginning(folder)
            shutil.rmtree(folder / PAGES, ignore_errors=True)
        elif folder.name != but:
            shutil.rmtree(folder)
            discarded.append(folder.name)
    return discarded
