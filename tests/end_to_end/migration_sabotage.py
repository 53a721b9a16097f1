"""Damage done to a target over its API after a faithful write: the promised kinds and numbers."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

import duckdb

from benchmarks.migration_pair import SOURCE, Pair, call, post
from benchmarks.migration_source import FIRST

KEY = "migration_source_key"
READ = (KEY, "subject", "content", "hs_ticket_priority", "callback_at", "source_created_at",
        "source_portal_id", "source_ticket_id", "hs_pipeline", "hs_pipeline_stage")  # fmt: skip
TICKETS = "/crm/v3/objects/tickets"
Found = set[tuple[str, str | None, str | None]]


def batches(rows: list) -> list[list]:
    return [rows[at : at + 100] for at in range(0, len(rows), 100)]


class Sabotage:
    """Damages tickets that nothing else was done to; remembers (kind, source id, target id)."""

    def __init__(self, pair: Pair, seed: int) -> None:
        self.pair, self.target = pair, pair.target
        self.expected: Found = set()
        with duckdb.connect(str(pair.migration / "outcome.duckdb"), read_only=True) as outcome:
            rows = "select source_id, target_id from ledger.id_map where object_type = ?"
            self.ids = dict(outcome.execute(f"{rows} order by 1", ["tickets"]).fetchall())
            kept = (
                "select source_id, target_id from ledger.id_map where source_key like ? order by 1"
            )
            self.notes, self.mails, self.messages = (
                dict(outcome.execute(kept, [f"{SOURCE}:{kind}:%"]).fetchall())
                for kind in ("notes", "emails", "message")
            )
        self.free = list(self.ids)
        Random(seed).shuffle(self.free)
        self.values = self._read("tickets", list(self.ids.values()), READ)
        self.contacts = self._linked("contacts", "tickets", list(self.ids.values()))

    def do_all(self) -> Found:
        """Do all of it; returns what has to be found, and nothing else."""
        self._spoil_files()
        self._relink_mails()
        self._cut_notes(7)
        self._delete(20)
        self._invent(4)
        self._double(5)
        self._change(30, "hs_ticket_priority", "value_differs", lambda old: "URGENT")
        self._change(5, "callback_at", "moment_differs", an_hour_later)
        self._change(5, "source_created_at", "moment_differs", an_hour_later)
        self._change(8, "content", "text_cut", lambda old: old[: len(old) // 2].rstrip())
        self._change(50, "subject", "trailing_space", lambda old: old + " ")
        self._unlink(40)
        self._link_to_nobody(3)
        self._rename_stage()
        return self.expected

    def _link_to_nobody(self, count: int) -> None:
        """Link tickets to contacts that stand for nobody at the source.

        A link whose contact is gone as well (`link_to_nobody`) cannot be made over the API, where
        the link goes with its contact: tests/dbt_project/migration seeds that into the warehouse.
        """
        for source_id in self._take(count):
            contact = post(self.target, "/crm/v3/objects/contacts",
                           {"properties": {"email": f"new{source_id}@example.com"}})  # fmt: skip
            path = f"/crm/v4/objects/tickets/{self.ids[source_id]}/associations/default/contacts"
            call(self.target, "PUT", f"{path}/{contact['id']}")
            self.expected.add(("link_extra", source_id, self.ids[source_id]))

    def _spoil_files(self) -> None:
        """Take files away from a note and a message, and put another's in the place of one."""
        name = "hs_attachment_ids"
        found = self._read("notes", [*self.notes.values(), *self.messages.values()], (name,))
        lost, wrong, other = [one for one, there in self.notes.items() if found[there].get(name)][
            :3
        ]
        said = next(one for one, there in self.messages.items() if found[there].get(name))
        for source_id, target_id, value in (
            (lost, self.notes[lost], ""),
            (wrong, self.notes[wrong], found[self.notes[other]][name]),
            (said, self.messages[said], ""),
        ):
            self._patch("notes", target_id, name, value)
            self.expected.add(("attachment_missing", source_id, target_id))
        self.expected.add(("attachment_extra", wrong, self.notes[wrong]))
        for source_id in (lost, wrong, other):
            self._spare(source_id)
            del self.notes[source_id]
        # as benchmarks/migration_source.py numbers threads
        self.free.remove(str(FIRST + int(said.partition(":")[0]) % FIRST))

    def _relink_mails(self) -> None:
        """Take an e-mail's contact away, and give another e-mail one too many."""
        linked = self._linked("contacts", "emails", list(self.mails.values()))
        lost, more = [one for one, there in self.mails.items() if linked.get(there)][:2]
        gone, there = self.mails[lost], self.mails[more]
        path = f"/crm/v4/objects/emails/{gone}/associations/contacts/{linked[gone][0]}"
        call(self.target, "DELETE", path)
        self.expected.add(("link_missing", lost, gone))
        contact = post(self.target, "/crm/v3/objects/contacts",
                       {"properties": {"email": "beside@example.com"}})  # fmt: skip
        path = f"/crm/v4/objects/emails/{there}/associations/default/contacts/{contact['id']}"
        call(self.target, "PUT", path)
        self.expected.add(("link_extra", more, there))
        for source_id in (lost, more):
            self._spare(source_id)

    def _spare(self, engagement_id: str) -> None:
        """Do nothing else to the ticket of an engagement."""
        # as benchmarks/migration_source.py numbers them
        ticket_id = str(FIRST + int(engagement_id) // 10 % FIRST)
        self.free = [one for one in self.free if one != ticket_id]

    def _read(self, object_type: str, ids: list[str], names: tuple[str, ...]) -> dict[str, dict]:
        found = {}
        for batch in batches(ids):
            body = {"inputs": [{"id": one} for one in batch], "properties": list(names)}
            answer = post(self.target, f"/crm/v3/objects/{object_type}/batch/read", body)
            found |= {record["id"]: record["properties"] for record in answer["results"]}
        return found

    def _linked(self, to_type: str, from_type: str, ids: list[str]) -> dict[str, list[str]]:
        """Target id of a ticket or an activity -> ids of its records of a type."""
        found: dict[str, list[str]] = {}
        for batch in batches(ids):
            body = {"inputs": [{"id": one} for one in batch]}
            path = f"/crm/v4/associations/{from_type}/{to_type}/batch/read"
            for row in post(self.target, path, body)["results"]:
                found[row["from"]["id"]] = [str(one["toObjectId"]) for one in row["to"]]
        return found

    def _take(self, count: int, fits: Callable[[str], bool] = lambda one: True) -> list[str]:
        """Take tickets that nothing was done to, by source id."""
        taken = [one for one in self.free if fits(one)][:count]
        self.free = [one for one in self.free if one not in taken]
        assert len(taken) == count
        return taken

    def _patch(self, object_type: str, record_id: str, name: str, value: str) -> None:
        path = f"/crm/v3/objects/{object_type}/{record_id}"
        call(self.target, "PATCH", path, {"properties": {name: value}})

    def _delete(self, count: int) -> None:
        for source_id in self._take(count):
            call(self.target, "DELETE", f"{TICKETS}/{self.ids[source_id]}")
            self.expected.add(("ticket_missing", source_id, None))

    def _invent(self, count: int) -> None:
        place = {"hs_pipeline": "901", "hs_pipeline_stage": "9011"}
        for number in range(count):
            keyed = {KEY: f"{SOURCE}:7{number}"} if number % 2 else {}
            values = place | keyed | {"subject": f"made up {number}", "content": "x"}
            made = post(self.target, TICKETS, {"properties": values})
            self.expected.add(("ticket_extra", None, made["id"]))

    def _double(self, count: int) -> None:
        for number, source_id in enumerate(self._take(count)):
            values = {k: v for k, v in self.values[self.ids[source_id]].items()
                      if k in READ and k != KEY and v is not None}  # fmt: skip
            if number >= 3:
                values = {k: v for k, v in values.items() if not k.startswith("source_")}
            made = post(self.target, TICKETS, {"properties": values})
            self.expected.add(("ticket_doubled", source_id, made["id"]))

    def _change(self, count: int, name: str, kind: str, change: Callable[[str], str]) -> None:
        for source_id in self._take(count, lambda one: bool(self.values[self.ids[one]].get(name))):
            target_id = self.ids[source_id]
            self._patch("tickets", target_id, name, change(self.values[target_id][name]))
            self.expected.add((kind, source_id, target_id))

    def _cut_notes(self, count: int) -> None:
        chosen = list(self.notes.items())[:count]
        bodies = self._read("notes", [target_id for _, target_id in chosen], ("hs_note_body",))
        for source_id, target_id in chosen:
            self._patch("notes", target_id, "hs_note_body", bodies[target_id]["hs_note_body"][:10])
            self.expected.add(("text_cut", source_id, target_id))
            self._spare(source_id)
        assert len(chosen) == count

    def _unlink(self, count: int) -> None:
        for source_id in self._take(count, lambda one: bool(self.contacts.get(self.ids[one]))):
            target_id = self.ids[source_id]
            path = f"/crm/v4/objects/tickets/{target_id}/associations/contacts"
            call(self.target, "DELETE", f"{path}/{self.contacts[target_id][0]}")
            self.expected.add(("link_missing", source_id, target_id))

    def _rename_stage(self) -> None:
        for pipeline in self.target.get("/crm/v3/pipelines/tickets")["results"]:
            for stage in pipeline["stages"]:
                if stage["label"] == "Waiting on parts":
                    path = f"/crm/v3/pipelines/tickets/{pipeline['id']}/stages/{stage['id']}"
                    named = {"label": "Waiting for parts", "metadata": stage["metadata"]}
                    call(self.target, "PATCH", path, named)
                    self.expected.add(("stage_renamed", "48010/48012", stage["id"]))


def an_hour_later(text: str) -> str:
    moment = datetime.fromisoformat(text.replace("Z", "+00:00")) + timedelta(hours=1)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
