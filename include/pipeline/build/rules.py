"""What must be equal for a build to go on from the former one: code, policies and definitions."""

import hashlib
from importlib.metadata import version
from pathlib import Path

from include.pipeline.settings import PROJECT_ROOT
from include.warehouse.files import PortalFiles
from include.warehouse.trust import definitions

DBT_PROJECT = PROJECT_ROOT / "dbt_project"
# The tests of the marts change no row.
_CODE = ("models", "macros", "dbt_project.yml")
# Models that a night never runs.
_MIGRATION = DBT_PROJECT / "models/migration"
_ENGINES = ("dbt-core", "dbt-duckdb", "duckdb")


def build_rules(files: PortalFiles, seeds: Path) -> str:
    """Give one hash of everything but the rows that the marts are made of.

    Args:
        files: the portal's; its warehouse holds the definitions.
        seeds: the assembled policy files.
    """
    digest = hashlib.sha256()
    for root in (*(DBT_PROJECT / name for name in _CODE), seeds):
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if path.is_file() and _MIGRATION not in path.parents:
                digest.update(f"\0{path.relative_to(root)}\0".encode())
                digest.update(path.read_bytes())
    for engine in _ENGINES:
        digest.update(f"\0{engine} {version(engine)}".encode())
    digest.update(definitions(files).encode())
    return digest.hexdigest()
