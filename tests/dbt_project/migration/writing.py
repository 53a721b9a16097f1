"""What a faithful writer leaves in the target: a plan's rows as rows of the target's raw tables.

Independent of include/migration: what dbt plans and what dbt reconciles is proven without it.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import duckdb

from include.pipeline.settings import PROJECT_ROOT
from tests.dbt_project.migration.migration_portal import MigrationPortal
from tests.dbt_project.raw_portal import at

WRITTEN_AT = at("2026-06-11 08:00")
KEY = "migration_source_key"


class Writer:
    """Applies a plan to the raw rows of a target portal."""

    def __init__(
        self, target: MigrationPortal, plan: dict[str, list[dict[str, Any]]], first: int = 700_000,
        adopted: dict[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.target = target
        self.plan = plan
        self.numbers: Iterator[int] = count(first)
        self.adopted = adopted or {}  # contacts that HubSpot refused to make beside another one
        self.ids: dict[tuple[str, str], str] = {}
        self.stages: dict[tuple[str, str], str] = {}
        self.pipelines: dict[str, str] = {}
        self.labels = {"Requester": 91}

    def write(self) -> MigrationPortal:
        """Write everything, in the order of the contract."""
        self._definitions()
        self._pipelines()
        for kind in ("contacts", "companies", "deals"):
            for row in self.plan[f"plan_{kind}"]:
                self._record(kind, row)
        for row in self.plan["plan_tickets"]:
            self._ticket(row)
        for row in self.plan["plan_associations"]:
            self._link(row)
        for row in self.plan["plan_files"]:
            if row["action"] == "create":
                self._file(row)
        for row in self.plan["plan_engagements"]:
            self._engagement(row)
        return self.target

    def _file(self, row: dict[str, Any]) -> None:
        new = self.ids["files", row["source_id"]] = self._new()
        portal, _, _ = row["source_key"].partition(":")
        # the file manager has its own way with blanks and capitals, and with names that are taken
        stem, _, extension = row["name"].rpartition(".")
        name = f"{stem.lower().replace(' ', '-')}-1.{extension}"
        path = f"/migration/{portal}/{row['source_id']}/{name}"
        self.target.file(new, name, row["size"], path)

    def _known(self, table: str, **key: str) -> dict[str, Any]:
        (found,) = (
            row
            for row in self.target.rows[table]
            if all(row[name] == value for name, value in key.items())
        )
        return found

    def _new(self) -> str:
        return str(next(self.numbers))

    def _definitions(self) -> None:
        for row in self.plan["plan_property_groups"]:
            if row["action"] == "create":
                self.target.add("property_groups", object_type=row["object_type"], name=row["name"],
                                label=row["label"], display_order=row["display_order"])  # fmt: skip
        for row in self.plan["plan_properties"]:
            told = json.loads(row["definition"])
            if row["action"] == "create":
                self.target.define(
                    row["object_type"], told["name"], told["type"], told["fieldType"],
                    options=json.dumps(told.get("options", [])),
                    unique=told.get("hasUniqueValue", False),
                )  # fmt: skip
                self.target.rows["properties"][-1] |= {
                    "label": told["label"], "group_name": told["groupName"]}  # fmt: skip
            elif row["action"] == "patch_options":
                known = self._known("properties", object_type=row["object_type"], name=row["name"])
                known["options"] = json.dumps(told["options"])

    def _pipelines(self) -> None:
        for row in self.plan["plan_pipelines"]:
            source_id = row["source_pipeline_id"]
            self.pipelines[source_id] = row["target_pipeline_id"] or self._new()
            if row["action"] == "create":
                self.target.add("pipelines", id=self.pipelines[source_id], label=row["label"],
                                display_order=row["display_order"])  # fmt: skip
        for row in self.plan["plan_stages"]:
            key = (row["source_pipeline_id"], row["source_stage_id"])
            self.stages[key] = row["target_stage_id"] or self._new()
            if row["action"] == "create":
                self.target.add(
                    "stages", pipeline_id=self.pipelines[key[0]], id=self.stages[key],
                    label=row["label"], display_order=row["display_order"],
                    ticket_state=row["ticket_state"], is_closed=row["ticket_state"] == "CLOSED",
                    archived=False,
                )  # fmt: skip

    def _record(self, kind: str, row: dict[str, Any]) -> None:
        if row["action"] == "match":
            self.ids[kind, row["source_id"]] = row["target_id"]
        elif row["source_id"] in self.adopted:
            self.ids[kind, row["source_id"]] = self.adopted[row["source_id"]]
        elif row["action"] == "create":
            new = self.ids[kind, row["source_id"]] = self._new()
            self._put(kind, new, json.loads(row["properties"]) | {KEY: row["source_key"]})

    def _put(self, kind: str, record_id: str, values: dict[str, str]) -> None:
        self.target.add(kind, id=record_id, created_at=WRITTEN_AT, updated_at=WRITTEN_AT,
                        archived=False, properties=json.dumps(values))  # fmt: skip

    def _ticket(self, row: dict[str, Any]) -> None:
        if row["target_id"]:
            self.ids["tickets", row["source_id"]] = row["target_id"]
        if row["action"] == "skip":
            return
        values = json.loads(row["properties"])
        if "hs_pipeline" in values:
            place = (values["hs_pipeline"], values["hs_pipeline_stage"])
            values |= {
                "hs_pipeline": self.pipelines[place[0]],
                "hs_pipeline_stage": self.stages[place],
            }
        if row["action"] == "update":
            known = self._known("tickets", id=row["target_id"])
            known["properties"] = json.dumps(json.loads(known["properties"]) | values)
            return
        new = self.ids["tickets", row["source_id"]] = self._new()
        stamped = {"hs_object_source": "INTEGRATION", "hs_object_source_id": "app-1",
                   "createdate": "2026-06-11T08:00:00.000Z", "hs_object_id": new}  # fmt: skip
        self._put("tickets", new, values | stamped | {KEY: row["source_key"]})

    def _link(self, row: dict[str, Any]) -> None:
        ends = (
            self.ids["tickets", row["source_ticket_id"]],
            self.ids[row["object_type"], row["source_object_id"]],
        )
        if row["action"] == "archive":
            for one in self.target.rows["ticket_associations"]:
                if (one["ticket_id"], one["object_id"]) == ends:
                    one["gone_at"] = WRITTEN_AT
            return
        types = json.loads(row["types"])
        for one in types:
            if one["category"] == "USER_DEFINED":
                one["typeId"] = self.labels[one["label"]]
        self.link(*ends, row["object_type"], types)

    def link(self, ticket_id: str, object_id: str, object_type: str, types: list[dict]) -> None:
        """Add a link to the target."""
        self.target.add("ticket_associations", ticket_id=ticket_id, object_type=object_type,
                        object_id=object_id, types=json.dumps(types), observed_at=WRITTEN_AT,
                        is_first_read=True)  # fmt: skip

    def _engagement(self, row: dict[str, Any]) -> None:
        values = json.loads(row["properties"]) | {KEY: row["source_key"]}
        wanted = [("files", one) for one in json.loads(row["attachment_ids"])]
        carried = [self.ids[one] for one in wanted if one in self.ids]
        values |= {"hs_attachment_ids": ";".join(carried)} if carried else {}
        if row["action"] == "update":
            known = self._known(row["object_type"], id=row["target_id"])
            known["properties"] = json.dumps(json.loads(known["properties"]) | values)
            return
        new = self._new()
        self._put(row["object_type"], new, values)
        for link in json.loads(row["links"]):
            end = self.ids[link["object_type"], link["source_id"]]
            if link["object_type"] == "tickets":
                self.link(end, new, row["object_type"], [])
            else:
                self.target.engagement_link(row["object_type"], new, end)


def write_ledger(path: Path, writer: Writer, source_id: str) -> None:
    """Write what the ledger of a writer says: `outcome.duckdb`, as outcome_tables.sql has it."""
    path.unlink(missing_ok=True)
    entries = []
    for (kind, record_id), target_id in writer.ids.items():
        made = record_id not in writer.adopted
        entries.append((kind, f"{source_id}:{record_id}", record_id, target_id, made))
    entries += [("pipelines", one, one, there, True) for one, there in writer.pipelines.items()]
    entries += [
        ("stages", f"{pipeline}/{stage}", stage, there, True)
        for (pipeline, stage), there in writer.stages.items()
    ]
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as outcome; use outcome")
        connection.execute((PROJECT_ROOT / "include/migration/outcome_tables.sql").read_text())
        connection.execute(
            "insert into ledger.migrations values ('m', 'm', ?, '2222', 'written', ?)",
            [source_id, WRITTEN_AT],
        )
        connection.executemany(
            "insert into ledger.entries values "
            "('m', ?, ?, ?, ?, 'create', 'confirmed', ?, null, 1)",
            entries,
        )


def moved(text: str, by: Any) -> str:
    """A moment as HubSpot writes it, moved."""
    moment = datetime.fromisoformat(text.removesuffix("Z")) + by
    return moment.isoformat(timespec="milliseconds") + "Z"
