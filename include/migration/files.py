"""Where the files of a migration lie: in the target's folder, for it is the target that changes."""

from dataclasses import dataclass
from pathlib import Path

from include.warehouse.files import PortalFiles


@dataclass(frozen=True)
class MigrationFiles:
    """The paths of the migrations from one portal into another.

    Attributes:
        target: The target portal's files.
        source_portal_id: HubSpot's id of the source account, as text.
    """

    target: PortalFiles
    source_portal_id: str

    def __post_init__(self) -> None:
        """Refuse a source that would name another folder, and a portal into itself."""
        if not self.source_portal_id.isalnum():
            raise ValueError(f"{self.source_portal_id!r} is not a portal id: letters and digits.")
        if self.source_portal_id == self.target.portal_id:
            raise ValueError(f"portal {self.source_portal_id} cannot be migrated into itself.")

    @property
    def root(self) -> Path:
        """The folder of this pair of portals."""
        return self.target.root / "migrations" / self.source_portal_id

    @property
    def lookups(self) -> Path:
        """What the target has, asked live (`lookup_tables.sql`)."""
        return self.root / "lookups.duckdb"

    @property
    def plan(self) -> Path:
        """What is still to be written (`plan_tables.sql`)."""
        return self.root / "plan.duckdb"

    @property
    def ledger(self) -> Path:
        """Every intent and every outcome, of all migrations between the two."""
        return self.root / "ledger.sqlite"

    @property
    def outcome(self) -> Path:
        """What the ledger knows, for dbt and people (`outcome_tables.sql`)."""
        return self.root / "outcome.duckdb"

    @property
    def reconciliation(self) -> Path:
        """The reconciliation's tables."""
        return self.root / "reconciliation.duckdb"

    @property
    def reports(self) -> Path:
        """Reconciliation reports."""
        return self.root / "reports"

    def ensure(self) -> "MigrationFiles":
        """Make the folders that do not exist yet; nobody else of this machine may read them.

        Returns:
            Itself, for chaining.
        """
        self.target.ensure()
        self.reports.mkdir(parents=True, exist_ok=True)
        for folder in (self.root.parent, self.root, self.reports):
            folder.chmod(0o700)
        return self
