"""What one portal has published, read from its published file and nothing else."""

import threading
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

# Refused on this connection: other files, attaching, extensions, changing these settings.
SANDBOX = {
    "enable_external_access": "false",
    "lock_configuration": "true",
    "memory_limit": "512MB",
    "threads": "1",
    "temp_directory": "",
}
# DuckDB shares one open database per path and process, and a shared one keeps showing the file
# that was replaced meanwhile: one reader at a time sees the newest.
_ONE_READER = threading.Lock()


@dataclass(frozen=True)
class Attainment:
    """Clocks of one metric and priority that have ended, all days together."""

    metric: str
    priority: str
    met_count: int
    breached_count: int

    @property
    def ratio(self) -> float | None:
        """Met of all, 0..1; None when none has ended."""
        ended = self.met_count + self.breached_count
        return self.met_count / ended if ended else None


@dataclass(frozen=True)
class PublishedMarts:
    """A portal's published file, or why there is nothing to show (`problem`). Times are UTC."""

    portal: str
    problem: str | None = None
    version: int | None = None
    data_as_of: datetime | None = None
    complete_through: datetime | None = None
    published_at: datetime | None = None
    ticket_count: int = 0
    activity_count: int = 0
    attainment: list[Attainment] = field(default_factory=list)


def read_published(portal: str, published: Path) -> PublishedMarts:
    """Read freshness and counts of a portal.

    Args:
        portal: the portal's name in the registry.
        published: path of its published file.

    Returns:
        Also when nothing is published or the file cannot be read: then with `problem`.
    """
    if not published.exists():
        return PublishedMarts(
            portal, f"Nothing is published yet: the first run of sync_tickets__{portal} does it."
        )
    try:
        with _ONE_READER, duckdb.connect(str(published), read_only=True, config=SANDBOX) as file:
            return _read(portal, file)
    except duckdb.Error as error:
        return PublishedMarts(
            portal,
            f"The published file cannot be read ({type(error).__name__}): "
            f"`python -m include rollback --portal {portal}` brings the version before it back.",
        )


def _read(portal: str, file: duckdb.DuckDBPyConnection) -> PublishedMarts:
    freshness = file.execute(
        "select version, data_as_of, complete_through, published_at from meta.published"
    ).fetchone()
    if freshness is None:
        return PublishedMarts(portal, "The published file does not say what it is.")
    (tickets,) = file.execute("select count(*) from marts.tickets").fetchone()
    (activities,) = file.execute("select count(*) from marts.ticket_activities").fetchone()
    attainment = file.execute(
        """
        select metric, priority, sum(met_count)::bigint, sum(breached_count)::bigint
        from marts.sla_attainment_daily
        where pipeline_id = 'all' and team = 'all' and owner_id = 'all'
        group by metric, priority
        order by metric, priority = 'all' desc, array_position(
            ['URGENT', 'HIGH', 'MEDIUM', 'LOW'], priority) nulls last, priority
        """
    ).fetchall()
    return PublishedMarts(
        portal,
        None,
        *freshness,
        ticket_count=tickets,
        activity_count=activities,
        attainment=[Attainment(*row) for row in attainment],
    )
