"""This project's own sync as one of the contestants: its command, and what raw holds after it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import duckdb

from benchmarks.peer_runs import Run
from benchmarks.peer_truth import Destination
from benchmarks.rig import NAME, Project, Sandbox

RECORDS = ("contacts", "companies", "deals")
TO_RAW = ("--until-step", "load")


@dataclass(frozen=True)
class OwnProject(Project):
    """A data folder whose portal syncs tickets and what the connectors' tickets are linked to.

    Attributes:
        link_calls: calls that a night spends on links of tickets that did not change.
    """

    link_calls: int = 0

    def _environment(self, portal: Sandbox) -> dict[str, str]:
        environment = super()._environment(portal) | {"LINK_CALLS_NIGHTLY": str(self.link_calls)}
        registry = Path(environment["PORTALS_FILE"])
        written = json.loads(registry.read_text(encoding="utf-8"))
        written["portals"][NAME]["associations"] = list(RECORDS)
        registry.write_text(json.dumps(written), encoding="utf-8")
        return environment


class Own:
    """`sync --until-step load`; `sweep` is the same with its completeness proof."""

    name = "this project"

    def __init__(self, folder: Path, tickets: int) -> None:
        """Set up a project of which every night looks at the links of all `tickets`."""
        every_night = len(RECORDS) * (ceil(tickets / 1_000) + 1)
        self.project = OwnProject(folder, link_calls=every_night)

    def load(self, portal: Sandbox) -> Run:
        """Run the nightly sync up to raw."""
        return self._run(portal, "incremental")

    def sweep(self, portal: Sandbox) -> Run:
        """Run the completeness proof up to raw."""
        return self._run(portal, "sweep")

    def _run(self, portal: Sandbox, mode: str) -> Run:
        ran = self.project.run(portal, "sync", "--mode", mode, *TO_RAW)
        newest = max((self.project.portal / "landing").iterdir())
        tickets = newest / "tickets.parquet"
        rows: Counter[str] = Counter()
        if tickets.exists():
            query = f"select id, count(*) from '{tickets}' group by id"
            rows.update(dict(duckdb.sql(query).fetchall()))
        return Run(ran.seconds, ran.cpu, ran.memory, ran.calls, rows, 1)

    @property
    def held(self) -> Destination:
        """Return what raw holds.

        Raises:
            AssertionError: raw has a ticket twice.
        """
        linked: dict[str, set[str]] = defaultdict(set)
        held = Destination()
        with duckdb.connect(str(self.project.portal / "warehouse.duckdb"), read_only=True) as raw:
            pairs = raw.execute(
                "select ticket_id, object_id from raw.ticket_associations"
                " where object_type = 'contacts' and gone_at is null"
            )
            for ticket_id, contact in pairs.fetchall():
                linked[ticket_id].add(contact)
            tickets = raw.execute("select id, properties, archived from raw.tickets").fetchall()
        for ticket_id, properties, archived in tickets:
            assert ticket_id not in held.tickets  # noqa: S101  a row that is there twice
            held.put(ticket_id, json.loads(properties), linked[ticket_id], archived=archived)
        return held
