"""Pipelines of tickets and deals, their stages, and the seven properties that each stage brings."""

from dataclasses import dataclass, field
from typing import Any

from include.sandbox.definitions import Definitions, Property, option
from include.sandbox.moments import to_iso

# Name, label, type and field type of the properties of one stage (hubspot-api.md 3.5).
_STAGE_PROPERTIES = (
    ("hs_v2_date_entered_", "Date entered", "datetime", "calculation_equation"),
    ("hs_v2_date_exited_", "Date exited", "datetime", "calculation_equation"),
    ("hs_v2_latest_time_in_", "Latest time in", "number", "calculation_equation"),
    ("hs_v2_cumulative_time_in_", "Cumulative time in", "number", "calculation_equation"),
    ("hs_date_entered_", "Date entered", "datetime", "calculation_read_time"),
    ("hs_date_exited_", "Date exited", "datetime", "calculation_read_time"),
    ("hs_time_in_", "Time in", "number", "calculation_read_time"),
)

PLACES = {"tickets": ("hs_pipeline", "hs_pipeline_stage"), "deals": ("pipeline", "dealstage")}
_DEAL_STAGES = (
    ("appointmentscheduled", "Appointment Scheduled", "0.2"),
    ("qualifiedtobuy", "Qualified To Buy", "0.4"),
    ("presentationscheduled", "Presentation Scheduled", "0.6"),
    ("decisionmakerboughtin", "Decision Maker Bought-In", "0.8"),
    ("contractsent", "Contract Sent", "0.9"),
    ("closedwon", "Closed Won", "1.0"),
    ("closedlost", "Closed Lost", "0.0"),
)


@dataclass(slots=True)
class Stage:
    """One stage: a ticket's has a `state`, OPEN or CLOSED; a deal's a `probability`, 0.0 to 1.0."""

    id: str
    label: str
    display_order: int
    state: str
    created: int = 0
    updated: int = 0
    archived_at: int | None = None
    probability: str = ""

    @property
    def is_closed(self) -> bool:
        """Whether a ticket or deal in this stage counts as closed."""
        return self.state == "CLOSED"

    def body(self) -> dict[str, Any]:
        """Return the stage as the pipelines API shows it."""
        metadata = {"isClosed": "true" if self.is_closed else "false"}
        if self.probability:
            metadata["probability"] = self.probability
        else:
            metadata["ticketState"] = self.state
        body = {
            "label": self.label,
            "displayOrder": self.display_order,
            "metadata": metadata,
            "id": self.id,
            "createdAt": to_iso(self.created),
            "updatedAt": to_iso(self.updated),
            "archived": self.archived_at is not None,
            "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
        }
        if self.archived_at is not None:
            body["archivedAt"] = to_iso(self.archived_at)
        return body


@dataclass(slots=True)
class Pipeline:
    """One pipeline with its stages in display order; `gone` ones can be restored."""

    id: str
    label: str
    display_order: int
    stages: list[Stage] = field(default_factory=list)
    created: int = 0
    updated: int = 0
    archived_at: int | None = None
    gone: dict[str, Stage] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """Return the pipeline as the pipelines API shows it."""
        ordered = sorted(self.stages, key=lambda stage: stage.display_order)
        body = {
            "label": self.label,
            "displayOrder": self.display_order,
            "id": self.id,
            "stages": [stage.body() for stage in ordered],
            "createdAt": to_iso(self.created),
            "updatedAt": to_iso(self.updated),
            "archived": self.archived_at is not None,
        }
        if self.archived_at is not None:
            body["archivedAt"] = to_iso(self.archived_at)
        return body


class Pipelines:
    """The pipelines of an object type, in display order.

    `pipeline_property` and `stage_property` are where its records name them.
    """

    def __init__(self, pipelines: list[Pipeline], object_type: str = "tickets") -> None:
        self.object_type = object_type
        self.pipeline_property, self.stage_property = PLACES[object_type]
        self.all = list(pipelines)
        self.gone: dict[str, Pipeline] = {}
        self.closed_stage_ids: set[str] = set()
        self.audits: dict[str, list[dict[str, Any]]] = {}  # of pipelines and stages, newest first
        self.last_id = 148_900_000
        self.refresh()

    def refresh(self) -> None:
        """Put in order what was changed.

        A closed stage that is gone still closes the tickets that dangle in it.
        """
        self.all.sort(key=lambda pipeline: pipeline.display_order)
        self.by_id = {pipeline.id: pipeline for pipeline in self.all}
        stages = [stage for pipeline in self.all for stage in pipeline.stages]
        self.stage_ids = {stage.id for stage in stages}
        self.closed_stage_ids |= {stage.id for stage in stages if stage.is_closed}
        self.closed_stage_ids -= {stage.id for stage in stages if not stage.is_closed}

    def define_properties(self, definitions: Definitions) -> None:
        """Define each stage's seven properties, and the options of pipeline and stage."""
        definitions.by_name[self.pipeline_property].options = [
            option(pipeline.id, pipeline.label, i) for i, pipeline in enumerate(self.all)
        ]
        options: list[dict[str, Any]] = []
        for pipeline in self.all:
            for stage in pipeline.stages:
                options.append(option(stage.id, f"{stage.label} ({pipeline.label})", len(options)))
                for prefix, label, kind, field_type in _STAGE_PROPERTIES:
                    definitions.define(
                        Property(
                            prefix + stage.id,
                            f"{label} '{stage.label} ({pipeline.label})'",
                            kind,
                            field_type,
                            calculated=True,
                            defined_by_hubspot=True,
                            created=stage.created,
                            updated=stage.updated,
                        )
                    )
        definitions.by_name[self.stage_property].options = options


def default_pipeline() -> Pipeline:
    """Return the pipeline that every new portal has."""
    labels = ("New", "Waiting on contact", "Waiting on us", "Closed")
    stages = [
        Stage(str(i + 1), label, i, "CLOSED" if label == "Closed" else "OPEN")
        for i, label in enumerate(labels)
    ]
    return Pipeline("0", "Support Pipeline", 0, stages)


def sales_pipeline() -> Pipeline:
    """Return the deal pipeline that every new portal has."""
    stages = [
        Stage(stage_id, label, i, state_at(probability), probability=probability)
        for i, (stage_id, label, probability) in enumerate(_DEAL_STAGES)
    ]
    return Pipeline("default", "Sales Pipeline", 0, stages)


def state_at(probability: str) -> str:
    """Return the state of a deal's stage: what is certain, either way, is closed."""
    return "CLOSED" if float(probability) in (0.0, 1.0) else "OPEN"
