"""What a request shows of each record: prepared once for all its records, and all such requests.

A record is put together from texts that are JSON already: most of the 250 properties of a ticket
are empty, so a record starts as a copy of the empty one, and only what it has is written over it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from include.sandbox.definitions import Definitions
from include.sandbox.derived import names_of_stage
from include.sandbox.store import ENGAGEMENTS, Store

# What comes when no properties are asked for (hubspot-api.md 2.1 for tickets).
DEFAULTS = {
    "tickets": "content createdate hs_lastmodifieddate hs_object_id hs_pipeline hs_pipeline_stage"
    " hs_ticket_category hs_ticket_priority subject",
    "contacts": "createdate email firstname hs_object_id lastmodifieddate lastname",
    "companies": "createdate domain hs_lastmodifieddate hs_object_id name",
    "deals": "amount closedate createdate dealname dealstage hs_lastmodifieddate hs_object_id"
    " pipeline",
    "notes": "hs_createdate hs_lastmodifieddate hs_object_id",
    "emails": "hs_createdate hs_lastmodifieddate hs_object_id",
    "calls": "hs_createdate hs_lastmodifieddate hs_object_id",
    "meetings": "hs_createdate hs_lastmodifieddate hs_object_id",
    "tasks": "hs_createdate hs_lastmodifieddate hs_object_id",
    "communications": "hs_createdate hs_lastmodifieddate hs_object_id",
}


_NOWHERE = -1  # the place of what is not shown: the last one, where the object's end comes in


class Fields:
    """The fields of a JSON object, by place: `empty` has every name with its blank.

    `heads` are `,"name":` (the first `{"name":`), so that the texts of an object need only be put
    one behind the other. `by_name` and `by_code` give a name's place; codes are those of the
    records' logs.
    """

    def __init__(self, names: Sequence[str], definitions: Definitions, blank: str) -> None:
        quoted = (orjson.dumps(name).decode("latin-1") for name in names)
        self.heads = [f"{',' if i else '{'}{name}:" for i, name in enumerate(quoted)] + [""]
        self.empty = [head + blank for head in self.heads]
        self.by_name = {name: place for place, name in enumerate(names)}
        self.by_code = [self.by_name.get(name, _NOWHERE) for name in definitions.names]
        self._stages: dict[str, tuple[int, ...]] = {}

    def of_stage(self, stage: str) -> tuple[int, ...]:
        """Return the places of a stage's seven properties."""
        places = self._stages.get(stage)
        if places is None:
            places = tuple(self.by_name.get(name, _NOWHERE) for name in names_of_stage(stage))
            self._stages[stage] = places
        return places

    def close(self, shown: list[str]) -> orjson.Fragment:
        """Return the object of fields that were copied from `empty` and written over."""
        shown[_NOWHERE] = "}"
        return orjson.Fragment("".join(shown).encode("latin-1"))


@dataclass(frozen=True, slots=True)
class Plan:
    """Which defined properties a request shows, and of which the history.

    `derives` and `derives_history` say whether any of them is derived.
    """

    properties: Fields
    history: Fields | None
    derives: bool
    derives_history: bool


def make_plan(store: Store, properties: Sequence[str], history: Sequence[str]) -> Plan:
    """Plan for the names asked for; those that are not defined, or hidden, are left out."""
    definitions = store.definitions
    birth = "hs_createdate" if store.object_type in ENGAGEMENTS else "createdate"
    system = (birth, "hs_object_id", store.modified_property)
    names = [*(properties or DEFAULTS[store.object_type].split()), *system, *history]
    shown = [name for name in dict.fromkeys(names) if definitions.shown(name)]
    with_history = [name for name in dict.fromkeys(history) if definitions.shown(name)]
    return Plan(
        Fields(shown, definitions, "null"),
        Fields(with_history, definitions, "[]") if with_history else None,
        any(definitions.by_name[name].set_by_hubspot and name not in system for name in shown),
        any(definitions.by_name[name].set_by_hubspot for name in with_history),
    )
