"""Conversations of generated tickets: a visitor asks, agents answer, comment and hand over."""

from random import Random

from include.sandbox.contents import Contents
from include.sandbox.conversations import SECOND_INBOX, Message, Thread
from include.sandbox.generate.calendar import in_working_hours
from include.sandbox.generate.engagements import ATTACHED, FIRST_FILE
from include.sandbox.generate.words import LONG, NOTE, PROBLEM, SENTENCE, THING
from include.sandbox.moments import DAY, HOUR, MINUTE, to_iso
from include.sandbox.records import WIDTH, Record

_CHANNELS = ("EMAIL", "EMAIL", "EMAIL", "CHAT", "CHAT", "WHATSAPP")
_FIRST_THREAD = 7_300_000_000
_BEGUN_BY_AGENT, _HANDED_OVER, _BY_ROBOT, _LONG = 0.12, 0.06, 0.08, 0.004
_FILES_PER_THREAD = 40  # at most: their ids follow from the thread's


def fill_threads(contents: Contents, seed: int, per_hundred: int) -> None:
    """Give so many of a hundred tickets a thread.

    They have a generator of their own, so that records are the same with and without threads.
    """
    rng = Random(f"threads {seed}")  # noqa: S311  repeatable, not secret
    agents = [f"A-{o.user_id}" for o in contents.owners if o.type == "PERSON" and not o.archived]
    contacts = _contacts(contents)
    for ticket_id, ticket in contents.records["tickets"].items():
        if rng.random() >= per_hundred / 100 or not agents:
            continue
        thread_id = _FIRST_THREAD + 3 * len(contents.threads)
        contact = contacts.get(ticket_id)
        thread = Thread(thread_id, ticket_id, contact, rng.choice(_CHANNELS))
        _Talk(rng, thread, agents).over(ticket)
        contents.threads[thread_id] = thread


def _contacts(contents: Contents) -> dict[int, int]:
    """Return the first contact of each ticket."""
    first: dict[int, int] = {}
    for event in contents.links:
        if event.from_type == "tickets" and event.to_type == "contacts":
            first.setdefault(event.from_id, event.to_id)
    return first


class _Talk:
    """Writes one thread."""

    def __init__(self, rng: Random, thread: Thread, agents: list[str]) -> None:
        self.rng = rng
        self.thread = thread
        self.agents = agents
        self.subject, self.files = "", 0
        # Whom HubSpot knows as no contact speaks as an e-mail address.
        unknown = f"E-guest.{thread.id}@example.org"
        self.visitor = unknown if thread.contact is None else f"V-{thread.contact}"

    def over(self, ticket: Record) -> None:
        """Let a thread run along its ticket's life."""
        rng, thread = self.rng, self.thread
        now, ends = ticket.created, ticket.log[-WIDTH]
        agent = rng.choice(self.agents)
        self.subject = f"{rng.choice(THING)} {rng.choice(PROBLEM)}"
        opening = f"{self.subject}. {rng.choice(SENTENCE)}"
        if rng.random() < _LONG:
            opening += LONG
        if rng.random() < _BEGUN_BY_AGENT:
            self._say(now, "MESSAGE", "OUTGOING", agent, opening)
            now += int(rng.expovariate(1 / 3) * HOUR) + MINUTE
        self._say(now, "MESSAGE", "INCOMING", self.visitor, opening)
        if thread.channel == "CHAT":
            self._say(now + 2_000, "WELCOME_MESSAGE", "OUTGOING", "S-hubspot", "How can we help?")
        if rng.random() < _HANDED_OVER:
            self._say(now + 5_000, "THREAD_INBOX_CHANGE", "", "S-hubspot", SECOND_INBOX)
        if thread.channel == "CHAT" and rng.random() < _BY_ROBOT:
            self._say(now + 9_000, "MESSAGE", "OUTGOING", "L-77001", rng.choice(SENTENCE))
        self._say(now + MINUTE, "ASSIGNMENT", "", "S-hubspot", agent)
        for _ in range(1 + int(rng.expovariate(0.6))):
            now = in_working_hours(now + int(rng.expovariate(1 / 3) * HOUR) + 3 * MINUTE)
            if rng.random() < 0.2:
                note = rng.choice(NOTE) or "Seen before."
                self._say(now, "COMMENT", "", agent, note)
            self._say(now + MINUTE, "MESSAGE", "OUTGOING", agent, self._reply(opening, now))
            if rng.random() < 0.7:
                now += int(rng.expovariate(1 / 5) * HOUR) + MINUTE
                self._say(now, "MESSAGE", "INCOMING", self.visitor, rng.choice(SENTENCE))
        if ends - ticket.created < 300 * DAY:
            self._say(max(now, ends), "THREAD_STATUS_CHANGE", "", agent, "CLOSED")

    def _reply(self, opening: str, now: int) -> str:
        """Return an answer, which by e-mail quotes what it answers."""
        answer = self.rng.choice(SENTENCE)
        if self.thread.channel != "EMAIL" or self.rng.random() < 0.4:
            return answer
        quoted = "\n".join(f"> {line}" for line in opening.splitlines())
        return f"{answer}\n\nOn {to_iso(now)[:10]} the customer wrote:\n{quoted}"

    def _say(self, when: int, kind: str, direction: str, sender: str, text: str) -> None:
        number = f"{self.thread.id:024x}{len(self.thread.messages):08x}"
        attached = ""
        if kind in ("MESSAGE", "COMMENT") and self.rng.random() < ATTACHED:
            attached = str(FIRST_FILE * 2 + self.thread.id * _FILES_PER_THREAD + self.files)
            self.files = min(self.files + 1, _FILES_PER_THREAD - 1)
        subject = ""
        if kind == "MESSAGE" and self.thread.channel == "EMAIL":
            subject = f"Re: {self.subject}" if self.thread.messages else self.subject
        said = (when, number, kind, direction, sender, self.thread.channel, text, attached, subject)
        self.thread.messages.append(Message(*said))
