"""A portal's raw schema, written row by row for a test."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from include.warehouse.connection import open_warehouse
from include.warehouse.tables import prepare_raw

PORTAL_ID = "4980077"
LONG_AGO = datetime(2020, 1, 1)
Entry = tuple[str, datetime, str]


def at(text: str) -> datetime:
    """Read a moment such as `2026-03-02 09:00` as UTC, without zone as raw has it."""
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


@dataclass
class RawPortal:
    """Rows of the raw tables, by table.

    Attributes:
        data_as_of: the end of the only load.
    """

    data_as_of: datetime
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, table: str, **values: Any) -> None:
        """Add a row; columns that are not named are null."""
        self.rows.setdefault(table, []).append(values)

    def pipeline(self, pipeline_id: str, stages: Iterable[tuple[str, str, str]]) -> None:
        """Add a pipeline with its stages: (id, label, OPEN or CLOSED), in order."""
        self.add("pipelines", id=pipeline_id, label=f"Pipeline {pipeline_id}", display_order=0)
        for order, (stage_id, label, state) in enumerate(stages):
            self.add(
                "stages",
                pipeline_id=pipeline_id,
                id=stage_id,
                label=label,
                display_order=order,
                ticket_state=state,
                is_closed=state == "CLOSED",
                archived=False,
                created_at=LONG_AGO,
            )

    def ticket(
        self,
        ticket_id: str,
        created_at: datetime,
        history: Iterable[Entry] = (),
        *,
        archived_at: datetime | None = None,
        **properties: str,
    ) -> None:
        """Add a ticket, its history (in the order of happening) and what it has without history."""
        entries = list(history)
        ordered = sorted(enumerate(entries), key=lambda pair: (pair[1][1], pair[0]))
        newest = {name: value for _, (name, _, value) in ordered}
        self.add(
            "tickets",
            id=ticket_id,
            created_at=created_at,
            updated_at=max([created_at, *(moment for _, moment, _ in entries)]),
            archived=archived_at is not None,
            archived_at=archived_at,
            properties=json.dumps(properties | newest),
        )
        same_value: Counter[tuple[str, datetime, str]] = Counter()
        same_time: Counter[tuple[str, datetime]] = Counter()
        for name, moment, value in entries:
            same_value[name, moment, value] += 1
            same_time[name, moment] += 1
            self.add(
                "ticket_property_history",
                ticket_id=ticket_id,
                property_name=name,
                changed_at=moment,
                value=value,
                occurrence=same_value[name, moment, value],
                sequence=same_time[name, moment],
                source_type="CRM_UI",
                source_id="userId:7",
            )

    def link(
        self,
        ticket_id: str,
        object_type: str,
        object_id: str,
        *,
        observed_at: datetime | None = None,
        gone_at: datetime | None = None,
        types: Iterable[tuple[int, str | None]] = ((16, None),),
    ) -> None:
        """Add a window of an edge; without `observed_at` it was there in the first read."""
        self.add(
            "ticket_associations",
            ticket_id=ticket_id,
            object_type=object_type,
            object_id=object_id,
            types=json.dumps(
                [{"category": "X", "typeId": number, "label": label} for number, label in types]
            ),
            observed_at=observed_at or self.data_as_of,
            is_first_read=observed_at is None,
            gone_at=gone_at,
        )

    def read_emails(self, ticket_id: str) -> None:
        """Note that a ticket's links to e-mails were read, also where there are none."""
        self.add("ticket_association_reads", ticket_id=ticket_id, object_type="emails")

    def engagement(
        self, ticket_id: str, kind: str, engagement_id: str, when: datetime, **properties: str
    ) -> None:
        """Add one of a ticket's notes, emails, calls, meetings or tasks (the kind)."""
        self._object(
            kind, engagement_id, when, {"hs_timestamp": f"{when.isoformat()}Z"} | properties
        )
        self.link(ticket_id, kind, engagement_id)

    def thread(self, ticket_id: str | None, thread_id: str, when: datetime, **fields: Any) -> None:
        """Add a conversation thread; `fields` are HubSpot's."""
        found = {"threadAssociations": {"associatedTicketId": ticket_id}} if ticket_id else {}
        self._object("threads", thread_id, when, {"id": thread_id, **found, **fields})

    def message(
        self, thread_id: str, message_id: str, when: datetime, sender: str, **fields: Any
    ) -> None:
        """Add an entry of a thread: incoming from V- and E- actors, outgoing from all others."""
        direction = "INCOMING" if sender[:2] in ("V-", "E-") else "OUTGOING"
        shown = {
            "id": message_id,
            "type": "MESSAGE",
            "conversationsThreadId": thread_id,
            "senders": [{"actorId": sender}],
            "direction": direction,
            "text": f"text of {message_id}",
        }
        self._object("messages", message_id, when, shown | fields)

    def _object(self, table: str, key: str, when: datetime, properties: dict[str, Any]) -> None:
        values = {"created_at": when, "updated_at": when, "archived": False}
        self.add(table, id=key, properties=json.dumps(properties), **values)

    def write(self, path: Path) -> None:
        """Write all rows into a new warehouse file."""
        self.add("loads", run_id="run", mode="full", data_as_of=self.data_as_of)
        if "account" not in self.rows:
            self.add("account", portal_id=PORTAL_ID, time_zone="UTC")
        with open_warehouse(path) as connection:
            prepare_raw(connection)
            for table, rows in self.rows.items():
                names = sorted({name for row in rows for name in row})
                marks = ", ".join("?" for _ in names)
                connection.executemany(
                    f"insert into raw.{table} ({', '.join(names)}) values ({marks})",
                    [[row.get(name) for name in names] for row in rows],
                )
