"""Contacts, companies and deals of a generated portal, and how contacts belong to companies."""

from random import Random

from include.sandbox.contents import Contents, LinkEvent
from include.sandbox.generate.words import COMPANY, FIRST, KIND, LAST
from include.sandbox.moments import DAY
from include.sandbox.records import Record


def fill_people(contents: Contents, rng: Random, tickets: int, begins: int) -> None:
    """Create the related records, all older than the first ticket."""
    _companies(contents, rng, max(2, tickets // 8), begins)
    _contacts(contents, rng, max(3, tickets * 5 // 8), begins)
    _deals(contents, rng, max(1, tickets // 20), begins)


def _create(
    contents: Contents, object_type: str, record_id: int, created: int, values: dict[str, str]
) -> None:
    record = Record(record_id, created)
    source = contents.sources.code("IMPORT", "import-1")
    present = {name: value for name, value in values.items() if value}
    contents.set_at_creation(object_type, record, present, source)
    contents.records[object_type][record_id] = record


def _companies(contents: Contents, rng: Random, count: int, begins: int) -> None:
    for i in range(count):
        name = f"{rng.choice(COMPANY)} {rng.choice(KIND)} {i}"
        created = begins - int(rng.random() * 300 * DAY)
        values = {
            "name": name,
            "domain": f"company{i}.example.com",
            "country": rng.choice(("DE", "SE", "JP", "BR", "")),
            "industry": rng.choice(("RETAIL", "SOFTWARE", "")),
        }
        _create(contents, "companies", 8_000_000_003 + 19 * i, created, values)


def _contacts(contents: Contents, rng: Random, count: int, begins: int) -> None:
    companies = list(contents.records["companies"])
    for i in range(count):
        contact_id = 50_000_007 + 13 * i
        created = begins - int(rng.random() * 300 * DAY)
        values = {
            "email": f"person.{i}@example.com" if rng.random() < 0.97 else "",
            "firstname": rng.choice(FIRST),
            "lastname": rng.choice(LAST),
            "phone": f"+49 30 {rng.randrange(10**6):06}" if rng.random() < 0.5 else "",
            "lifecyclestage": "customer",
        }
        _create(contents, "contacts", contact_id, created, values)
        if rng.random() < 0.8:
            company = rng.choice(companies)
            event = LinkEvent(begins, "link", "contacts", contact_id, "companies", company, 1)
            contents.links.append(event)


def _deals(contents: Contents, rng: Random, count: int, begins: int) -> None:
    for i in range(count):
        created = begins - int(rng.random() * 300 * DAY)
        values = {
            "dealname": f"{rng.choice(COMPANY)} renewal {i}",
            "amount": str(rng.randrange(100, 90_000)),
            "dealstage": rng.choice(("appointmentscheduled", "closedwon")),
            "pipeline": "default",
        }
        _create(contents, "deals", 3_000_000_011 + 17 * i, created, values)
