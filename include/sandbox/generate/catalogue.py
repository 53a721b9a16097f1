"""What a generated portal has beside records: pipelines, properties, owners, teams, labels."""

from random import Random

from include.sandbox.contents import Contents, Label
from include.sandbox.definitions import Property, option
from include.sandbox.generate.words import FIRST, LAST
from include.sandbox.moments import DAY
from include.sandbox.owners import Owner
from include.sandbox.pipelines import Pipeline, Pipelines, Stage, default_pipeline

TEAMS = (("41001", "First line"), ("41002", "Second line"), ("41003", "Field service"))
REQUESTER, COPIED = 37, 39  # the portal's own labels between tickets and contacts
SERVICES = ("email", "network", "telephony", "webshop", "Büro")

_CUSTOM = (
    ("account_tier", "Account tier", "enumeration", "select", ("bronze", "silver", "gold")),
    ("affected_services", "Affected services", "enumeration", "checkbox", SERVICES),
    ("escalation_level", "Escalation level", "enumeration", "radio", ("1", "2", "3")),
    ("external_ticket_key", "External key", "string", "text", ()),
    ("device_serial_number", "Device serial number", "string", "text", ()),
    ("customer_note", "Customer's note", "string", "textarea", ()),
    ("visit_date", "Visit date", "date", "date", ()),
    ("callback_at", "Call back at", "datetime", "date", ()),
    ("downtime_minutes", "Downtime (minutes)", "number", "number", ()),
    ("is_vip", "VIP", "bool", "booleancheckbox", ("true", "false")),
    ("callback_phone", "Call-back number", "phone_number", "phonenumber", ()),
    ("legacy_code", "Legacy code", "string", "text", ()),
)


def second_pipeline() -> Pipeline:
    """Return a pipeline with more stages than the default one, two of them closed."""
    stages = (
        ("148010001", "Requested", "OPEN"),
        ("148010002", "Scheduled", "OPEN"),
        ("148010003", "Waiting on parts", "OPEN"),
        ("148010004", "Installed", "CLOSED"),
        ("148010005", "Cancelled", "CLOSED"),
    )
    return Pipeline(
        "48010",
        "Installations",
        1,
        [Stage(stage_id, label, i, state) for i, (stage_id, label, state) in enumerate(stages)],
    )


def fill_catalogue(contents: Contents, rng: Random, begins: int) -> None:
    """Define pipelines, properties, owners and labels; the portal is a year older than `begins`."""
    contents.pipelines = [default_pipeline(), second_pipeline()]
    definitions = contents.stores["tickets"].definitions
    for definition in definitions.by_name.values():
        definition.created = definition.updated = begins - 365 * DAY
    Pipelines(contents.pipelines).define_properties(definitions)
    for name, label, kind, field_type, values in _CUSTOM:
        definitions.define(
            Property(
                name,
                label,
                kind,
                field_type,
                "service_details",
                [option(value, value.title(), i) for i, value in enumerate(values)],
                unique=name == "external_ticket_key",
                archived_at=begins if name == "legacy_code" else None,
                created=begins - 300 * DAY,
                updated=begins - 300 * DAY,
            )
        )
    contents.owners = _owners(rng, begins)
    contents.labels = [
        Label("tickets", "contacts", REQUESTER, "Requester"),
        Label("tickets", "contacts", COPIED, "CC"),
    ]


def _owners(rng: Random, begins: int) -> list[Owner]:
    owners = []
    for i in range(14):
        first, last = rng.choice(FIRST), rng.choice(LAST)
        owners.append(
            Owner(
                str(61_000_000 + 137 * i),
                f"agent.{i}@support.example.com",
                first,
                last,
                7_000_001 + 11 * i,
                archived=i in (3, 9),
                teams=[TEAMS[i % 3]] if i % 5 else [TEAMS[i % 3], TEAMS[(i + 1) % 3]],
                created=begins - 200 * DAY,
            )
        )
    queue = Owner("61009999", "queue@support.example.com", "Support", "Queue", 7_009_999)
    queue.type, queue.created = "QUEUE", begins - 200 * DAY
    return [*owners, queue]
