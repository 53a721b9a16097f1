"""A made-up ticket, and what its entries say it was at any moment."""

from dataclasses import dataclass, field
from datetime import datetime

STAGE, PIPELINE, PRIORITY, TYPE = (
    "hs_pipeline_stage",
    "hs_pipeline",
    "hs_ticket_priority",
    "ticket_type",
)


@dataclass
class Ticket:
    """What a test made up: entries are (property, time, value) in the order of happening.

    Messages are (time, kind), the kinds those of `reference_talk.SPEAKERS`.
    """

    ticket_id: str
    created_at: datetime
    entries: list[tuple[str, datetime, str]]
    archived_at: datetime | None = None
    messages: list[tuple[datetime, str]] = field(default_factory=list)

    def values(self, name: str) -> list[tuple[datetime, str]]:
        """(from when, value): the first known one from the creation, none before it."""
        mine = sorted(
            ((when, value) for n, when, value in self.entries if n == name), key=lambda e: e[0]
        )
        while mine and mine[0][1] == "":
            mine.pop(0)
        if mine:
            mine[0] = (self.created_at, mine[0][1])
        return [(max(when, self.created_at), value) for when, value in mine]

    def value_at(self, name: str, moment: datetime) -> str:
        """The value that counts in a moment, all of its changes done."""
        known = [value for when, value in self.values(name) if when <= moment]
        return known[-1] if known else ""

    def visits(self) -> list[tuple[datetime, str, str]]:
        """(from when, pipeline, stage); in one moment the pipeline moves first."""
        places: list[tuple[datetime, str, str]] = []
        pipeline = stage = ""
        pipelines, stages = self.values(PIPELINE), self.values(STAGE)
        for moment in sorted({when for when, _ in pipelines + stages}):
            moves = [value for when, value in pipelines if when == moment]
            entered = [value for when, value in stages if when == moment]
            for value in [] if entered else moves:
                pipeline = value
                places.append((moment, pipeline, stage))
            pipeline = moves[-1] if moves else pipeline
            for value in entered:
                stage = value
                places.append((moment, pipeline, stage))
        known_from = next((i for i, place in enumerate(places) if place[2]), len(places))
        places = places[known_from:]
        return [p for i, p in enumerate(places) if i == 0 or p[1:] != places[i - 1][1:]]
