"""Damage done to a target after a faithful write, of the kinds and numbers that were promised."""

import json
from datetime import timedelta
from random import Random
from typing import Any

from tests.dbt_project.migration.migration_portal import SOURCE, MigrationPortal
from tests.dbt_project.migration.writing import KEY, WRITTEN_AT, moved

HOUR = timedelta(hours=1)
Found = set[tuple[str, str | None, str | None]]


class Sabotage:
    """Damages tickets that nothing else was done to; remembers (kind, source id, target id)."""

    def __init__(self, target: MigrationPortal, seed: int) -> None:
        self.target = target
        self.expected: Found = set()
        self.tickets = [
            row
            for row in target.rows["tickets"]
            if _values(row)["source_ticket_id"].startswith("2")
        ]
        Random(seed).shuffle(self.tickets)

    def do_all(self) -> Found:
        """Do all of it; returns what a reconciliation has to find, and nothing else."""
        self._delete(20)
        self._invent(4)
        self._double(5)
        self._change(30, "hs_ticket_priority", "value_differs", lambda old: "URGENT")
        self._change(5, "visit_at", "moment_differs", lambda old: moved(old, HOUR))
        self._change(5, "source_created_at", "moment_differs", lambda old: moved(old, HOUR))
        self._change(8, "content", "text_cut", lambda old: old[: len(old) // 2])
        self._cut_notes(7)
        self._change(50, "subject", "trailing_space", lambda old: old + " ")
        self._unlink(40)
        self._link_to_nobody(3)
        self._rename_stage()
        self._take_a_note_off_its_second_ticket()
        self._lose_and_change_files()
        self._relink_what_was_said()
        self._lose_an_option()
        return self.expected

    def _lose_and_change_files(self) -> None:
        note = self._of_source("notes", "notes:9004")
        lost, changed = _values(note)["hs_attachment_ids"].split(";")
        note["properties"] = json.dumps(_values(note) | {"hs_attachment_ids": changed})
        (file,) = (row for row in self.target.rows["files"] if row["id"] == changed)
        file["properties"] = json.dumps(json.loads(file["properties"]) | {"size": 30})
        self.expected.add(("attachment_missing", "9004", note["id"]))
        self.expected.add(("attachment_differs", "9004", note["id"]))
        # another file stands where the message's was
        message = self._of_source("notes", "message:8001:m0")
        message["properties"] = json.dumps(_values(message) | {"hs_attachment_ids": lost})
        self.expected.add(("attachment_missing", "8001:m0", message["id"]))
        self.expected.add(("attachment_extra", "8001:m0", message["id"]))

    def _relink_what_was_said(self) -> None:
        mail = self._of_source("emails", "emails:9002")
        (link,) = (
            row for row in self.target.rows["engagement_associations"]
            if (row["engagement_type"], row["engagement_id"]) == ("emails", mail["id"])
        )  # fmt: skip
        link["gone_at"] = WRITTEN_AT
        self.expected.add(("link_missing", "9002", mail["id"]))
        self.target.engagement_link("emails", mail["id"], "5001")
        self.expected.add(("link_extra", "9002", mail["id"]))

    def _lose_an_option(self) -> None:
        ticket = self._of_source("tickets", "11")
        values = _values(ticket)
        assert values["services"] == "net;tv"
        ticket["properties"] = json.dumps(values | {"services": "tv"})
        self.expected.add(("part_missing", "11", ticket["id"]))

    def _of_source(self, kind: str, key: str) -> dict[str, Any]:
        (row,) = (row for row in self.target.rows[kind] if self._key_of(row) == f"{SOURCE}:{key}")
        return row

    @staticmethod
    def _key_of(row: dict[str, Any]) -> str:
        return _values(row).get(KEY, "")

    def _take_a_note_off_its_second_ticket(self) -> None:
        (second,) = (
            row["id"] for row in self.target.rows["tickets"]
            if _values(row).get("source_ticket_id") == "13"
        )  # fmt: skip
        (link,) = (
            link for link in self.target.rows["ticket_associations"]
            if link["ticket_id"] == second and link["object_type"] == "notes"
            and self._key("notes", link["object_id"]).endswith(":9001")
        )  # fmt: skip
        link["gone_at"] = WRITTEN_AT
        self.expected.add(("item_unlinked", "9001", link["object_id"]))

    def _key(self, kind: str, record_id: str) -> str:
        (row,) = (row for row in self.target.rows[kind] if row["id"] == record_id)
        return _values(row).get(KEY, "")

    def _take(self, count: int) -> list[dict[str, Any]]:
        taken, self.tickets = self.tickets[:count], self.tickets[count:]
        assert len(taken) == count
        return taken

    def _expect(self, kind: str, row: dict[str, Any], target_id: str | None = None) -> None:
        self.expected.add((kind, _values(row)["source_ticket_id"], target_id or row["id"]))

    def _links(self, row: dict[str, Any], object_type: str) -> list[dict[str, Any]]:
        return [
            link
            for link in self.target.rows["ticket_associations"]
            if link["ticket_id"] == row["id"] and link["object_type"] == object_type
        ]

    def _delete(self, count: int) -> None:
        for row in self._take(count):
            row |= {"archived": True, "archived_at": WRITTEN_AT}
            for link in self.target.rows["ticket_associations"]:
                if link["ticket_id"] == row["id"]:
                    link["gone_at"] = WRITTEN_AT
            self.expected.add(("ticket_missing", _values(row)["source_ticket_id"], None))

    def _add(self, ticket_id: str, values: dict[str, str]) -> None:
        self.target.add(
            "tickets", id=ticket_id, created_at=WRITTEN_AT, updated_at=WRITTEN_AT, archived=False,
            properties=json.dumps(values),
        )  # fmt: skip

    def _invent(self, count: int) -> None:
        made = {"hs_object_source": "INTEGRATION", "hs_object_source_id": "app-1"}
        for number in range(count):
            ticket_id = f"99{number}"
            keyed = {KEY: f"1111:7{number}"} if number % 2 else {}
            self._add(ticket_id, made | keyed | {"subject": f"made up {number}", "content": "x"})
            self.expected.add(("ticket_extra", None, ticket_id))
        # what people of the target did meanwhile is theirs
        self._add("998", {"hs_object_source": "CRM_UI", "subject": "native", "content": "x"})

    def _double(self, count: int) -> None:
        for number, row in enumerate(self._take(count)):
            values = {name: value for name, value in _values(row).items() if name != KEY}
            if number >= 3:
                values = {k: v for k, v in values.items() if not k.startswith("source_")}
            self._add(f"98{number}", values)
            self._expect("ticket_doubled", row, f"98{number}")

    def _change(self, count: int, name: str, kind: str, change) -> None:
        for row in self._take(count):
            values = _values(row)
            row["properties"] = json.dumps(values | {name: change(values[name])})
            self._expect(kind, row)

    def _cut_notes(self, count: int) -> None:
        notes = {row["id"]: row for row in self.target.rows["notes"]}
        for row in self._take(count):
            note = next(
                notes[link["object_id"]]
                for link in self._links(row, "notes")
                if ":notes:" in _values(notes[link["object_id"]])[KEY]
            )
            values = _values(note)
            note["properties"] = json.dumps(values | {"hs_note_body": values["hs_note_body"][:10]})
            self.expected.add(("text_cut", values[KEY].rpartition(":")[2], note["id"]))

    def _unlink(self, count: int) -> None:
        for row in self._take(count):
            self._links(row, "contacts")[0]["gone_at"] = WRITTEN_AT
            self._expect("link_missing", row)

    def _link_to_nobody(self, count: int) -> None:
        types = json.dumps([{"category": "HUBSPOT_DEFINED", "typeId": 16, "label": None}])
        for number, row in enumerate(self._take(count)):
            self.target.add(
                "ticket_associations", ticket_id=row["id"], object_type="contacts",
                object_id=f"97{number}", types=types, observed_at=WRITTEN_AT, is_first_read=False,
            )  # fmt: skip
            self._expect("link_to_nobody", row)

    def _rename_stage(self) -> None:
        (stage,) = (row for row in self.target.rows["stages"] if row["label"] == "Scheduled")
        stage["label"] = "Planned"
        self.expected.add(("stage_renamed", "77/772", stage["id"]))


def _values(row: dict[str, Any]) -> dict[str, str]:
    return json.loads(row["properties"])
