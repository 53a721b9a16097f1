"""The policy files that apply to a portal: the defaults, each replaced by the portal's own file.

Checked before dbt runs, so that a wrong policy is one sentence with file and row, not a failed
query. What the files mean is dbt's business.
"""

import csv
import shutil
from collections.abc import Iterable
from pathlib import Path

from include.pipeline.errors import PolicyError
from include.pipeline.policy_rules import COLUMNS, check_policies, read_rows
from include.pipeline.settings import PROJECT_ROOT

DEFAULTS = PROJECT_ROOT / "dbt_project/seeds"
# Lies there too, and is no policy: what a migration into the portal makes of the source's values.
MAPS = "migration_maps.csv"


def assemble(folder: Path | None, into: Path) -> Path:
    """Put the policy files that apply into one folder, checked.

    Args:
        folder: the portal's own files, or None; a file there replaces the default of its name.
        into: emptied and filled.

    Returns:
        `into`, ready to be dbt's seed folder.

    Raises:
        PolicyError: the folder is missing, or a file breaks a rule; names the file and the row.
    """
    chosen = require_policies(folder)
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir(parents=True)
    for name, path in chosen.items():
        # dbt needs the header exactly; re-written rather than copied to shed a byte-order mark.
        _write(into / name, COLUMNS[name], (row for _, row in read_rows(path)))
    for other in DEFAULTS.glob("*.yml"):
        shutil.copy(other, into / other.name)
    return into


def require_policies(folder: Path | None) -> dict[str, Path]:
    """Hold the policy files that would apply to their rules.

    Returns:
        The path that applies, by file name.

    Raises:
        PolicyError: the folder is missing, or a file breaks a rule; names the file and the row.
    """
    if folder is not None and not folder.is_dir():
        raise PolicyError(
            f"the policies folder {folder} does not exist; nothing was published; create it, or "
            "take `policies` out of the portals file, and run again, which is safe."
        )
    strange = sorted(path.name for path in (folder or DEFAULTS).glob("*.csv"))
    strange = [name for name in strange if name not in COLUMNS and name != MAPS]
    if strange:
        # Misspelt, it would be passed over, and the default policy would be published instead.
        raise PolicyError(
            f"{folder} holds {', '.join(strange)}, which no policy file is called; nothing was "
            f"published; rename or remove it and run again, which is safe: the names are "
            f"{', '.join(COLUMNS)}."
        )
    chosen = {name: _choose(folder, name) for name in COLUMNS}
    check_policies(chosen)
    return chosen


def _choose(folder: Path | None, name: str) -> Path:
    own = folder / name if folder else None
    return own if own and own.is_file() else DEFAULTS / name


def _write(path: Path, columns: list[str], rows: Iterable[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        writer.writerows(rows)
