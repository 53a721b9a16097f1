"""The portal that is moved to, as a dataset: other ids, other spellings, a life of its own.

Beside it the map of values that a migration lead would have written.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from benchmarks.migration_source import AGENTS
from benchmarks.migration_tables import Row, write_portal

FALLBACK = "desk@support.example.com"
OWN_TICKETS = 5
_STAGES = (
    ("900", "9001", "New", 0, "OPEN"),
    ("900", "9002", "waiting on contact", 1, "OPEN"),
    ("900", "9003", "Waiting on agent", 2, "OPEN"),
    ("900", "9004", "Closed", 3, "CLOSED"),
    ("901", "9011", "To do", 0, "OPEN"),
    ("901", "9012", "Done", 1, "CLOSED"),
)
MAPS = (
    ("stage", "Support Pipeline / Waiting on us", "Waiting on agent", "the target's word for it"),
    ("owner", "agent.5@support.example.com", "lead@support.example.com", "left the company"),
    ("property", "serial", "serial_of_device", "the target's serial is a number"),
    ("option", "region=atlantis", "elsewhere", "no such region"),
)


def write_target(folder: Path, portal_id: str, tickets: int) -> None:
    """Write the dataset of the target of a migration of so many tickets."""
    people = 300 + tickets // 3
    write_portal(
        folder,
        portal_id,
        properties=_properties(),
        pipelines=[
            {"pipeline_id": "900", "label": "Support pipeline", "display_order": 1},
            {"pipeline_id": "901", "label": "Field service", "display_order": 0},
        ],
        stages=(
            dict(zip(("pipeline_id", "stage_id", "label", "display_order", "ticket_state"), one,
                     strict=True))
            for one in _STAGES
        ),
        owners=_owners(),
        # a third of the source's people, known by their address however it is written
        contacts=(
            {"id": 2_500_000 + n, "email": f"Person{n}@Customer{n % 7}.example.com",
             "firstname": "Known", "lastname": f"here {n}"}
            for n in range(0, people, 3)
        ),
        companies=({"id": 2_600_000 + n, "name": f"Known {n}", "domain": f"company{n}.example.com"}
                   for n in range(0, 5 + tickets // 20, 4)),
        tickets=(
            {"ticket_id": 2_100_000 + n, "created_at": "2025-06-01T08:00:00.000Z",
             "hs_pipeline": "901", "hs_pipeline_stage": "9011", "subject": f"Our own {n}",
             "cost_center": "CC-1"}
            for n in range(OWN_TICKETS)
        ),
    )  # fmt: skip


def write_maps(folder: Path) -> None:
    """Write `migration_maps.csv` into the target's policies folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "migration_maps.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("kind", "source_value", "target_value", "reason"))
        writer.writerows(MAPS)


def _properties() -> Iterator[Row]:
    listed = (
        ("account_tier", "enumeration", "select",
         [{"value": "GOLD", "label": "Gold"}, {"value": "ag", "label": "silver"}]),
        ("services", "enumeration", "checkbox", ["TV", "net"]),
        ("region", "enumeration", "radio", ["North", "South", "elsewhere"]),
        ("serial", "number", "number", None),
        ("is_vip", "bool", "booleancheckbox", ["true", "false"]),
        ("cost_center", "string", "text", None),
    )  # fmt: skip
    for name, type_, field_type, options in listed:
        yield {"name": name, "label": name.replace("_", " ").capitalize(), "type": type_,
               "field_type": field_type, "group_name": "local_details",
               "options": options}  # fmt: skip


def _owners() -> Iterator[Row]:
    emails = [f"Agent.{n}@Support.example.com" for n in range(AGENTS) if n not in (4, 5)]
    for number, email in enumerate([*emails, "lead@support.example.com", FALLBACK]):
        yield {"id": 71_000_000 + number, "email": email, "firstName": "A",
               "lastName": str(number),
               "archived": "true" if email.startswith("Agent.6") else "false"}  # fmt: skip
