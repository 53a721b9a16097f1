"""Plan and reconcile as the pipeline does, on two portals that were written row by row."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from include.migration.choices import PlanChoices
from include.migration.files import MigrationFiles
from include.migration.plan_tables import contract
from include.pipeline.migration.models import build_plan
from include.pipeline.registry import Portal
from tests.dbt_project.migration.lookups import write_lookups
from tests.dbt_project.migration.migration_portal import SOURCE, TARGET, MigrationPortal


@dataclass
class Pair:
    """Two portals' folders under one data folder."""

    source: Portal
    target: Portal

    @property
    def files(self) -> MigrationFiles:
        return MigrationFiles(self.target.files, self.source.portal_id)

    def rows(self, query: str, file: Path | None = None) -> list[tuple]:
        with duckdb.connect(str(file or self.files.plan), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def put(self, portal: Portal, raw: MigrationPortal) -> None:
        portal.files.ensure()
        portal.files.warehouse.unlink(missing_ok=True)
        raw.write(portal.files.warehouse)

    def planned(self) -> dict[str, list[dict[str, Any]]]:
        """Every table of the plan, row by row."""
        tables = {}
        with duckdb.connect(str(self.files.plan), read_only=True) as connection:
            for table in contract():
                found = connection.execute(f"select * from migration.{table} order by all")
                names = [name for name, *_ in found.description]
                tables[table] = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        return tables

    def plan(self, target: MigrationPortal, choices: PlanChoices | None = None, **more) -> None:
        self.files.ensure()
        write_lookups(self.files.lookups, target, self.source.portal_id)
        asked = choices or PlanChoices(fallback_owner="desk@example.com")
        build_plan(self.source, self.target, asked, **more)


def pair(data_dir: Path, monkeypatch, source_id: str = SOURCE) -> Pair:
    monkeypatch.setenv("DATA_DIR", str(data_dir))
    return Pair(
        Portal(f"source{source_id}", source_id, "hubspot_a", "0 2 * * *"),
        Portal("target", TARGET, "hubspot_b", "0 2 * * *"),
    )
