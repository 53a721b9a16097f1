"""Loads a dataset folder, in the order in which its files depend on one another."""

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from include.sandbox.contents import Contents
from include.sandbox.dataset.changes import read_changes
from include.sandbox.dataset.engagements import read_engagements
from include.sandbox.dataset.links import read_links
from include.sandbox.dataset.messages import read_messages
from include.sandbox.dataset.records import read_related, read_tickets
from include.sandbox.dataset.reference import read_owners, read_pipelines, read_properties
from include.sandbox.errors import BrokenDataset


def load_dataset(folder: Path) -> Contents:
    """Load a portal dataset whole.

    Args:
        folder: the dataset's folder, with its `manifest.json`.

    Raises:
        BrokenDataset: something in it is not right; nothing is loaded.
    """
    manifest = _read_manifest(folder)
    contents = Contents(
        manifest["portal_id"], str(manifest["name"]), str(manifest.get("time_zone") or "UTC")
    )
    read_pipelines(folder, contents)
    read_properties(folder, contents)
    read_owners(folder, contents)
    read_tickets(folder, contents)
    read_changes(folder, contents)
    read_related(folder, contents)
    read_engagements(folder, contents)
    read_links(folder, contents)
    read_messages(folder, contents)
    return contents


def _read_manifest(folder: Path) -> dict[str, Any]:
    path = folder / "manifest.json"
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BrokenDataset(
            "manifest.json", None, f"there is none in {folder}: is this a portal dataset?"
        ) from None
    except json.JSONDecodeError as error:
        raise BrokenDataset("manifest.json", error.lineno, f"not JSON: {error.msg}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise BrokenDataset("manifest.json", None, f"it cannot be read ({error})") from None
    if not isinstance(manifest, dict) or "name" not in manifest:
        raise BrokenDataset("manifest.json", 1, "the field 'name' is missing")
    portal_id = manifest.get("portal_id")
    if not str(portal_id).isdigit():
        raise BrokenDataset("manifest.json", 1, "the field 'portal_id' is not a whole number")
    try:
        ZoneInfo(str(manifest.get("time_zone") or "UTC"))
    except (ZoneInfoNotFoundError, ValueError):
        raise BrokenDataset("manifest.json", 1, "the field 'time_zone' is no time zone") from None
    manifest["portal_id"] = int(str(portal_id))
    return manifest
