"""The manifest of a run: what landed, with checksums. A run without one never happened."""

import hashlib
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import orjson

from include.warehouse.durable import write_durably
from include.warehouse.errors import LandingCorrupt
from include.warehouse.files import PortalFiles

FORMAT = 1
NAME = "manifest.json"
_TIMES = ("window_from", "window_to", "data_as_of", "complete_through")


@dataclass(frozen=True)
class LandedFile:
    """One Parquet file of a run.

    Attributes:
        stream: Whose rows.
        name: Of the file, in the run's folder.
        sha256: Of its bytes, in hex.
        bytes: Its size.
        rows: Number of rows; a snapshot of nothing has a file with none.
        extracted_from: HubSpot's time of the first answer that it came from.
        extracted_to: Of the last one.
    """

    stream: str
    name: str
    sha256: str
    bytes: int
    rows: int
    extracted_from: datetime
    extracted_to: datetime


@dataclass(frozen=True)
class Manifest:
    """What one run landed.

    Attributes:
        run_id: Folder of the run.
        sequence: 1.. in the order in which the portal's runs were committed: the order in which
            they are loaded. Ids sort by this machine's clock, and a clock may be set back.
        portal_id: Whose data.
        mode: `incremental`, `full`, `window` or `sweep`.
        data_as_of: End of the read, HubSpot's time.
        window_from: Start of what was asked for (None: the cursor, or everything).
        window_to: End of what was asked for.
        is_whole: The run read everything that changed up to `data_as_of`; a window or a run that
            left something out does not, and marts may not say that they are as of its end.
        complete_through: The moment up to which this run proved that nothing is missing.
        proof: What the proof found, counted.
        cursors: Stream to the moment from which the next run reads.
        calls: Requests by kind, as the caller counted them.
        choices: What the caller chose to read (properties, associations).
        search_lag: How late search showed what had changed (`search_lag.SearchLag`).
        files: The Parquet files.
        sha256: Of the manifest itself.
    """

    run_id: str
    sequence: int
    portal_id: str
    mode: str
    data_as_of: datetime
    window_from: datetime | None = None
    window_to: datetime | None = None
    is_whole: bool = True
    complete_through: datetime | None = None
    proof: dict = field(default_factory=dict)
    cursors: dict[str, datetime] = field(default_factory=dict)
    calls: dict = field(default_factory=dict)
    choices: dict = field(default_factory=dict)
    search_lag: dict = field(default_factory=dict)
    files: tuple[LandedFile, ...] = ()
    sha256: str = ""

    @property
    def rows(self) -> dict[str, int]:
        """Stream to the number of rows landed."""
        return {file.stream: file.rows for file in self.files}

    def file_of(self, stream: str) -> LandedFile | None:
        """Give the file of a stream, or None when the run did not read it."""
        return next((file for file in self.files if file.stream == stream), None)


def write_manifest(folder: Path, manifest: Manifest) -> Manifest:
    """Make a run real.

    Args:
        folder: Of the run; its Parquet files are on the disk.
        manifest: Its `sha256` is ignored.

    Returns:
        The manifest with its checksum.
    """
    content = asdict(manifest)
    del content["sha256"]
    encoded = orjson.dumps({"format": FORMAT, **content}, option=orjson.OPT_INDENT_2)
    write_durably(folder / NAME, encoded)
    return _read(folder / NAME)


def read_manifests(files: PortalFiles) -> list[Manifest]:
    """Read what landed, in the order of the runs.

    Args:
        files: The portal's files.

    Returns:
        One manifest per finished run; unfinished runs are left out.

    Raises:
        LandingCorrupt: A manifest cannot be read, or is another portal's.
    """
    manifests = [_read(path) for path in files.landing.glob(f"*/{NAME}")]
    for manifest in manifests:
        if manifest.portal_id != files.portal_id:
            path = files.landing / manifest.run_id / NAME
            raise LandingCorrupt(path, f"belongs to portal {manifest.portal_id}, not to this one")
    return sorted(manifests, key=lambda manifest: (manifest.sequence, manifest.run_id))


def _read(path: Path) -> Manifest:
    encoded = path.read_bytes()
    try:
        return _decode(orjson.loads(encoded), hashlib.sha256(encoded).hexdigest(), path)
    except (orjson.JSONDecodeError, TypeError, KeyError, ValueError) as error:
        raise LandingCorrupt(path, f"is not a manifest ({type(error).__name__})") from error


def _decode(content: dict, sha256: str, path: Path) -> Manifest:
    if content.pop("format") != FORMAT:
        raise LandingCorrupt(path, "was written by a newer version of this project; update it")
    if content["run_id"] != path.parent.name:
        raise LandingCorrupt(path, f"is that of run {content['run_id']}")
    for name in _TIMES:
        content[name] = _moment(content.get(name))
    content["cursors"] = {name: _moment(at) for name, at in content["cursors"].items()}
    content["files"] = tuple(_landed_file(file) for file in content["files"])
    return Manifest(**content, sha256=sha256)


def _landed_file(content: dict) -> LandedFile:
    times = {name: _moment(content[name]) for name in ("extracted_from", "extracted_to")}
    return LandedFile(**{**content, **times})


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)
