"""HubSpot's own service levels on generated tickets, and what it notes of the first answer.

Only HubSpot sets them, and only on tickets that came through a channel: a third of those here.
They are written into lives that are over, at the moments when HubSpot would have set them, and have
random numbers of their own: without them a ticket is as it was.
"""

from bisect import bisect_right
from random import Random

from include.sandbox.contents import Contents
from include.sandbox.conversations import Thread
from include.sandbox.moments import HOUR, to_iso
from include.sandbox.records import WIDTH, Record

_SHARE = 1 / 3
_FIRST_RESPONSE, _CLOSE = 4 * HOUR, 48 * HOUR
_ACTIVE, _OVERDUE, _ON_TIME, _LATE = "0", "1", "3", "4"


def fill_service_levels(contents: Contents, seed: int) -> None:
    """Give about a third of the tickets that came through a channel their service levels."""
    rng = Random(f"service levels {seed}")  # noqa: S311  repeatable, not secret
    threads = {thread.ticket: thread for thread in contents.threads.values()}
    ended = {gone.id for gone in contents.archives if gone.object_type == "tickets"}
    ended |= {i for merge in contents.merges for i in (merge.primary, merge.secondary)}
    writer = _Writer(contents)
    for ticket_id, ticket in contents.records["tickets"].items():
        chosen = rng.random() < _SHARE
        if ticket_id in ended or not writer.came_by_channel(ticket):
            continue
        answered = _first_answer(threads.get(ticket_id), ticket.log[-WIDTH])
        if answered is not None:
            writer.note_answer(ticket, answered)
        if chosen:
            writer.promise(ticket, answered)


def _first_answer(thread: Thread | None, until: int) -> int | None:
    """Return when an agent first answered within a ticket's life: nothing moves it afterwards."""
    said = thread.messages if thread is not None else []
    answers = (m.when for m in said if m.direction == "OUTGOING" and m.sender.startswith("A-"))
    return next((when for when in answers if when <= until), None)


class _Writer:
    """Writes entries into the logs of tickets."""

    def __init__(self, contents: Contents) -> None:
        self.names = contents.stores["tickets"].definitions.codes
        self.text, self.code = contents.texts.text, contents.texts.code
        self.source = contents.sources.code("CALCULATED")
        self.closed = {s.id for p in contents.pipelines for s in p.stages if s.is_closed}

    def came_by_channel(self, ticket: Record) -> bool:
        """Whether a ticket was made of a message, and not by a person or an import."""
        label = ticket.value(self.names["hs_object_source_label"], len(ticket.log) // WIDTH)
        return label is not None and self.text[label] == "CONVERSATIONS"

    def note_answer(self, ticket: Record, when: int) -> None:
        """Note when an agent first answered."""
        self._write(ticket, when, "first_agent_reply_date", to_iso(when))
        self._write(ticket, when, "time_to_first_agent_reply", str(when - ticket.created))

    def promise(self, ticket: Record, answered: int | None) -> None:
        """Write both promises of a ticket, and what became of them."""
        stage = self.names["hs_pipeline_stage"]
        visits = ticket.changes(stage, len(ticket.log) // WIDTH)
        closed = next((when for when, value in visits if self.text[value] in self.closed), None)
        last = ticket.log[-WIDTH]
        for what, span, done in (
            ("first_response", _FIRST_RESPONSE, answered),
            ("close", _CLOSE, closed),
        ):
            due, name = ticket.created + span, f"hs_time_to_{what}_sla"
            self._write(ticket, ticket.created, f"{name}_at", to_iso(due))
            self._write(ticket, ticket.created, f"{name}_status", _ACTIVE)
            if due < min(last, done or last):
                self._write(ticket, due, f"{name}_status", _OVERDUE)
            if done is not None:
                end = _ON_TIME if done <= due else _LATE
                self._write(ticket, done, f"{name}_status", end)

    def _write(self, ticket: Record, when: int, name: str, value: str) -> None:
        at = bisect_right(ticket.log[::WIDTH], when) * WIDTH
        ticket.log[at:at] = type(ticket.log)(
            "q", (when, self.names[name], self.code(value), self.source)
        )
