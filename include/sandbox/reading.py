"""A record as HubSpot shows it: which properties, which values, which history.

Showing 50 tickets with their history is what this server does most: it writes JSON directly. Built
from dictionaries, the same answer takes twice the time.
"""

from collections.abc import Sequence
from typing import Any

import orjson

from include.sandbox.associations import Associations
from include.sandbox.contents import Contents
from include.sandbox.derived import Histories, names_of_stage, stays
from include.sandbox.deriving import Deriving
from include.sandbox.moments import to_iso
from include.sandbox.pipelines import Pipelines
from include.sandbox.plans import Fields, Plan, make_plan
from include.sandbox.records import Record
from include.sandbox.store import TYPE_IDS, Store


class Reader:
    """Renders the records of one store; a plan is kept for every list of names it has seen."""

    def __init__(
        self,
        store: Store,
        contents: Contents,
        pipelines: Pipelines | None,
        associations: Associations,
        history_cap: int,
    ) -> None:
        self.store = store
        self.stores = contents.stores
        self.texts = contents.texts.text
        self.associations = associations
        self._cap = history_cap or None
        self._json, self._as_json = contents.texts.json, contents.texts.as_json
        self._sources = contents.sources.rendered
        self._url = f"https://app.hubspot.com/contacts/{contents.portal_id}/record/"
        self._url += f"{TYPE_IDS[store.object_type]}/"
        self._plans: dict[tuple, Plan] = {}
        self._staged: Deriving | None = None
        if pipelines is not None:
            self._staged = Deriving(store, self.texts, pipelines, self.links)

    def plan(self, properties: Sequence[str], history: Sequence[str] = ()) -> Plan:
        """Return the plan for the names asked for; names that are not defined are left out."""
        key = (self.store.definitions.version, tuple(properties), tuple(history))
        if key not in self._plans:
            if len(self._plans) > 200:
                self._plans.clear()
            self._plans[key] = make_plan(self.store, properties, history)
        return self._plans[key]

    def body(self, record: Record, plan: Plan, now: int) -> dict[str, Any]:
        """Return a record's JSON object, in which properties and history are JSON already."""
        system = self._system_values(record)
        shown, fields = plan.properties.empty.copy(), plan.properties
        self._show(shown, fields, system)
        if self._staged is not None and plan.derives:
            self._show_derived(shown, fields, self._staged, record, now)
        body: dict[str, Any] = {"id": system["hs_object_id"]}
        if plan.history is None:
            for code, value in record.values(record.visible).items():
                place = fields.by_code[code]
                shown[place] = fields.heads[place] + self._as_json(value)
            body["properties"] = fields.close(shown)
        else:
            histories = self._histories(record, plan, plan.history, shown)
            body["properties"] = fields.close(shown)
            body["propertiesWithHistory"] = histories
        body["createdAt"] = system["createdate"]
        body["updatedAt"] = system[self.store.modified_property]
        body["archived"] = record.archived_at is not None
        if record.archived_at is not None:
            body["archivedAt"] = to_iso(record.archived_at)
        body["url"] = self._url + system["hs_object_id"]
        return body

    def _system_values(self, record: Record) -> dict[str, str]:
        created = to_iso(record.created)
        return {
            "createdate": created,
            "hs_createdate": created,
            self.store.modified_property: to_iso(record.modified),
            "hs_object_id": str(record.id),
        }

    def _show(self, shown: list[str], fields: Fields, values: dict[str, str]) -> None:
        """Show values that need no escapes: moments, numbers."""
        for name, value in values.items():
            if name in fields.by_name:
                place = fields.by_name[name]
                shown[place] = f'{fields.heads[place]}"{value}"'

    def _show_derived(
        self, shown: list[str], fields: Fields, staged: Deriving, record: Record, now: int
    ) -> None:
        visits, owners = staged.visits(record, record.visible)
        self._show(shown, fields, staged.values(record, visits, owners))
        found, here = stays(visits)
        for stage, stay in found.items():
            values = stay.values(now, running=stage == here)
            for place, value in zip(fields.of_stage(stage), values, strict=True):
                if value is not None:
                    shown[place] = f'{fields.heads[place]}"{value}"'

    def links(self, here: str, there: str, from_id: int) -> dict[int, tuple[int, ...]]:
        """Return any record's links as they show: {other id: type ids}.

        A record that is gone, archived or merged away has none, and none lead to an archived one.
        """
        record = self.stores[here].records.get(from_id)
        if record is None or record.archived_at is not None or record.merged_into is not None:
            return {}
        edges, ends = self.associations.of(here, there, from_id), self.stores[there]
        if not ends.archived:
            return edges
        return {i: t for i, t in edges.items() if not ends.is_archived(i)}

    def _histories(
        self, record: Record, plan: Plan, fields: Fields, shown: list[str]
    ) -> orjson.Fragment:
        """Return the histories, newest first, and show what was written: it hides the derived."""
        histories = fields.empty.copy()
        if self._staged is not None and plan.derives_history:
            self._show_derived_histories(histories, fields, self._staged.histories(record))
        current = plan.properties
        for code, entries in self._entries(record, shown, current).items():
            if self._cap:
                del entries[self._cap :]
            place = fields.by_code[code]
            histories[place] = f"{fields.heads[place]}[{','.join(entries)}]"
        return fields.close(histories)

    def _entries(self, record: Record, shown: list[str], fields: Fields) -> dict[int, list[str]]:
        """Return the history entries by property, newest first; show each property's newest."""
        json, sources = self._json, self._sources
        found: dict[int, list[str]] = {}
        moment, timestamp = None, ""
        for when, code, value, source in record.newest_first():
            text = json[value] or self._as_json(value)
            if when != moment:  # many entries share the moment of the one before
                moment, timestamp = when, to_iso(when)
            entry = f'{{"value":{text},"timestamp":"{timestamp}",{sources[source]}'
            entries = found.get(code)
            if entries is not None:
                entries.append(entry)
                continue
            found[code] = [entry]
            place = fields.by_code[code]
            shown[place] = fields.heads[place] + text
        return found

    def _show_derived_histories(self, shown: list[str], fields: Fields, derived: Histories) -> None:
        for name in fields.by_name.keys() & derived.keys():
            entries = [
                f'{{"value":"{value}","timestamp":"{at}","sourceType":"CALCULATED"}}'
                for value, at in reversed(derived[name])
            ]
            place = fields.by_name[name]
            shown[place] = f"{fields.heads[place]}[{','.join(entries[: self._cap])}]"

    def value(self, record: Record, name: str, upto: int, now: int) -> str | None:
        """Return one property's value as of the first `upto` entries, for search's filters."""
        code = self.store.definitions.codes.get(name)
        stored = None if code is None else record.value(code, upto)
        if stored is not None:
            return self.texts[stored]
        definition = self.store.definitions.by_name.get(name)
        if definition is None or not definition.set_by_hubspot:
            return None
        derived: dict[str, str | None] = {**self._system_values(record)}
        if self._staged is not None:
            visits, owners = self._staged.visits(record, upto)
            derived |= self._staged.values(record, visits, owners)
            found, here = stays(visits)
            for stage, stay in found.items():
                values = stay.values(now, running=stage == here)
                derived |= zip(names_of_stage(stage), values, strict=True)
        return derived.get(name)
