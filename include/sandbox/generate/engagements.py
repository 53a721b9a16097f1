"""What people did about generated tickets: around their changes of stage, with their requester."""

from random import Random

from include.sandbox.contents import Contents
from include.sandbox.engagements import Engagement, add_engagement
from include.sandbox.generate.words import SENTENCE, THING
from include.sandbox.moments import HOUR
from include.sandbox.records import WIDTH, Record
from include.sandbox.store import TYPE_IDS

ATTACHED, FIRST_FILE = 0.1, 170_000_000_000  # share with attachments, the first one's file id
# Kind and direction, as often as they happen.
_DONE = (
    ("emails", "INCOMING"), ("emails", "INCOMING"), ("emails", "INCOMING"),
    ("emails", "OUTGOING"), ("emails", "OUTGOING"), ("emails", "OUTGOING"),
    ("emails", "FORWARDED"), ("notes", ""), ("notes", ""), ("notes", ""), ("calls", "INCOMING"),
    ("calls", "OUTGOING"), ("meetings", ""), ("tasks", ""), ("tasks", ""),
)  # fmt: skip


def fill_engagements(contents: Contents, rng: Random, per_ticket: int) -> None:
    """Add about `per_ticket` engagements to every ticket; no ticket changes by it.

    Their own random numbers leave all else that a seed gives as it is.
    """
    planned = []
    stage = contents.stores["tickets"].definitions.codes["hs_pipeline_stage"]
    for ticket in contents.records["tickets"].values():
        turns = [when for when, _ in ticket.changes(stage, len(ticket.log) // WIDTH)]
        latest = ticket.log[-WIDTH]
        for _ in range(int(rng.random() * (2 * per_ticket + 1))):
            when = rng.choice(turns) + int(rng.expovariate(1.0) * HOUR)
            planned.append((min(when, max(latest, ticket.created)), ticket))
    planned.sort(key=lambda plan: (plan[0], plan[1].id))
    _write(contents, rng, planned)


def _write(contents: Contents, rng: Random, planned: list[tuple[int, Record]]) -> None:
    requesters = {
        link.from_id: link.to_id
        for link in reversed(contents.links)
        if (link.from_type, link.to_type, link.operation) == ("tickets", "contacts", "link")
    }
    owners = [o.id for o in contents.owners if o.type == "PERSON" and not o.archived]
    ids = {kind: 20_000_000_000 + 10**8 * i for i, kind in enumerate(TYPE_IDS)}
    file = 0
    source = contents.sources.code("CRM_UI", "userId:7000001", user=7_000_001)
    for when, ticket in planned:
        kind, direction = rng.choice(_DONE)
        ids[kind] += 1 + int(rng.random() * 9)
        subject = f"Re: {rng.choice(THING)}" if kind != "notes" else ""
        body = f"{rng.choice(SENTENCE)} {rng.choice(SENTENCE)}"
        owner, contact = rng.choice(owners), requesters.get(ticket.id, 0)
        attached = ""
        if kind in ("emails", "notes") and rng.random() < ATTACHED:
            count = 1 + int(rng.random() * 3)
            attached = ";".join(str(FIRST_FILE + file + i) for i in range(count))
            file += count
        done = Engagement(
            ids[kind], kind, ticket.id, when, direction, owner, contact, subject, body, attached
        )
        add_engagement(contents, done, source, ticket.created)
