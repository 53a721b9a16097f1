"""The portal registry: which portals there are. A new portal is an entry there, never code."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from croniter import croniter

from include.pipeline.errors import BadRequest, RegistryError
from include.pipeline.requests import ASSOCIATED_TYPES, require_associations
from include.pipeline.settings import PROJECT_ROOT, data_dir, portals_file
from include.warehouse.files import PortalFiles

# A name becomes part of DAG ids, pool names and folder names.
PORTAL_NAME = re.compile(r"[a-z][a-z0-9_]{0,60}")
KNOWN_KEYS = {"portal_id", "connection", "schedule", "policies", "associations"}
REQUIRED_KEYS = ("portal_id", "connection", "schedule")


@dataclass(frozen=True)
class Portal:
    """One portal of the registry.

    Attributes:
        name: what DAGs and commands call it.
        portal_id: HubSpot's id of the account, digits.
        connection: Airflow connection id that holds the base URL and the token.
        schedule: cron expression, UTC.
        policies: folder of policy CSV files that replace the defaults, or None.
        associations: what is synced that belongs to tickets: records, engagements, conversations.
            Fewer than all where the token may not read one of the records, or nobody needs it.
    """

    name: str
    portal_id: str
    connection: str
    schedule: str
    policies: Path | None = None
    associations: tuple[str, ...] = ASSOCIATED_TYPES

    def __post_init__(self) -> None:
        """Refuse a portal that cannot be."""
        if not PORTAL_NAME.fullmatch(self.name):
            raise RegistryError(
                f"the portals file names a portal '{self.name}'; use lower-case letters, "
                "digits and underscores, beginning with a letter"
            )
        if not self.portal_id.isdecimal():
            raise RegistryError(
                f"portal '{self.name}' has portal_id '{self.portal_id}'; HubSpot's ids are digits"
            )
        # Airflow would refuse it only when the DAG file runs, and every portal behind this one
        # would lose its DAG with it.
        if len(self.schedule.split()) != 5 or not croniter.is_valid(self.schedule):
            raise RegistryError(
                f"portal '{self.name}' has schedule '{self.schedule}'; give a cron expression "
                "of five fields, such as '0 2 * * *'"
            )
        try:
            require_associations(self.associations)
        except BadRequest as error:
            raise RegistryError(f"portal '{self.name}': {str(error).rstrip('.')}") from error

    @property
    def files(self) -> PortalFiles:
        """Return where this portal's files lie."""
        return PortalFiles(data_dir(), self.portal_id)


class _EachKeyOnce(yaml.SafeLoader):
    """Refuses a key that is given twice: YAML's own way is to drop the first."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Make a mapping's dictionary."""
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        if twice := [key for key in dict.fromkeys(keys) if keys.count(key) > 1]:
            line = node.start_mark.line + 1
            raise yaml.YAMLError(f"'{twice[0]}' is given twice in the mapping of line {line}")
        return super().construct_mapping(node, deep)


def load_registry(path: Path | None = None) -> dict[str, Portal]:
    """Read the registry.

    Args:
        path: the portals file; the setting `PORTALS_FILE` when None.

    Returns:
        Portals by name, in the file's order.

    Raises:
        RegistryError: missing or unreadable file, no portals, an unknown or missing key,
            or two portals with one portal id (they would share a warehouse).
    """
    path = path or portals_file()
    entries = _read_entries(path)
    portals = {name: _portal(str(name), entry, path) for name, entry in entries.items()}
    owners: dict[str, str] = {}
    for portal in portals.values():
        other = owners.setdefault(portal.portal_id, portal.name)
        if other != portal.name:
            raise RegistryError(
                f"{path} gives portal_id {portal.portal_id} to both '{other}' and "
                f"'{portal.name}'; a portal is listed once, for it owns one warehouse"
            )
    return portals


def find_portal(name: str) -> Portal:
    """Return the portal of that name.

    Raises:
        RegistryError: as `load_registry`, and when no portal has that name.
    """
    portals = load_registry()
    if name not in portals:
        raise RegistryError(
            f"no portal '{name}' in {portals_file()}; it lists: {', '.join(portals)}"
        )
    return portals[name]


def _read_entries(path: Path) -> dict[str, Any]:
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), _EachKeyOnce)  # noqa: S506 - a safe loader
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = getattr(error, "strerror", None) or " ".join(str(error).split())
        raise RegistryError(f"the portals file {path} cannot be read: {reason}") from error
    entries = document.get("portals") if isinstance(document, dict) else None
    if not isinstance(entries, dict) or not entries:
        raise RegistryError(
            f"the portals file {path} lists no portal; it needs a mapping 'portals' "
            "with at least one entry"
        )
    return entries


def _portal(name: str, entry: object, path: Path) -> Portal:
    if not isinstance(entry, dict):
        raise RegistryError(f"portal '{name}' in {path} is not a mapping of settings")
    unknown = sorted(set(map(str, entry)) - KNOWN_KEYS)
    missing = [key for key in REQUIRED_KEYS if entry.get(key) in (None, "")]
    if unknown or missing:
        said = [f"lacks {', '.join(missing)}"] if missing else []
        said += [f"has unknown settings {', '.join(unknown)}"] if unknown else []
        raise RegistryError(f"portal '{name}' in {path} {' and '.join(said)}")
    policies = entry.get("policies")
    associations = entry.get("associations", list(ASSOCIATED_TYPES))
    if not isinstance(associations, list):
        raise RegistryError(
            f"portal '{name}' in {path} has associations '{associations}'; give a list, such as "
            "[contacts, emails], or leave the key out to sync all"
        )
    return Portal(
        name=name,
        portal_id=str(entry["portal_id"]),
        connection=str(entry["connection"]),
        schedule=str(entry["schedule"]),
        # Relative to the project, so that the committed registry works from any folder.
        policies=(PROJECT_ROOT / str(policies)) if policies else None,
        associations=tuple(map(str, associations)),
    )
