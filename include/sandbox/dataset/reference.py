"""A dataset's properties, pipelines, stages and owners."""

import json
from pathlib import Path
from typing import Any

from include.sandbox.contents import Contents
from include.sandbox.dataset.rows import Table
from include.sandbox.definitions import Property, option
from include.sandbox.owners import Owner, user_id_of
from include.sandbox.pipelines import Pipeline, Pipelines, Stage


def read_properties(folder: Path, contents: Contents) -> None:
    """Define the portal's own ticket properties."""
    table = Table(folder, "properties.csv.gz", ("name", "label", "type", "field_type"))
    definitions, seen = contents.stores["tickets"].definitions, set()
    for cells in table.rows():
        row = dict(zip(table.columns, cells, strict=True))
        name = row["name"]
        if not name or name in seen:
            raise table.broken(f"the property {name!r} stands twice" if name else "no name")
        seen.add(name)
        definitions.define(
            Property(
                name,
                row["label"] or name,
                row["type"] or "string",
                row["field_type"] or "text",
                row.get("group_name", ""),
                _options(table, row.get("options", "")),
            )
        )


def _options(table: Table, text: str) -> list[dict[str, Any]]:
    if not text:
        return []
    try:
        listed = json.loads(text)
        if not isinstance(listed, list):
            raise TypeError
        return [
            option(str(o["value"]), str(o.get("label", o["value"])), i)
            if isinstance(o, dict)
            else option(str(o), str(o), i)
            for i, o in enumerate(listed)
        ]
    except (ValueError, KeyError, TypeError):
        raise table.broken("options is not a JSON list of values") from None


def read_pipelines(folder: Path, contents: Contents) -> None:
    """Read pipelines and stages; a dataset without any has HubSpot's default pipeline."""
    table = Table(folder, "pipelines.csv.gz", ("pipeline_id", "label", "display_order"))
    pipelines: dict[str, Pipeline] = {}
    for cells in table.rows():
        row = dict(zip(table.columns, cells, strict=True))
        pipeline_id = row["pipeline_id"]
        if not pipeline_id or pipeline_id in pipelines:
            raise table.broken(f"the pipeline {pipeline_id!r} is empty or stands twice")
        order = table.whole_number(row["display_order"], "display_order")
        pipelines[pipeline_id] = Pipeline(pipeline_id, row["label"], order)
    if pipelines:
        _read_stages(folder, pipelines)
        contents.pipelines = list(pipelines.values())
    Pipelines(contents.pipelines).define_properties(contents.stores["tickets"].definitions)


def _read_stages(folder: Path, pipelines: dict[str, Pipeline]) -> None:
    required = ("pipeline_id", "stage_id", "label", "display_order", "ticket_state")
    table = Table(folder, "stages.csv.gz", required)
    seen: set[tuple[str, str]] = set()
    for cells in table.rows():
        row = dict(zip(table.columns, cells, strict=True))
        pipeline_id, stage_id, state = row["pipeline_id"], row["stage_id"], row["ticket_state"]
        if pipeline_id not in pipelines:
            raise table.broken(f"the pipeline {pipeline_id!r} is unknown")
        if not stage_id or (pipeline_id, stage_id) in seen:
            raise table.broken(f"the stage {stage_id!r} is empty or stands twice")
        if state not in ("OPEN", "CLOSED"):
            raise table.broken(f"ticket_state {state!r} is neither OPEN nor CLOSED")
        seen.add((pipeline_id, stage_id))
        order = table.whole_number(row["display_order"], "display_order")
        pipelines[pipeline_id].stages.append(Stage(stage_id, row["label"], order, state))


def read_owners(folder: Path, contents: Contents) -> None:
    """Read owners, archived ones too; `teams` is a column that a dataset may have."""
    table = Table(folder, "owners.csv.gz", ("id", "email", "firstName", "lastName", "archived"))
    seen: set[str] = set()
    for cells in table.rows():
        row = dict(zip(table.columns, cells, strict=True))
        if not row["id"] or row["id"] in seen:
            raise table.broken(f"the owner {row['id']!r} is empty or stands twice")
        seen.add(row["id"])
        contents.owners.append(
            Owner(
                row["id"],
                row["email"],
                row["firstName"],
                row["lastName"],
                user_id_of(row["id"], table.line),
                archived=row["archived"].lower() == "true",
                teams=_teams(table, row.get("teams", "")),
            )
        )


def _teams(table: Table, text: str) -> list[tuple[str, str]]:
    """Read the teams of an owner, the primary one first."""
    if not text:
        return []
    try:
        return [(str(team["id"]), str(team["name"])) for team in json.loads(text)]
    except (ValueError, KeyError, TypeError):
        raise table.broken("teams is not a JSON list of objects with id and name") from None
