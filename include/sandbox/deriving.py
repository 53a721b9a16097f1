"""Reads from a ticket's or deal's log what its derived properties follow from."""

from collections.abc import Callable

from include.sandbox.derived import (
    Histories,
    Visits,
    closing_values,
    owner_assigned,
    stage_histories,
)
from include.sandbox.pipelines import Pipelines
from include.sandbox.records import Record
from include.sandbox.store import Store

Links = Callable[[str, str, int], dict[int, tuple[int, ...]]]


class Deriving:
    """Derives the properties of what stands in stages: tickets, and of deals the stages' own."""

    def __init__(self, store: Store, texts: list[str], pipelines: Pipelines, links: Links) -> None:
        self._texts = texts
        self._pipelines = pipelines
        self._links = links
        self._is_ticket = store.object_type == "tickets"
        self._stage = store.definitions.codes[pipelines.stage_property]
        self._owner = store.definitions.codes["hubspot_owner_id"]

    def visits(self, record: Record, upto: int) -> tuple[Visits, Visits]:
        """Return the values that stage and owner took, with their moments."""
        text, stage, owner = self._texts, self._stage, self._owner
        columns = zip(*record.columns(upto), strict=True)
        told = {stage, owner}
        rows = [(when, code, value) for when, code, value in columns if code in told]
        visits = [(when, text[value]) for when, code, value in rows if code == stage]
        return visits, [(when, text[value]) for when, code, value in rows if code == owner]

    def values(self, record: Record, visits: Visits, owners: Visits) -> dict[str, str]:
        """Return the current values of what is derived, but for the stages' own properties."""
        assigned = owner_assigned(owners)
        if not self._is_ticket:
            return {"hubspot_owner_assigneddate": assigned[-1][0]} if assigned else {}
        values = closing_values(visits, record.created, self._pipelines.closed_stage_ids)
        if assigned:
            values["hubspot_owner_assigneddate"] = assigned[-1][0]
        values["hs_ticket_id"] = str(record.id)
        companies = self._links("tickets", "companies", record.id)
        values["hs_num_associated_companies"] = str(len(companies))
        primary = next((other for other, types in companies.items() if 26 in types), None)
        if primary is not None:
            values["hs_primary_company_id"] = str(primary)
        return values

    def histories(self, record: Record) -> Histories:
        """Return the histories of what is derived, oldest first."""
        visits, owners = self.visits(record, record.visible)
        found = stage_histories(visits, record.created, self._pipelines.closed_stage_ids)
        found["hubspot_owner_assigneddate"] = owner_assigned(owners)
        return found
