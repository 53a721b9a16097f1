"""One property's definition: what it IS and how the properties API shows it."""

from dataclasses import dataclass, field
from typing import Any

from include.sandbox.moments import to_iso

# Stamped by HubSpot, though their definitions do not say `calculated`.
_SYSTEM = frozenset(
    {"createdate", "hs_createdate", "hs_lastmodifieddate", "lastmodifieddate", "hs_object_id"}
)
# Derived from stage and owner, though their definitions do not say so.
_DERIVED = frozenset(
    {
        "closed_date",
        "hs_last_closed_date",
        "hs_ticket_reopened_at",
        "hubspot_owner_assigneddate",
    }
)
# Whose options are pipelines, stages and owners: changed there, never in the definition.
_OPTIONS_ELSEWHERE = frozenset(
    {"hs_pipeline", "hs_pipeline_stage", "pipeline", "dealstage", "hubspot_owner_id"}
)


@dataclass(slots=True)
class Property:
    """One property's definition.

    `locked` values are HubSpot's to set though nothing calculates them here; `sensitivity` is
    non_sensitive, sensitive or highly_sensitive.
    """

    name: str
    label: str
    type: str = "string"
    field_type: str = "text"
    group: str = ""
    options: list[dict[str, Any]] = field(default_factory=list)
    calculated: bool = False
    defined_by_hubspot: bool = False
    unique: bool = False
    archived_at: int | None = None
    created: int = 0
    updated: int = 0
    description: str = ""
    display_order: int = -1
    hidden: bool = False
    form_field: bool = True
    locked: bool = False
    sensitivity: str = "non_sensitive"
    formula: str = ""

    @property
    def read_only(self) -> bool:
        """Whether its value is HubSpot's to set."""
        return self.locked or self._calculates

    @property
    def read_only_options(self) -> bool:
        """Whether its options are HubSpot's own."""
        of_others = self.read_only or self.name in _OPTIONS_ELSEWHERE
        return self.defined_by_hubspot and of_others

    @property
    def _calculates(self) -> bool:
        return (
            self.calculated
            or self.field_type.startswith("calculation")
            or self.name.startswith(("hs_v2_", "hs_object_source"))
        )

    @property
    def set_by_hubspot(self) -> bool:
        """Whether its value may come from somewhere else than what was written."""
        return self._calculates or self.name in _SYSTEM or self.name in _DERIVED

    def body(self) -> dict[str, Any]:
        """Return the definition as the properties API shows it (hubspot-api.md 2.2)."""
        owner = self.name == "hubspot_owner_id"
        body: dict[str, Any] = {
            "updatedAt": to_iso(self.updated),
            "createdAt": to_iso(self.created),
            "name": self.name,
            "label": self.label,
            "type": self.type,
            "fieldType": self.field_type,
            "description": self.description,
            "groupName": self.group,
            "options": self.options,
            "displayOrder": self.display_order,
            "calculated": self.calculated,
            "externalOptions": owner,
            "archived": self.archived_at is not None,
            "hasUniqueValue": self.unique,
            "hidden": self.hidden,
            "hubspotDefined": self.defined_by_hubspot,
            "modificationMetadata": {
                "archivable": not self.defined_by_hubspot,
                "readOnlyDefinition": self.defined_by_hubspot,
                "readOnlyValue": self.read_only,
            },
            "formField": self.form_field and not self.read_only,
            "dataSensitivity": self.sensitivity,
        }
        if self.type == "enumeration":
            body["modificationMetadata"]["readOnlyOptions"] = self.read_only_options
        if owner:
            body["referencedObjectType"] = "OWNER"
        if self.formula:
            body["calculationFormula"] = self.formula
        if self.archived_at is not None:
            body["archivedAt"] = to_iso(self.archived_at)
        return body


def option(value: str, label: str, order: int) -> dict[str, Any]:
    """Return one option of an enumeration."""
    return {"label": label, "value": value, "displayOrder": order, "hidden": False}
