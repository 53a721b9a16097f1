"""Generates a portal's contents around a reference moment."""

from random import Random

from include.sandbox.contents import ArchiveEvent, Contents, MergeEvent
from include.sandbox.generate.calendar import FUTURE_DAYS, PAST_DAYS, busy_moments
from include.sandbox.generate.catalogue import fill_catalogue
from include.sandbox.generate.engagements import fill_engagements
from include.sandbox.generate.links import CROWD, Links
from include.sandbox.generate.lives import Lives
from include.sandbox.generate.people import fill_people
from include.sandbox.generate.service_levels import fill_service_levels
from include.sandbox.generate.threads import fill_threads
from include.sandbox.moments import DAY, HOUR
from include.sandbox.records import WIDTH, Record


def generate(  # noqa: PLR0913 - what a portal is made of
    tickets: int,
    seed: int,
    reference: int,
    *,
    portal_id: int,
    engagements: int = 0,
    threads: int = 33,
) -> Contents:
    """Generate a year of a portal's life before `reference`, and a month after it.

    Args:
        tickets: live tickets at `reference`; about one in fifty more are archived, and one in
            fifty more were merged away. A twentieth were imported in one millisecond.
        seed: the same seed and reference give the same portal.
        reference: milliseconds; what lies after it happens when the portal is advanced.
        portal_id: the portal's id.
        engagements: about so many notes, e-mails, calls, meetings and tasks for each ticket.
        threads: so many of a hundred tickets have a conversation.
    """
    rng = Random(seed)  # noqa: S311  repeatable, not secret
    begins = reference - PAST_DAYS * DAY
    contents = Contents(portal_id, f"generated ({tickets} tickets, seed {seed})")
    fill_catalogue(contents, rng, begins)
    fill_people(contents, rng, tickets, begins)
    ended = _tickets(contents, rng, tickets, reference)
    _merges(contents, rng, ended.get("merged", []), reference - HOUR)
    if engagements:
        own = Random(f"{seed} engagements")  # noqa: S311
        fill_engagements(contents, own, engagements)
    fill_threads(contents, seed, threads)
    fill_service_levels(contents, seed)
    return contents


def _tickets(
    contents: Contents, rng: Random, count: int, reference: int
) -> dict[str, list[tuple[int, Record]]]:
    """Create all tickets in the order of their creation; return (end of life, ticket) by fate."""
    begins = reference - PAST_DAYS * DAY
    merges = count // 100 + (1 if count >= 20 else 0)
    imports = count // 20
    archives = count // 50 + (1 if count >= 5 else 0)
    fates = ["merged"] * 2 * merges + ["imported"] * imports + ["archived"] * archives
    fates += ["lives"] * (count - merges - imports)
    # Those that end before `reference` begin early enough for it.
    days = {"merged": PAST_DAYS - 30, "archived": PAST_DAYS - 2, "lives": PAST_DAYS}
    imported_at = begins + 100 * DAY + 3 * HOUR + 137
    births = _births(rng, fates, begins, days, imported_at)
    future = busy_moments(rng, count * FUTURE_DAYS // PAST_DAYS, reference, FUTURE_DAYS)
    births += [
        (max(moment, reference + HOUR), len(fates) + i, "archived" if i % 40 == 7 else "lives")
        for i, moment in enumerate(future)
    ]
    return _write_lives(contents, rng, sorted(births))


def _births(
    rng: Random, fates: list[str], begins: int, days: dict[str, int], imported_at: int
) -> list[tuple[int, int, str]]:
    moments = {fate: iter(busy_moments(rng, fates.count(fate), begins, span))
               for fate, span in days.items()}  # fmt: skip
    return [
        (imported_at if fate == "imported" else next(moments[fate]), i, fate)
        for i, fate in enumerate(fates)
    ]


def _write_lives(
    contents: Contents, rng: Random, births: list[tuple[int, int, str]]
) -> dict[str, list[tuple[int, Record]]]:
    lives, links = Lives(contents, rng), Links(contents, rng)
    ended: dict[str, list[tuple[int, Record]]] = {}
    ticket_id = 1_000_000_000
    for number, (born, _, fate) in enumerate(births):
        ticket_id += 1 + int(rng.random() * 60)
        ticket = Record(ticket_id, born)
        pipeline = lives.create(ticket, number, imported=fate == "imported")
        last = born if fate == "imported" else lives.live(ticket, pipeline)
        links.of(ticket)
        if fate == "archived":
            when = born + int(rng.random() * DAY) + 1
            _end(ticket, when)
            contents.archives.append(ArchiveEvent(when, "tickets", ticket_id))
        contents.records["tickets"][ticket_id] = ticket
        ended.setdefault(fate, []).append((last, ticket))
    crowded = ended.get("lives", [])
    if len(links.contacts) >= CROWD and crowded:
        links.crowd(crowded[len(crowded) // 2][1])
    return ended


def _end(ticket: Record, when: int) -> None:
    """Cut a life short: nothing changes in a ticket that is archived or merged away."""
    log = ticket.log
    while log[-WIDTH] > when:
        del log[-WIDTH:]


def _merges(contents: Contents, rng: Random, fated: list[tuple[int, Record]], latest: int) -> None:
    """Merge the tickets meant for it two by two, after both their lives are over."""
    pairs = sorted(fated, key=lambda pair: pair[1].id)
    survivor = max(contents.records["tickets"], default=0)
    for (last, one), (other_last, other) in zip(pairs[::2], pairs[1::2], strict=True):
        survivor += 1 + int(rng.random() * 60)
        when = min(max(last, other_last) + 1, latest)
        _end(one, when)
        _end(other, when)
        contents.merges.append(MergeEvent(when, "tickets", one.id, other.id, survivor))
