"""The life of one ticket: what its properties were at creation, and every change since."""

from random import Random

from include.sandbox.contents import Contents
from include.sandbox.generate.calendar import in_working_hours
from include.sandbox.generate.catalogue import SERVICES
from include.sandbox.generate.words import NOTE, PROBLEM, SENTENCE, THING
from include.sandbox.moments import DAY, HOUR, MINUTE, to_iso
from include.sandbox.records import Record

_PRIORITIES = ("LOW", "MEDIUM", "MEDIUM", "HIGH", "URGENT")
_CATEGORIES = ("PRODUCT_ISSUE", "BILLING_ISSUE", "FEATURE_REQUEST", "GENERAL_INQUIRY",
               "PRODUCT_ISSUE;BILLING_ISSUE")  # fmt: skip
_ORIGINS = (("EMAIL", "CONVERSATIONS"), ("FORM", "FORMS"), ("CHAT", "CONVERSATIONS"),
            ("PHONE", "CRM_UI"))  # fmt: skip
LONGEST = 65_536  # characters, the most that a property holds
_RARE, _FIRST_LONG = 997, 17  # of so many tickets one has such a text
# Hours until an agent closes, by priority.
_PATIENCE = {"URGENT": 6.0, "HIGH": 18.0, "MEDIUM": 50.0, "LOW": 110.0}
_PATHS = {
    "0": (("1", "3", "2", "3", "4"), ("1", "3", "4"), ("1", "2", "3", "2", "3", "4"), ("1", "4")),
    "48010": (
        ("148010001", "148010002", "148010004"),
        ("148010001", "148010002", "148010003", "148010002", "148010004"),
        ("148010001", "148010005"),
    ),
}


class Lives:
    """Writes tickets' lives into their logs.

    Everything is coded once and time only moves forward, so that 100,000 lives take seconds.
    """

    def __init__(self, contents: Contents, rng: Random) -> None:
        self.rng = rng
        self._rows: list[int] = []
        self.names = contents.stores["tickets"].definitions.codes
        self.code = contents.texts.code
        live = [owner for owner in contents.owners if owner.type == "PERSON"]
        source = contents.sources.code
        self.agents = [
            (o.id, o.teams[0][0], source("CRM_UI", f"userId:{o.user_id}", user=o.user_id))
            for o in live
        ]
        self._users = {o[2]: str(u.user_id) for o, u in zip(self.agents, live, strict=True)}
        self.workflow = source("AUTOMATION_PLATFORM", "workflow:88012", "Ticket routing")
        self.integration = source("INTEGRATION", "1234567", "ERP sync")
        self.imported = source("IMPORT", "import-2")
        self.origins = {origin: source(kind) for origin, kind in _ORIGINS}

    def create(self, ticket: Record, number: int, *, imported: bool = False) -> str:
        """Write what a ticket is at its creation; return its pipeline."""
        rng = self.rng
        pipeline = "0" if rng.random() < 0.78 else "48010"
        origin = rng.choice(_ORIGINS)[0]
        agent = self.agents[number % len(self.agents)]
        by_agent = origin == "PHONE" and not imported  # who took the call made the ticket
        source = self.imported if imported else self.origins[origin]
        source = agent[2] if by_agent else source
        values = {
            "subject": f"{rng.choice(THING)} {rng.choice(PROBLEM)}",
            "content": " ".join(rng.choices(SENTENCE, k=3)) + f" (case {number})",
            "hs_pipeline": pipeline,
            "hs_pipeline_stage": _PATHS[pipeline][0][0],
            "source_type": origin,
            "external_ticket_key": f"K-{number:07}",
            "is_vip": "true" if rng.random() < 0.07 else "false",
            "hs_object_source_label": "IMPORT" if imported else dict(_ORIGINS)[origin],
        }
        if by_agent:
            user = self._users[agent[2]]
            values |= {"hs_created_by_user_id": user, "hs_object_source_user_id": user}
        if number % _RARE == _FIRST_LONG:
            values["content"] = (values["content"] + "\n").ljust(LONGEST, "\N{SNOWMAN}")
        if rng.random() < 0.85:
            values["hs_ticket_priority"] = rng.choice(_PRIORITIES)
        if rng.random() < 0.4:
            values["account_tier"] = rng.choice(("bronze", "silver", "gold"))
        if rng.random() < 0.02:
            values["legacy_code"] = "L1"
        for name, value in values.items():
            self._put(ticket.created, name, value, source)
        self._end(ticket)
        return pipeline

    def live(self, ticket: Record, pipeline: str) -> int:
        """Write a ticket's changes until its life is over; return the moment of the last one."""
        rng, created = self.rng, ticket.created
        agent = rng.choice(self.agents)
        priority = rng.choice(_PRIORITIES)
        now = self._route(created, agent, priority)
        path = rng.choice(_PATHS[pipeline])
        rounds = 1 + (rng.random() < 0.09) + (rng.random() < 0.02)
        for turn in range(rounds):
            if turn:  # reopened after some days of peace
                now += int((0.5 + rng.random() * 6) * DAY)
            hours = _PATIENCE[priority] * rng.expovariate(1.0) / len(path)
            if rng.random() < 0.12:  # the backlog: cases that take weeks
                hours *= 25
            stages = path[1:] if not turn else (path[min(1, len(path) - 2)], path[-1])
            for stage in stages[:-1] if rng.random() < 0.02 else stages:  # or are never closed
                now = in_working_hours(now + int(hours * HOUR * (0.5 + rng.random())) + MINUTE)
                self._put(now, "hs_pipeline_stage", stage, agent[2])
                now, agent = self._work(now, agent)
        self._end(ticket)
        return now

    def _put(self, when: int, name: str, value: str, source: int) -> None:
        self._rows += (when, self.names[name], self.code(value), source)

    def _end(self, ticket: Record) -> None:
        """Put into the log what was written: all at once, for a list grows faster than an array."""
        ticket.log.extend(self._rows)
        self._rows.clear()

    def _route(self, now: int, agent: tuple, priority: str) -> int:
        rng = self.rng
        now += int(rng.expovariate(1 / 40) * 1000)
        self._put(now, "hs_ticket_priority", priority, self.workflow)
        self._put(now, "hubspot_team_id", agent[1], self.workflow)  # the same moment
        now += int(rng.expovariate(1 / 15) * MINUTE)
        self._put(now, "hubspot_owner_id", agent[0], self.workflow)
        if rng.random() < 0.8:
            self._put(now, "hs_ticket_category", rng.choice(_CATEGORIES), agent[2])
        return now

    def _work(self, now: int, agent: tuple) -> tuple[int, tuple]:
        """Write what happens around a change of stage."""
        rng = self.rng
        dice = rng.random()
        now += int(rng.random() * 20 * MINUTE)
        if dice < 0.18:  # reassigned
            agent = rng.choice(self.agents)
            self._put(now, "hubspot_owner_id", agent[0], agent[2])
            self._put(now, "hubspot_team_id", agent[1], self.workflow)
        elif dice < 0.3:
            self._put(now, "escalation_level", rng.choice("123"), agent[2])
        elif dice < 0.45:
            minutes = rng.choice(("", "15", "240", "1e3", "12.5"))
            self._put(now, "downtime_minutes", minutes, self.integration)
        elif dice < 0.6:
            chosen = ";".join(rng.sample(SERVICES, 1 + int(rng.random() * 3)))
            self._put(now, "affected_services", chosen, agent[2])
        elif dice < 0.75:
            self._put(now, "customer_note", rng.choice(NOTE), agent[2])
        elif dice < 0.85:
            later = now + int(rng.random() * 5 * DAY)
            self._put(now, "callback_at", to_iso(later), agent[2])
            self._put(now, "visit_date", to_iso(later)[:10], agent[2])
        else:
            serial = f"SN{int(rng.random() * 10**5):05}"
            self._put(now, "device_serial_number", serial, self.integration)
            self._put(now, "callback_phone", f"+1555010{serial[-4:]}", self.integration)
        self._put(now, "hs_lastactivitydate", to_iso(now), self.workflow)
        return now, agent
